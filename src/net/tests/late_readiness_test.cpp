// What the system tells of a connection may come late: one I/O thread was told that the request is there, and is held
// up until another has read and answered it. Here such a late word is put in by hand.

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>

#include <future>

#include "net/tests/support.h"

namespace {

std::mutex told_mutex;
epoll_data_t last_watched{};            // of the connection that came last
std::optional<epoll_data_t> told_late;  // told once more by the next call that returns

template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

// In the place of the C library's, for this program. Its header has names that are its own.
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)
extern "C" int epoll_ctl(int poll, int what, int descriptor, epoll_event* event) noexcept {
  static auto* const call = real<int(int, int, int, epoll_event*)>("epoll_ctl");
  if (what == EPOLL_CTL_ADD) {
    const std::lock_guard lock(told_mutex);
    last_watched = event->data;
  }
  return call(poll, what, descriptor, event);
}

extern "C" int epoll_wait(int poll, epoll_event* events, int most, int milliseconds) {
  static auto* const call = real<int(int, epoll_event*, int, int)>("epoll_wait");
  int count = call(poll, events, most, milliseconds);
  const std::lock_guard lock(told_mutex);
  if (told_late && count >= 0 && count < most) {
    events[count].events = EPOLLIN;
    events[count++].data = *told_late;
    told_late.reset();
  }
  return count;
}
// NOLINTEND(readability-inconsistent-declaration-parameter-name)

namespace sealgate::net {
namespace {

/// Says what the test gives it.
class Pieces final : public StreamedBody {
 public:
  void on_ready(std::function<void()> ready) override {
    const std::lock_guard lock(mutex_);
    ready_ = std::move(ready);
    call();
  }
  std::optional<std::string> next() override {
    const std::lock_guard lock(mutex_);
    if (said_.empty()) return std::nullopt;
    return std::exchange(said_, {});
  }
  /// Empty: that was all.
  void say(std::string text) {
    const std::lock_guard lock(mutex_);
    said_ = std::move(text);
    news_ = true;
    call();
  }

 private:
  void call() {
    if (!news_ || !ready_) return;
    news_ = false;
    std::exchange(ready_, {})();
  }
  std::mutex mutex_;
  std::function<void()> ready_;
  std::string said_;
  bool news_ = false;
};

TEST(LateReadiness, DoesNotEndAStreamedAnswer) {
  tests::TestHandler handler;
  HttpServerOptions options;
  options.io_threads = 1;  // so that what was told is dealt with in turn
  tests::RunningServer server(handler, options);
  const auto pieces = std::make_shared<Pieces>();  // goes first: what it was given to call is the server's
  std::promise<void> let_go;
  handler.on_finish = [&](const HttpRequest& request, const std::string&) {
    HttpResponse response = HttpResponse::plain(200, "begun");
    // The server's hold on it, which tells of its end.
    if (request.path == "/stream") response.stream = {pieces.get(), [&](StreamedBody*) { let_go.set_value(); }};
    return response;
  };
  tests::RawClient listener(server.port());
  ASSERT_TRUE(listener.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"));
  ASSERT_THAT(listener.read_until("begun\n\r\n"), testing::HasSubstr("200"));
  pieces->say("one");
  ASSERT_THAT(listener.read_until("one\r\n"), testing::HasSubstr("one"));
  {
    const std::lock_guard lock(told_mutex);
    told_late = last_watched;
  }
  tests::RawClient other(server.port());
  ASSERT_TRUE(other.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_THAT(other.read_answer(), testing::HasSubstr("200"));
  {
    const std::lock_guard lock(told_mutex);
    EXPECT_FALSE(told_late) << "nothing was told late";
  }
  pieces->say("two");
  EXPECT_THAT(listener.read_until("two\r\n"), testing::EndsWith("two\r\n"));
  // But who speaks still ends it.
  ASSERT_TRUE(listener.send("enough"));
  EXPECT_EQ(let_go.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
}

}  // namespace
}  // namespace sealgate::net
