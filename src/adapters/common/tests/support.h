#pragma once
// What the tests of the adapters share: a folder of their own, a submitter and a message that do as they are
// told.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <set>
#include <sstream>

#include "adapters/common/adapter.h"
#include "base/clock.h"

namespace sealgate::adapters::tests {

inline constexpr ErrorCode kStoreDown{"test.store-down", ErrorClass::Environment};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "sealgate-file-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(path_ / name, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) found.insert(entry.path().filename());
    return found;
  }

 private:
  std::filesystem::path path_;
};

/// Remembers identity keys over "restarts" of the receiver, as the store does.
class TestSubmitter final : public Submitter {
 public:
  struct Stored {
    SubmitRequest request;
    std::string bytes;
  };
  SubmitKind kind = SubmitKind::Accepted;
  std::string message_id = "id";
  std::optional<Error> begin_error;
  std::optional<Error> commit_error;
  std::function<void()> on_write;
  std::function<void()> on_commit;  ///< called after a failed commit
  std::vector<Stored> stored;
  int duplicates = 0;
  int forgets = 0;
  std::optional<Error> forget_error;

  Result<std::unique_ptr<Submission>> begin(SubmitRequest request) override {
    if (begin_error) return fail(*begin_error);
    return std::make_unique<TestSubmission>(*this, std::move(request));
  }
  Result<> forget(const std::string&, const std::vector<std::string>& identity_keys) override {
    const std::lock_guard lock(mutex_);
    if (forget_error) return fail(*forget_error);
    ++forgets;
    for (const std::string& key : identity_keys) keys_.erase(key);
    return {};
  }
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stored.size() >= count; });
  }

 private:
  class TestSubmission final : public Submission {
   public:
    TestSubmission(TestSubmitter& owner, SubmitRequest request) : owner_(owner), stored_{std::move(request), {}} {}
    Result<> write(ByteView bytes) override {
      if (owner_.on_write) owner_.on_write();
      stored_.bytes.append(as_text(bytes));
      return {};
    }
    Result<> finish() override { return {}; }
    Result<SubmitOutcome> commit() override {
      if (owner_.commit_error) {
        const Error error = *owner_.commit_error;
        if (owner_.on_commit) owner_.on_commit();
        return fail(error);
      }
      const std::lock_guard lock(owner_.mutex_);
      const bool fresh = owner_.keys_.insert(stored_.request.identity_key).second;
      if (fresh) {
        owner_.stored.push_back(std::move(stored_));
      } else {
        ++owner_.duplicates;
      }
      owner_.changed_.notify_all();
      return SubmitOutcome{owner_.kind, owner_.message_id, !fresh, ""};
    }

   private:
    TestSubmitter& owner_;
    Stored stored_;
  };
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> keys_;
};

class TestMessage final : public OutboundMessage {
 public:
  TestMessage() = default;
  explicit TestMessage(std::string content, BodyForm of = BodyForm::Payload) : bytes(std::move(content)), form(of) {}

  std::string bytes = "<order/>";
  BodyForm form = BodyForm::Payload;
  std::string message = "0b1c2d3e-aaaa";
  std::string delivery = "0b1c2d3e-aaaa.port";
  std::optional<Time> created_at;
  ContextEntries context;
  std::function<Result<>(std::size_t)> before_block;  ///< called with the offset
  int pumps = 0;

  std::string_view message_id() const override { return message; }
  std::string_view delivery_id() const override { return delivery; }
  std::optional<Time> created() const override { return created_at; }
  std::optional<std::string> property(std::string_view name) const override {
    for (const auto& entry : context) {
      if (entry.name == name) return entry.value;
    }
    return std::nullopt;
  }
  BodyForm body_form() const override { return form; }
  std::uint64_t size() const override { return bytes.size(); }
  Result<> pump(Sink& sink) override {
    constexpr std::size_t kBlock = 4;
    ++pumps;
    const ByteView all = as_bytes(bytes);
    for (std::size_t at = 0; at < all.size(); at += kBlock) {
      if (before_block) SG_TRY(before_block(at));
      SG_TRY(sink.write(all.subspan(at, std::min(kBlock, all.size() - at))));
    }
    return sink.finish();
  }
};

}  // namespace sealgate::adapters::tests
