#include "net/client/curl_handles.h"

#include "net/errors.h"

namespace sealgate::net::client {

namespace {

/// Once for the process, before the first handle; libcurl undoes it at exit of the process only.
bool start_libcurl() {
  static const bool started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return started;
}

/// How soon a cancel is seen while nothing moves on the network.
constexpr int kPollMilliseconds = 200;

Result<> checked(CURLMcode code) {
  if (code != CURLM_OK) return fail(kClientFailed, std::string("libcurl: ") + curl_multi_strerror(code));
  return {};
}

}  // namespace

Result<std::unique_ptr<Line>> Line::open() {
  auto line = std::make_unique<Line>();
  if (start_libcurl()) {
    line->multi.reset(curl_multi_init());
    line->easy.reset(curl_easy_init());
  }
  if (!line->multi || !line->easy) {
    return fail(kClientFailed, "libcurl cannot start", {},
                "check the memory of the machine and libcurl's installation");
  }
  // One line serves one request at a time, so one connection is all it needs to keep.
  curl_multi_setopt(line->multi.get(), CURLMOPT_MAXCONNECTS, 1L);
  return line;
}

Result<std::optional<CURLcode>> Line::advance() const {
  int running = 0;
  SG_TRY(checked(curl_multi_perform(multi.get(), &running)));
  if (running > 0) return std::nullopt;
  CURLcode result = CURLE_OK;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
    if (message->msg == CURLMSG_DONE) result = message->data.result;
  }
  return result;
}

Result<> Line::wait() const {
  return checked(curl_multi_poll(multi.get(), nullptr, 0, kPollMilliseconds, nullptr));
}

Result<std::unique_ptr<Line>> LinePool::take(std::string_view origin) {
  {
    const std::lock_guard lock(mutex_);
    for (auto candidate = idle_.rbegin(); candidate != idle_.rend(); ++candidate) {
      if ((*candidate)->origin != origin) continue;
      std::unique_ptr<Line> line = std::move(*candidate);
      idle_.erase(std::next(candidate).base());
      return line;
    }
  }
  SG_TRY_ASSIGN(auto line, Line::open());
  line->origin = origin;
  return line;
}

void LinePool::give_back(std::unique_ptr<Line> line) {
  std::unique_ptr<Line> oldest;  // closed outside of the lock
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(line));
  if (idle_.size() > max_idle_) {
    oldest = std::move(idle_.front());
    idle_.erase(idle_.begin());
  }
}

}  // namespace sealgate::net::client
