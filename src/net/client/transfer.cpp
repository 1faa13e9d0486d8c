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

/// How soon a cancel is seen while nothing moves on the network.
constexpr int kPollMilliseconds = 200;
constexpr std::size_t kMaxAnswerHeaders = std::size_t{256} * 1024;

std::string to_text(const std::shared_ptr<const Secret>& secret) {
  return secret ? std::string(secret->text()) : "";
}

bool is_pem(ByteView bytes) {
  return as_text(bytes).find("-----BEGIN ") != std::string_view::npos;
}

curl_blob blob_of(ByteView bytes) {
  // libcurl's struct has no const; with CURL_BLOB_COPY it only reads.
  return {const_cast<Byte*>(bytes.data()), bytes.size(), CURL_BLOB_COPY};
}

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

Result<> Transfer::prepare() {
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, message_.data());
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  // Without this libcurl reads http_proxy and its sisters from the environment.
  curl_easy_setopt(easy_, CURLOPT_PROXY, request_.proxy.c_str());
  curl_easy_setopt(easy_, CURLOPT_NOPROXY, "");
  curl_easy_setopt(easy_, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, fresh_connection_ ? 1L : 0L);
  curl_easy_setopt(easy_, CURLOPT_UPLOAD_BUFFERSIZE, static_cast<long>(kStreamBufferSize));
  curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.connect_timeout.count()));
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(request_.total_timeout.count()));
  curl_easy_setopt(easy_, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(easy_, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request_.stall_timeout.count()));
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Transfer::take_answer);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Transfer::take_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  if (request_.accept_address) {
    // Name and answer of the resolver prove nothing: the address of the very socket is judged.
    curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
    curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy_, CURLOPT_FORBID_REUSE, 1L);
  }
  if (!is_token(request_.method)) return fail(kBadHeader, "the method is not a token", {}, "use POST");
  set_body();
  set_credentials();
  SG_TRY(set_tls());
  return set_headers();
}

void Transfer::set_body() {
  if (!request_.body) {
    if (request_.method == "HEAD") {
      curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
    } else if (request_.method == "POST") {
      curl_easy_setopt(easy_, CURLOPT_POST, 1L);
      curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t{0});
      curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, "");
    } else {
      curl_easy_setopt(easy_, CURLOPT_HTTPGET, 1L);
    }
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    return;
  }
  curl_easy_setopt(easy_, CURLOPT_POST, 1L);
  curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  const curl_off_t size = request_.body_size ? static_cast<curl_off_t>(*request_.body_size) : curl_off_t{-1};
  curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, size);
  curl_easy_setopt(easy_, CURLOPT_READFUNCTION, &Transfer::read_body);
  curl_easy_setopt(easy_, CURLOPT_READDATA, this);
  curl_easy_setopt(easy_, CURLOPT_SEEKFUNCTION, &Transfer::seek_body);
  curl_easy_setopt(easy_, CURLOPT_SEEKDATA, this);
}

void Transfer::set_credentials() {
  if (request_.authentication != HttpAuthentication::None) {
    const bool digest = request_.authentication == HttpAuthentication::Digest;
    curl_easy_setopt(easy_, CURLOPT_HTTPAUTH, digest ? CURLAUTH_DIGEST : CURLAUTH_BASIC);
    std::string password = to_text(request_.password);
    curl_easy_setopt(easy_, CURLOPT_USERNAME, request_.user.c_str());
    curl_easy_setopt(easy_, CURLOPT_PASSWORD, password.c_str());
    wipe(password.data(), password.size());
  }
  if (!request_.proxy.empty() && !request_.proxy_user.empty()) {
    std::string password = to_text(request_.proxy_password);
    curl_easy_setopt(easy_, CURLOPT_PROXYUSERNAME, request_.proxy_user.c_str());
    curl_easy_setopt(easy_, CURLOPT_PROXYPASSWORD, password.c_str());
    wipe(password.data(), password.size());
  }
}

Result<> Transfer::set_tls() {
  curl_easy_setopt(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, request_.verify_server ? 1L : 0L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, request_.verify_server ? 2L : 0L);
  if (!request_.trusted_ca_pem.empty()) {
    curl_blob blob = blob_of(request_.trusted_ca_pem);
    curl_easy_setopt(easy_, CURLOPT_CAINFO_BLOB, &blob);
    // The built-in one is the system's folder.
    if (!request_.trust_system) curl_easy_setopt(easy_, CURLOPT_CAPATH, nullptr);
  }
  if (!request_.client_certificate) return {};
  const ByteView certificate = request_.client_certificate->certificate_chain;
  const ByteView key =
      request_.client_certificate->private_key ? request_.client_certificate->private_key->view() : ByteView{};
  if (certificate.empty() || key.empty()) {
    return fail(kBadTlsIdentity, "the client certificate has no certificate or no private key", request_.url,
                "assign a certificate of the Personal store, with its key");
  }
  curl_blob certificate_blob = blob_of(certificate);
  curl_blob key_blob = blob_of(key);
  curl_easy_setopt(easy_, CURLOPT_SSLCERT_BLOB, &certificate_blob);
  curl_easy_setopt(easy_, CURLOPT_SSLCERTTYPE, is_pem(certificate) ? "PEM" : "DER");
  curl_easy_setopt(easy_, CURLOPT_SSLKEY_BLOB, &key_blob);
  curl_easy_setopt(easy_, CURLOPT_SSLKEYTYPE, is_pem(key) ? "PEM" : "DER");
  return {};
}

Result<> Transfer::set_headers() {
  const auto append_line = [this](const std::string& line) -> Result<> {
    curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
    if (longer == nullptr) return fail(kClientFailed, "libcurl has no memory for the headers");
    static_cast<void>(headers_.release());
    headers_.reset(longer);
    return {};
  };
  for (const HttpHeader& field : request_.headers) {
    SG_TRY(check_header(field.name, field.value));
    for (const std::string_view framing : {"Content-Length", "Transfer-Encoding", "Host", "Connection"}) {
      if (iequals(field.name, framing)) {
        return fail(kBadHeader, "this header is made from the request and cannot be set", "header " + field.name,
                    "remove it from the settings");
      }
    }
    // "Name;" is libcurl's way to send a header without a value; "Name:" would remove it.
    SG_TRY(append_line(field.value.empty() ? field.name + ";" : field.name + ": " + field.value));
  }
  if (!request_.headers.contains("User-Agent")) SG_TRY(append_line("User-Agent: Sealgate"));
  // libcurl would add this one to bodies of unknown type.
  if (!request_.headers.contains("Content-Type")) SG_TRY(append_line("Content-Type:"));
  if (request_.body && !request_.body_size) SG_TRY(append_line("Transfer-Encoding: chunked"));
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_.get());
  return {};
}

std::size_t Transfer::read_body(char* into, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.block_.empty()) {
    if (transfer.body_ended_) return 0;
    transfer.paused_ = true;
    return CURL_READFUNC_PAUSE;
  }
  const std::size_t take = std::min(size * count, transfer.block_.size());
  std::memcpy(into, transfer.block_.data(), take);
  transfer.block_ = transfer.block_.subspan(take);
  transfer.taken_ += take;
  return take;
}

curl_socket_t Transfer::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string text = numeric_address(address->addr);
  if (!transfer.request_.accept_address(text)) {
    transfer.refused_address_ = text.empty() ? "of an unknown kind" : text;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
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
  if (transfer.request_.answer_target && status >= 200 && status < 300) {
    const auto passed = transfer.pass_on_answer(as_bytes(std::string_view(data, bytes)));
    if (passed) return bytes;
    transfer.target_error_ = passed.error();
    return 0;  // ends the transfer
  }
  std::string& body = transfer.response_.body;
  const std::size_t room = transfer.request_.response_limit - std::min(transfer.request_.response_limit, body.size());
  body.append(data, std::min(room, bytes));
  if (bytes > room) transfer.response_.body_truncated = true;
  return bytes;
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
  if (transfer.header_bytes_ > kMaxAnswerHeaders) return 0;  // ends the transfer
  if (line.starts_with("HTTP/")) {
    // A new answer: after 100 Continue, or after the 401 that Digest begins with.
    transfer.response_.headers = {};
    transfer.response_.body.clear();
    return bytes;
  }
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    transfer.response_.headers.add(std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1))));
  }
  return bytes;
}

Result<> Transfer::drive() {
  CURLM* const multi = line_.multi.get();
  while (!over_) {
    if (cancelled_.load(std::memory_order_relaxed)) {
      return fail(kCancelled, "the request was cancelled", request_.url,
                  "it is tried again when the service runs again");
    }
    int running = 0;
    CURLMcode code = curl_multi_perform(multi, &running);
    if (code == CURLM_OK && running == 0) {
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
        if (message->msg == CURLMSG_DONE) result_ = message->data.result;
      }
      over_ = true;
      break;
    }
    if (paused_ && block_.empty() && !body_ended_) return {};
    if (code == CURLM_OK) code = curl_multi_poll(multi, nullptr, 0, kPollMilliseconds, nullptr);
    if (code != CURLM_OK)
      return fail(kClientFailed, std::string("libcurl: ") + curl_multi_strerror(code), request_.url);
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
  if (target_error_) return fail(*target_error_);
  if (result_ != CURLE_OK) {
    const bool lost = result_ == CURLE_SEND_ERROR || result_ == CURLE_RECV_ERROR || result_ == CURLE_GOT_NOTHING;
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

Error Transfer::describe(CURLcode code) const {
  const std::string detail = message_[0] != '\0' ? message_.data() : curl_easy_strerror(code);
  const auto error = [&](ErrorCode id, const char* what, const char* remedy) {
    return Error{id, what + (": " + detail), request_.url, remedy};
  };
  if (code == CURLE_COULDNT_CONNECT && !refused_address_.empty()) {
    return Error{kAddressRefused, "the server is at the address " + refused_address_ + ", which is not allowed",
                 request_.url, "allow its host by name, if it is meant"};
  }
  switch (code) {
    case CURLE_URL_MALFORMAT:
      return error(kBadUrl, "the destination URL cannot be used", "correct the URL in the send port");
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return error(kUnreachable, "the server cannot be reached", "check name, port, firewall, and that it runs");
    case CURLE_OPERATION_TIMEDOUT:
      return error(kTimeout, "the server took too long", "raise the time limit of the send port or ask the partner");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return error(kTlsNotTrusted, "the server's certificate is not trusted",
                   "import its authority as a trusted root");
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      return error(kBadTlsIdentity, "the client certificate or the trusted roots cannot be used",
                   "check certificate, key and roots of the send port");
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
    case CURLE_USE_SSL_FAILED:
      return error(kTlsFailed, "the TLS handshake failed",
                   "compare TLS versions and the demanded client certificate");
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_FAIL_REWIND:
      return error(kConnectionLost, "the connection broke", "it is tried again by the schedule of the send port");
    case CURLE_UNSUPPORTED_PROTOCOL:  // the URL was checked before: it is the answer that is no HTTP
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_WRITE_ERROR:
    case CURLE_BAD_CONTENT_ENCODING:
      return error(kBadResponse, "the server's answer cannot be read", "ask the partner's operator");
    default:
      return error(kClientFailed, "the request failed", "see the text of libcurl");
  }
}

}  // namespace sealgate::net::client
