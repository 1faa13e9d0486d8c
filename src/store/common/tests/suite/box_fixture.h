#pragma once
// What the tests of message boxes share: small messages, their contents, a scratch folder.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "access/storage.h"
#include "messaging/message_box.h"
#include "messaging/property_names.h"

namespace sealgate::store::testing_support {

/// Somebody with a session, and what the audit log says of it.
inline void put_access(access::Storage& storage) {
  access::Change change;
  change.put = {{{access::RecordKind::User, "alice"}, {}, {}, "{}"},
                {{access::RecordKind::Session, "0123"}, "alice", Time(std::chrono::seconds(1)), "{}"}};
  change.audit = {{{}, "alice", "192.0.2.1", "session.begin", "user alice"}, {{}, "alice", "", "test", ""}};
  ASSERT_TRUE(storage.change(change));
}

/// For stores whose clock does not matter: the tests give every time themselves.
inline const SystemClock kClock;

inline Time at(std::int64_t seconds) {
  return Time(std::chrono::seconds(1'700'000'000 + seconds));
}

inline Bytes content_of(std::size_t size, unsigned seed) {
  Bytes bytes(size);
  std::uint32_t state = seed * 2654435761U + 1;
  for (Byte& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<Byte>(state >> 24);
  }
  return bytes;
}

inline messaging::BodyRef body_of(messaging::MessageBox& box, ByteView content) {
  auto writer = box.create_body();
  EXPECT_TRUE(writer);
  EXPECT_TRUE((*writer)->write(content));
  EXPECT_TRUE((*writer)->finish());
  return (*writer)->take();
}

inline Bytes read(const messaging::Body& body) {
  BufferSink sink;
  const auto copied = body.copy_to(sink);
  EXPECT_TRUE(copied) << copied.error().to_string();
  return sink.take();
}

inline messaging::Part part_of(messaging::MessageBox& box, ByteView content, std::string name = "body") {
  messaging::Part part;
  part.name = std::move(name);
  part.content_type = "text/xml; charset=utf-8";
  part.file_name = "order.xml";
  part.properties.write(messaging::names::kMimeContentId, std::string("<1@x>"));
  part.body = body_of(box, content);
  return part;
}

inline messaging::Publication publication(messaging::MessageBox& box, ByteView content,
                                          std::vector<std::string> ports = {"Out"}) {
  messaging::Publication one;
  one.message.context.promote(messaging::names::kReceivePortName, std::string("In"));
  one.message.context.promote(messaging::names::kPartyName, std::string("Contoso"));
  one.message.context.promote(messaging::names::kMessageType, std::string("urn:x#Order"));
  one.message.parts.push_back(part_of(box, content));
  for (std::string& port : ports) one.deliveries.push_back(messaging::Delivery{std::move(port)});
  return one;
}

inline messaging::PublishRequest request_of(messaging::Publication one, std::string key = {}) {
  messaging::PublishRequest request;
  request.publications.push_back(std::move(one));
  request.receive_key = std::move(key);
  return request;
}

inline messaging::ClaimRequest claim_at(Time now, std::string owner = "host-1") {
  messaging::ClaimRequest request;
  request.owner = std::move(owner);
  request.now = now;
  request.lease = std::chrono::seconds(60);
  return request;
}

inline messaging::Failure failure(bool resumable = true) {
  return messaging::Failure{"test.failed", "it failed (somewhere)", "do better", resumable};
}

/// The only work item there is.
inline messaging::WorkSummary only(messaging::MessageBox& box) {
  const auto all = box.list({});
  EXPECT_TRUE(all) << all.error().to_string();
  EXPECT_EQ(all->size(), 1U);
  return all->empty() ? messaging::WorkSummary{} : all->front();
}

inline messaging::WorkItem claim_one(messaging::MessageBox& box, Time now, const std::string& owner = "host-1") {
  const auto items = box.claim(claim_at(now, owner));
  EXPECT_TRUE(items) << items.error().to_string();
  EXPECT_EQ(items->size(), 1U);
  return items->empty() ? messaging::WorkItem{} : items->front();
}

/// Publishes one small message with one delivery and says the id of its work.
inline messaging::WorkId publish_one(messaging::MessageBox& box, messaging::Delivery delivery, Time now) {
  if (delivery.id.empty()) delivery.id = messaging::make_work_id(now).value();
  const messaging::WorkId id = delivery.id;
  messaging::Publication one = publication(box, content_of(20, 1), {});
  one.deliveries.push_back(std::move(delivery));
  const auto published = box.publish(request_of(std::move(one)), now);
  EXPECT_TRUE(published) << published.error().to_string();
  return id;
}

inline messaging::Delivery to_port(std::string port, int priority = messaging::kDefaultPriority) {
  messaging::Delivery delivery;
  delivery.port = std::move(port);
  delivery.priority = priority;
  return delivery;
}

inline messaging::Delivery in_order(std::string port) {
  messaging::Delivery delivery = to_port(std::move(port));
  delivery.ordered = true;
  return delivery;
}

/// The work of a claim of up to `limit`, in the order in which it is given.
inline std::vector<messaging::WorkId> claimed(messaging::MessageBox& box, Time now, std::size_t limit = 100) {
  messaging::ClaimRequest request = claim_at(now);
  request.limit = limit;
  const auto items = box.claim(request);
  EXPECT_TRUE(items) << items.error().to_string();
  std::vector<messaging::WorkId> ids;
  for (const messaging::WorkItem& item : *items) ids.push_back(item.claim.work);
  return ids;
}

inline messaging::WorkState state_of(messaging::MessageBox& box, const messaging::WorkId& work) {
  const auto summary = box.show(work);
  EXPECT_TRUE(summary) << summary.error().to_string();
  return summary ? summary->state : messaging::WorkState::Terminated;
}

class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "sealgate-store-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace sealgate::store::testing_support
