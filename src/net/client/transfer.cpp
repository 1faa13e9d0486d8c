#include "net/client/transfer.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "net/addresses.h"
#include "net/errors.h"

namespace sealgate::net::client {

namespace {

// As for compressed messages (cms/limits.h).
constexpr std::uint64_t kExpansionAllowance = std::uint64_t{16} * 1024 * 1024;
constexpr std::uint64_t kExpansionRatio = 200;
constexpr std::size_t kMaxAnswerHeaders = std::size_t{256} * 1024;

}  // namespace

Result<std::string> origin_of(const std::string& url) {
  SG_TRY_ASSIGN(const HttpUrl parsed, parse_http_url(url));
  return parsed.scheme + "://" + parsed.host + ":" + parsed.port;
}

Transfer::Transfer(Line& line, const HttpClientRequest& request, const std::atomic<bool>& cancelled,
                   bool fresh_connection)
    : line_(line),
      easy_(line.easy.get()),
      request_(request),
      cancelled_(cancelled),
      fresh_connection_(fresh_connection) {}

Transfer::~Transfer() {
  if (added_) curl_multi_remove_handle(line_.multi.get(), easy_);
  curl_easy_reset(easy_);  // forgets passwords and pointers to us; connections stay
}

std::size_t Transfer::read_body(char* into, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.block_.empty()) {
    if (transfer.body_ended_) return 0;
    transfer.paused_ = true;
    return CURL_READFUNC_PAUSE;
  }
  if (transfer.phases_.phase() != Phase::Send) transfer.phases_.enter(Phase::Send);
  const std::size_t take = std::min(size * count, transfer.block_.size());
  std::memcpy(into, transfer.block_.data(), take);
  transfer.block_ = transfer.block_.subspan(take);
  transfer.taken_ += take;
  return take;
}

curl_socket_t Transfer::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.phases_.phase() != Phase::Connect) transfer.phases_.enter(Phase::Connect);
  if (transfer.request_.accept_address) {
    const std::string text = numeric_address(address->addr);
    if (!transfer.request_.accept_address(text)) {
      transfer.refused_address_ = text.empty() ? "of an unknown kind" : text;
      return CURL_SOCKET_BAD;
    }
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

CURLcode Transfer::begin_tls(CURL*, void*, void* self) {
  static_cast<Transfer*>(self)->phases_.enter(Phase::Tls);
  return CURLE_OK;
}

int Transfer::begin_request(void* self, char*, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.uploaded_ = 0;
  transfer.answer_begun_ = false;
  transfer.phases_.enter(transfer.request_.body ? Phase::Send : Phase::Answer);
  return CURL_PREREQFUNC_OK;
}

int Transfer::seek_body(void* self, curl_off_t offset, int origin) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (offset == 0 && origin == SEEK_SET && transfer.pumped_ == 0) return CURL_SEEKFUNC_OK;
  transfer.rewind_wanted_ = true;  // the pump cannot go back, but it can begin again
  return CURL_SEEKFUNC_FAIL;
}

std::size_t Transfer::take_answer(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t bytes = size * count;
  long status = 0;
  curl_easy_getinfo(transfer.easy_, CURLINFO_RESPONSE_CODE, &status);
  transfer.phases_.enter(Phase::Receive);
  transfer.answer_bytes_ += bytes;
  if (transfer.request_.answer_target && status >= 200 && status < 300) {
    auto passed = transfer.check_answer_size();
    if (passed) passed = transfer.pass_on_answer(as_bytes(std::string_view(data, bytes)));
    if (passed) return bytes;
    transfer.target_error_ = passed.error();
    return 0;  // ends the transfer
  }
  std::string& body = transfer.response_.body;
  const std::size_t limit = transfer.request_.response_limit;
  const std::size_t room = limit - std::min(limit, body.size());
  body.append(data, std::min(room, bytes));
  if (bytes <= room) return bytes;
  transfer.response_.body_truncated = true;
  transfer.cut_ = transfer.answer_bytes_ > limit + transfer.request_.drain_limit;
  return transfer.cut_ ? 0 : bytes;
}

Result<> Transfer::check_answer_size() const {
  if (request_.answer_limit > 0 && answer_bytes_ > request_.answer_limit) {
    return fail(kAnswerTooLarge,
                "the server's answer is larger than the " + std::to_string(request_.answer_limit) + " bytes allowed",
                request_.url, "raise the limit of the send port, or ask the partner");
  }
  if (!request_.accept_gzip || answer_bytes_ <= kExpansionAllowance) return {};
  curl_off_t wire = 0;
  curl_easy_getinfo(easy_, CURLINFO_SIZE_DOWNLOAD_T, &wire);
  if (answer_bytes_ / kExpansionRatio <= static_cast<std::uint64_t>(std::max<curl_off_t>(wire, 1))) return {};
  return fail(kAnswerExpands, "the server's compressed answer expands to more than 200 times its size", request_.url,
              "ask the partner, or do not accept compressed answers");
}

Result<> Transfer::pass_on_answer(ByteView bytes) {
  if (target_ == nullptr) {
    SG_TRY_ASSIGN(target_, request_.answer_target(response_.headers));
  }
  return target_->write(bytes);
}

std::size_t Transfer::take_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t bytes = size * count;
  const std::string_view line = trim({data, bytes});
  transfer.header_bytes_ += bytes;
  transfer.phases_.enter(Phase::Receive);
  if (transfer.header_bytes_ > kMaxAnswerHeaders) return 0;  // ends the transfer
  if (line.starts_with("HTTP/")) {
    // A new answer: after 100 Continue, or after the 401 that Digest begins with.
    transfer.answer_begun_ = !line.substr(std::min(line.find(' '), line.size())).starts_with(" 1");
    transfer.response_.headers = {};
    transfer.response_.body.clear();
    transfer.answer_bytes_ = 0;
    return bytes;
  }
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    transfer.response_.headers.add(std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1))));
  }
  return bytes;
}

Result<> Transfer::check_time() {
  curl_off_t uploaded = 0;
  curl_easy_getinfo(easy_, CURLINFO_SIZE_UPLOAD_T, &uploaded);
  if (uploaded != uploaded_) phases_.moved();
  uploaded_ = uploaded;
  if (phases_.phase() == Phase::Send && block_.empty() && took_whole_body()) {
    // A hasty server has begun to answer before the body was there.
    phases_.enter(answer_begun_ ? Phase::Receive : Phase::Answer);
  }
  auto overdue = phases_.overdue(request_);
  if (overdue) return fail(std::move(*overdue));
  return {};
}

Result<> Transfer::drive() {
  while (!over_) {
    if (cancelled_.load(std::memory_order_relaxed)) {
      return fail(kCancelled, "the request was cancelled", request_.url,
                  "it is tried again when the service runs again");
    }
    SG_TRY_ASSIGN(const auto ended, line_.advance());
    if (ended) {
      result_ = *ended;
      over_ = true;
      break;
    }
    if (paused_ && block_.empty() && !body_ended_) return {};
    SG_TRY(check_time());
    SG_TRY(line_.wait());
  }
  return {};
}

Result<> Transfer::write(ByteView bytes) {
  if (bytes.empty()) return {};
  // The server may answer before it read everything. What it said is in the response, so the rest is only dropped.
  if (over_) return fail(kConnectionLost, "the server answered before it took the whole body", request_.url);
  if (request_.body_size && bytes.size() > *request_.body_size - pumped_) {
    return fail(kClientFailed, "the body is longer than announced", request_.url);
  }
  block_ = bytes;
  pumped_ += bytes.size();
  phases_.moved();  // what the pump took is not the server's time
  if (paused_) {
    paused_ = false;
    curl_easy_pause(easy_, CURLPAUSE_CONT);
  }
  const Result<> driven = drive();
  block_ = {};
  SG_TRY(driven);
  // With a known size the transfer ends in the write of the last byte.
  if (over_ && request_.body_size != pumped_)
    return fail(kConnectionLost, "the server answered before it took the whole body", request_.url);
  return {};
}

Result<> Transfer::finish() {
  if (request_.body_size && pumped_ != *request_.body_size) {
    return fail(kClientFailed, "the body is shorter than announced", request_.url);
  }
  body_ended_ = true;
  if (paused_) {
    paused_ = false;
    curl_easy_pause(easy_, CURLPAUSE_CONT);
  }
  return drive();
}

Result<HttpClientResponse> Transfer::run() {
  if (curl_multi_add_handle(line_.multi.get(), easy_) != CURLM_OK) {
    return fail(kClientFailed, "libcurl does not take the request", request_.url);
  }
  added_ = true;
  phases_.enter(Phase::Connect);
  const Result<> pumped = request_.body ? request_.body(*this) : drive();
  // Over: the transfer itself says how it went, also when the pump met the end early.
  if (!over_) {
    if (!pumped) return fail(pumped.error());
    return fail(kClientFailed, "the body was not finished", request_.url);
  }
  return conclude();
}

Result<HttpClientResponse> Transfer::conclude() {
  long status = 0;
  long connects = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_, CURLINFO_NUM_CONNECTS, &connects);
  response_.connection_reused = connects == 0;
  const char* peer = nullptr;
  if (curl_easy_getinfo(easy_, CURLINFO_PRIMARY_IP, &peer) == CURLE_OK && peer != nullptr)
    response_.peer_address = peer;
  if (target_error_) return fail(*target_error_);
  if (result_ != CURLE_OK && !cut_) {
    const bool lost = result_ == CURLE_SEND_ERROR || result_ == CURLE_RECV_ERROR || result_ == CURLE_GOT_NOTHING ||
                      result_ == CURLE_HTTP2 || result_ == CURLE_HTTP2_STREAM;
    stale_connection_ = lost && response_.connection_reused && status == 0 && !fresh_connection_;
    return fail(describe(result_));
  }
  if (status < 200 || status > 599) {
    return fail(kBadResponse, "the server's answer has no usable status", request_.url, "ask the partner's operator");
  }
  if (status < 300 && request_.body && !took_whole_body()) {
    return fail(kConnectionLost, "the server reported success before it had the whole body", request_.url,
                "it is tried again by the schedule of the send port; ask the partner's operator if it happens again");
  }
  response_.status = static_cast<int>(status);
  return std::move(response_);
}

}  // namespace sealgate::net::client
