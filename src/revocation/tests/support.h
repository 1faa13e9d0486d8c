#pragma once
// What the tests of revocation/ share: memos in memory, a clock that several threads may read, and a server that
// publishes what the test says.

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>

#include "certificates/tests/test_ocsp.h"
#include "net/http_server.h"
#include "store/common/memos.h"

namespace sealgate::revocation::tests {

using namespace certificates::testing;

class MemoryMemos final : public store::Memos {
 public:
  Result<std::vector<store::Memo>> list(const std::string& prefix) override {
    const std::lock_guard lock(mutex_);
    std::vector<store::Memo> found;
    for (const auto& [key, memo] : memos_) {
      if (key.starts_with(prefix)) found.push_back(memo);
    }
    return found;
  }
  Result<> put(const store::Memo& memo) override {
    SG_TRY(store::check_memo(memo));
    const std::lock_guard lock(mutex_);
    memos_[memo.key] = memo;
    return {};
  }
  Result<> forget(const std::string& prefix, Time before) override {
    const std::lock_guard lock(mutex_);
    std::erase_if(
        memos_, [&](const auto& entry) { return entry.first.starts_with(prefix) && entry.second.written < before; });
    return {};
  }

 private:
  std::mutex mutex_;
  std::map<std::string, store::Memo> memos_;
};

class TestClock final : public Clock {
 public:
  Time now() const override { return Time(std::chrono::milliseconds(now_.load())); }
  void set(Time time) { now_.store(time.time_since_epoch().count()); }

 private:
  std::atomic<std::int64_t> now_{kNow.time_since_epoch().count()};
};

/// Answers by path; counts. What is not published is 404.
class Publisher final : public net::HttpHandler {
 public:
  using Answer = std::function<net::HttpResponse(const std::string& body)>;

  Publisher() {
    server_ = std::move(*net::HttpServer::create({}, *this));
    server_->start();
  }
  ~Publisher() override {
    end_.set_value();
    server_->stop(std::chrono::steady_clock::now());
  }

  void publish(const std::string& path, Answer answer) {
    const std::lock_guard lock(mutex_);
    answers_[path] = std::move(answer);
  }
  void publish(const std::string& path, ByteView content) {
    publish(path, [text = std::string(as_text(content))](const std::string&) { return answer_of(text); });
  }
  /// Who asks for it waits until this server ends.
  void publish_without_end(const std::string& path) {
    publish(path, [end = ended_](const std::string&) {
      end.wait();
      return answer_of("late");
    });
  }
  static net::HttpResponse answer_of(std::string text) {
    net::HttpResponse response;
    response.body = std::move(text);
    return response;
  }
  static net::HttpResponse redirect_to(const std::string& location) {
    net::HttpResponse response;
    response.status = 302;
    response.headers.add("Location", location);
    return response;
  }
  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
  }
  int asked() const { return asked_.load(); }

  net::HttpBegin begin(net::HttpRequest request) override {
    ++asked_;
    return std::make_unique<Exchange>(*this, request.path);
  }

 private:
  class Exchange final : public net::HttpExchange {
   public:
    Exchange(Publisher& publisher, std::string path) : publisher_(publisher), path_(std::move(path)) {}
    std::optional<net::HttpResponse> write(ByteView block) override {
      body_ += as_text(block);
      return std::nullopt;
    }
    net::HttpResponse finish() override { return publisher_.answer(path_, body_); }

   private:
    Publisher& publisher_;
    std::string path_;
    std::string body_;
  };

  net::HttpResponse answer(const std::string& path, const std::string& body) {
    Answer found;
    {
      const std::lock_guard lock(mutex_);
      const auto place = answers_.find(path);
      if (place == answers_.end()) return net::HttpResponse::plain(404, "nothing there");
      found = place->second;
    }
    return found(body);
  }

  std::mutex mutex_;
  std::map<std::string, Answer> answers_;
  std::atomic<int> asked_{0};
  std::promise<void> end_;
  const std::shared_future<void> ended_ = end_.get_future().share();
  std::unique_ptr<net::HttpServer> server_;
};

}  // namespace sealgate::revocation::tests
