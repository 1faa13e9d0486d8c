#include "net/client/curl_handles.h"

#include "net/errors.h"

namespace sealgate::net::client {

namespace {

/// Once for the process, before the first handle; libcurl undoes it at exit of the process only.
bool start_libcurl() {
  static const bool started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return started;
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
