#include "revocation/downloader.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "net/addresses.h"
#include "net/errors.h"
#include "revocation/errors.h"

namespace sealgate::revocation {
namespace {

using Clock = std::chrono::steady_clock;

tl::unexpected<Error> too_large(std::size_t limit, const std::string& url) {
  return fail(kTooLarge, "the answer has more than " + std::to_string(limit) + " bytes", url,
              "check that the address is right; what is published there is not what belongs there");
}

/// Collects the answer, up to the limit.
class LimitedBody final : public Sink {
 public:
  LimitedBody(Bytes& body, std::size_t limit, const std::string& url) : body_(body), limit_(limit), url_(url) {}
  Result<> write(ByteView bytes) override {
    if (bytes.size() > limit_ - body_.size()) return too_large(limit_, url_);
    append(body_, bytes);
    return {};
  }
  Result<> finish() override { return {}; }

 private:
  Bytes& body_;
  const std::size_t limit_;
  const std::string& url_;
};

/// True when the answer says itself that it is longer.
bool announces_more(const net::HttpHeaders& headers, std::size_t limit) {
  const std::string* length = headers.find("Content-Length");
  std::uint64_t bytes = 0;
  return length != nullptr &&
         std::from_chars(length->data(), length->data() + length->size(), bytes).ec == std::errc{} && bytes > limit;
}

tl::unexpected<Error> bad_answer(int status, const std::string& url) {
  return fail(kBadAnswer, "the server answers with status " + std::to_string(status), url,
              "open the address in a browser; ask the authority's operator");
}

}  // namespace

void Downloader::allow_private_hosts(std::vector<std::string> hosts) {
  const std::lock_guard lock(mutex_);
  private_hosts_ = std::move(hosts);
}

bool Downloader::is_allowed(const std::string& host) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(private_hosts_, [&](const std::string& allowed) { return iequals(allowed, host); });
}

Result<net::HttpClientResponse> Downloader::send(net::HttpClientRequest request, const DownloadRules& rules,
                                                 Clock::time_point deadline, Bytes& body) {
  SG_TRY_ASSIGN(const net::HttpUrl url, net::parse_http_url(request.url));
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
  if (left.count() <= 0) {
    return fail(net::kTimeout, "the server took too long", request.url, "ask the authority's operator");
  }
  request.total_timeout = left;
  request.connect_timeout = std::min(rules.connect_time, left);
  request.response_limit = 0;  // of answers that are no success nothing is wanted
  request.accept_address = [host_allowed = is_allowed(url.host)](const std::string& address) {
    return host_allowed || net::is_public_address(address);
  };
  body.clear();
  LimitedBody sink(body, rules.max_bytes, request.url);
  request.answer_target = [&](const net::HttpHeaders& headers) -> Result<Sink*> {
    if (announces_more(headers, rules.max_bytes)) return too_large(rules.max_bytes, request.url);
    return &sink;
  };
  return client_.send(request);
}

Result<Bytes> Downloader::get(const std::string& url, const DownloadRules& rules) {
  const auto deadline = Clock::now() + rules.total_time;
  std::string next = url;
  for (int redirects = 0; redirects <= rules.max_redirects; ++redirects) {
    net::HttpClientRequest request;
    request.method = "GET";
    request.url = next;
    Bytes body;
    SG_TRY_ASSIGN(const net::HttpClientResponse response, send(std::move(request), rules, deadline, body));
    if (response.status == 200) return body;
    const std::string* location = response.headers.find("Location");
    if (response.status_class() != net::HttpStatusClass::Redirect || location == nullptr) {
      return bad_answer(response.status, next);
    }
    SG_TRY_ASSIGN(next, net::resolve_url(next, *location));
  }
  return fail(kTooManyRedirects, "the server redirects more than " + std::to_string(rules.max_redirects) + " times",
              url, "ask the authority's operator, or name the right address as a source");
}

Result<Bytes> Downloader::post(const std::string& url, const std::string& content_type, ByteView content,
                               const DownloadRules& rules) {
  net::HttpClientRequest request;
  request.url = url;
  request.headers.add("Content-Type", content_type);
  request.body_size = content.size();
  request.body = [content](Sink& sink) -> Result<> {
    SG_TRY(sink.write(content));
    return sink.finish();
  };
  Bytes body;
  SG_TRY_ASSIGN(const net::HttpClientResponse response,
                send(std::move(request), rules, Clock::now() + rules.total_time, body));
  if (response.status != 200) return bad_answer(response.status, url);
  return body;
}

}  // namespace sealgate::revocation
