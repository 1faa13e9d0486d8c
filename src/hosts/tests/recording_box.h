#pragma once
// A box that keeps nothing and remembers what it was told, for tests of flows: one message, one work item.

#include "messaging/tests/refusing_message_box.h"

namespace sealgate::hosts::testing {

/// Bytes in memory.
class MemoryBody final : public messaging::Body {
 public:
  explicit MemoryBody(std::string text) : text_(std::move(text)) {}
  std::function<void()> while_read = [] {};
  std::uint64_t size() const override { return text_.size(); }
  const Bytes& sha256() const override { return sha256_; }
  Result<> copy_to(Sink& sink) const override {
    const std::size_t half = text_.size() / 2;
    SG_TRY(sink.write(as_bytes(std::string_view(text_).substr(0, half))));
    while_read();
    return sink.write(as_bytes(std::string_view(text_).substr(half)));
  }

 private:
  std::string text_;
  Bytes sha256_ = Bytes(32, 0);
};

class MemoryBodyWriter final : public messaging::BodyWriter {
 public:
  Result<> write(ByteView bytes) override {
    text_ += as_text(bytes);
    return {};
  }
  Result<> finish() override { return {}; }
  messaging::BodyRef take() override { return std::make_shared<MemoryBody>(text_); }

 private:
  std::string text_;
};

inline std::string text_of(const messaging::Part& part) {
  BufferSink sink;
  EXPECT_TRUE(part.body->copy_to(sink));
  return std::string(as_text(sink.bytes()));
}

class RecordingBox : public messaging::testing::RefusingMessageBox {
 public:
  messaging::Message message;  ///< what load() gives
  std::optional<Error> load_error;
  std::optional<Error> publish_error;
  std::function<Result<>()> on_complete = [] { return Result<>(); };

  int completes = 0;
  int releases = 0;
  std::vector<messaging::Retry> retries;
  std::vector<messaging::Failure> suspensions;  ///< by suspend()
  std::vector<Time> postponed;
  std::vector<messaging::PublishRequest> published;
  std::vector<messaging::SuspendRequest> suspended_received;
  std::vector<std::vector<messaging::Delivery>> delivered;
  messaging::TrackingDetails tracking;  ///< the last

  Result<std::unique_ptr<messaging::BodyWriter>> create_body() override {
    return std::make_unique<MemoryBodyWriter>();
  }
  Result<messaging::Message> load(const messaging::MessageId& id) override {
    if (load_error) return fail(*load_error);
    messaging::Message loaded = message;
    loaded.id = id;
    return loaded;
  }
  Result<messaging::PublishResult> publish(messaging::PublishRequest request, Time) override {
    if (publish_error) return fail(*publish_error);
    messaging::PublishResult result;
    for (const auto& publication : request.publications) result.messages.push_back(publication.message.id);
    published.push_back(std::move(request));
    return result;
  }
  Result<messaging::WorkId> suspend_received(messaging::SuspendRequest request, Time) override {
    suspended_received.push_back(std::move(request));
    return messaging::WorkId("suspended");
  }
  Result<> complete(const messaging::Claim&, Time, const messaging::TrackingDetails& details) override {
    ++completes;
    tracking = details;
    return on_complete();
  }
  Result<> retry_later(const messaging::Claim&, const messaging::Retry& retry, Time) override {
    retries.push_back(retry);
    return {};
  }
  Result<> suspend(const messaging::Claim&, const messaging::Failure& failure, Time,
                   const messaging::TrackingDetails& details) override {
    suspensions.push_back(failure);
    tracking = details;
    return {};
  }
  Result<> postpone(const messaging::Claim&, Time until, Time) override {
    postponed.push_back(until);
    return {};
  }
  Result<> deliver(const messaging::Claim&, const std::vector<messaging::Delivery>& deliveries, Time) override {
    delivered.push_back(deliveries);
    return {};
  }
  Result<> release(const messaging::Claim&, Time) override {
    ++releases;
    return {};
  }
};

}  // namespace sealgate::hosts::testing
