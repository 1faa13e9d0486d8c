#include "net/http_client.h"

#include <algorithm>

#include "net/client/redirects.h"
#include "net/client/transfer.h"
#include "net/errors.h"

namespace sealgate::net {

HttpStatusClass classify_status(int status) {
  if (status >= 200 && status < 300) return HttpStatusClass::Success;
  if (status >= 300 && status < 400) return HttpStatusClass::Redirect;
  if (status == 408 || status == 425 || status == 429) return HttpStatusClass::Busy;
  if (status >= 400 && status < 500) return HttpStatusClass::ClientError;
  return HttpStatusClass::ServerError;
}

std::string_view to_string(HttpStatusClass status_class) {
  switch (status_class) {
    case HttpStatusClass::Success:
      return "success";
    case HttpStatusClass::Redirect:
      return "redirect";
    case HttpStatusClass::Busy:
      return "busy";
    case HttpStatusClass::ClientError:
      return "client-error";
    case HttpStatusClass::ServerError:
      return "server-error";
  }
  return "server-error";
}

class HttpClient::Impl {
 public:
  explicit Impl(std::size_t max_idle) : pool_(max_idle) {}

  Result<HttpClientResponse> send(const HttpClientRequest& request) {
    using Clock = std::chrono::steady_clock;
    const auto deadline = Clock::now() + request.total_timeout;
    client::Redirects redirects(request);
    SG_TRY_ASSIGN(HttpClientResponse response, send_once(request));
    while (true) {
      SG_TRY_ASSIGN(auto onward, redirects.next(response));
      if (!onward) return response;
      if (request.total_timeout.count() > 0) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        onward->total_timeout = std::max(left, std::chrono::milliseconds(1));
      }
      SG_TRY_ASSIGN(response, send_once(*onward));
    }
  }

  void cancel() { cancelled_.store(true); }

 private:
  Result<HttpClientResponse> send_once(const HttpClientRequest& request) {
    SG_TRY_ASSIGN(const std::string origin, client::origin_of(request.url));
    bool again = false;
    Result<HttpClientResponse> result = attempt(request, origin, false, again);
    if (again) result = attempt(request, origin, true, again);
    return result;
  }

  Result<HttpClientResponse> attempt(const HttpClientRequest& request, const std::string& origin, bool fresh,
                                     bool& again) {
    SG_TRY_ASSIGN(auto line, pool_.take(origin));
    bool clean = false;
    Result<HttpClientResponse> result = exchange(*line, request, fresh, again, clean);
    // A line that failed may hold half a request: it is closed instead of kept.
    if (result && clean && !again) pool_.give_back(std::move(line));
    return result;
  }

  Result<HttpClientResponse> exchange(client::Line& line, const HttpClientRequest& request, bool fresh, bool& again,
                                      bool& clean) {
    client::Transfer transfer(line, request, cancelled_, fresh);
    SG_TRY(transfer.prepare());
    Result<HttpClientResponse> result = transfer.run();
    // What proved the connection is forgotten behind a balancer: it is proved anew.
    const bool unproven = result && result->status == 401 && result->connection_reused &&
                          request.authentication == HttpAuthentication::Ntlm;
    again = !fresh && (transfer.wants_new_connection() || unproven);
    clean = transfer.read_to_the_end();
    return result;
  }

  std::atomic<bool> cancelled_{false};
  client::LinePool pool_;
};

HttpClient::HttpClient(std::size_t max_idle_connections) : impl_(std::make_unique<Impl>(max_idle_connections)) {}
HttpClient::~HttpClient() = default;
Result<HttpClientResponse> HttpClient::send(const HttpClientRequest& request) {
  return impl_->send(request);
}
void HttpClient::cancel() {
  impl_->cancel();
}

}  // namespace sealgate::net
