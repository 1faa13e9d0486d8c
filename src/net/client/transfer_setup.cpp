// What is told to libcurl before a request: never anything that it would do by itself.

#include <algorithm>
#include <array>

#include "base/text.h"
#include "net/client/transfer.h"
#include "net/errors.h"

namespace sealgate::net::client {
namespace {

/// Made from the request, or a matter between us and the next server: nobody sets them.
constexpr std::array kOwnHeaders{"Content-Length", "Transfer-Encoding",   "Host",       "Connection",
                                 "Expect",         "Accept-Encoding",     "TE",         "Trailer",
                                 "Upgrade",        "Proxy-Authorization", "Keep-Alive", "Proxy-Connection"};

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

long method_of(HttpAuthentication authentication) {
  switch (authentication) {
    case HttpAuthentication::None:
      return static_cast<long>(CURLAUTH_NONE);
    case HttpAuthentication::Basic:
      return static_cast<long>(CURLAUTH_BASIC);
    case HttpAuthentication::Digest:
      return static_cast<long>(CURLAUTH_DIGEST);
    case HttpAuthentication::Ntlm:
      return static_cast<long>(CURLAUTH_NTLM);
  }
  return static_cast<long>(CURLAUTH_NONE);
}

/// Digest and NTLM ask for the challenge first. libcurl 7.88 cannot do that over HTTP/2: the stream never ends; and
/// NTLM proves a connection, of which HTTP/2 has one for all.
bool begins_without_body(HttpAuthentication authentication) {
  return authentication == HttpAuthentication::Digest || authentication == HttpAuthentication::Ntlm;
}

}  // namespace

Result<> Transfer::prepare() {
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, message_.data());
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
  if (!is_token(request_.method)) return fail(kBadHeader, "the method is not a token", {}, "use POST");
  set_connection();
  set_body();
  set_answer();
  set_credentials();
  SG_TRY(set_tls());
  return set_headers();
}

bool Transfer::wants_http2() const {
  return request_.http2 && !begins_without_body(request_.authentication) &&
         iequals(std::string_view(request_.url).substr(0, 6), "https:");
}

void Transfer::set_connection() {
  const long version =
      wants_http2() ? static_cast<long>(CURL_HTTP_VERSION_2TLS) : static_cast<long>(CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, version);
  // Without this libcurl reads http_proxy and its sisters from the environment.
  curl_easy_setopt(easy_, CURLOPT_PROXY, request_.proxy.c_str());
  curl_easy_setopt(easy_, CURLOPT_NOPROXY, "");
  curl_easy_setopt(easy_, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, fresh_connection_ ? 1L : 0L);
  // The phases have their own clock; this only keeps libcurl's shorter one out of the way.
  const auto connecting = request_.connect_timeout + request_.tls_timeout + std::chrono::seconds(1);
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connecting.count()));
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(request_.total_timeout.count()));
  curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, &Transfer::begin_request);
  curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
  if (request_.accept_address) {
    // Name and answer of the resolver prove nothing: the address of the very socket is judged.
    curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy_, CURLOPT_FORBID_REUSE, 1L);
  }
  if (!request_.keep_alive) {
    curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy_, CURLOPT_FORBID_REUSE, 1L);
  }
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
  curl_easy_setopt(easy_, CURLOPT_UPLOAD_BUFFERSIZE, static_cast<long>(kStreamBufferSize));
  curl_easy_setopt(easy_, CURLOPT_READFUNCTION, &Transfer::read_body);
  curl_easy_setopt(easy_, CURLOPT_READDATA, this);
  curl_easy_setopt(easy_, CURLOPT_SEEKFUNCTION, &Transfer::seek_body);
  curl_easy_setopt(easy_, CURLOPT_SEEKDATA, this);
}

void Transfer::set_answer() {
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Transfer::take_answer);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Transfer::take_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  if (request_.accept_gzip) curl_easy_setopt(easy_, CURLOPT_ACCEPT_ENCODING, "gzip");
}

void Transfer::set_credentials() {
  if (request_.authentication != HttpAuthentication::None) {
    curl_easy_setopt(easy_, CURLOPT_HTTPAUTH, method_of(request_.authentication));
    std::string password = to_text(request_.password);
    curl_easy_setopt(easy_, CURLOPT_USERNAME, request_.user.c_str());
    curl_easy_setopt(easy_, CURLOPT_PASSWORD, password.c_str());
    wipe(password.data(), password.size());
  }
  if (!request_.proxy.empty() && !request_.proxy_user.empty()) {
    std::string password = to_text(request_.proxy_password);
    curl_easy_setopt(easy_, CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC));
    curl_easy_setopt(easy_, CURLOPT_PROXYUSERNAME, request_.proxy_user.c_str());
    curl_easy_setopt(easy_, CURLOPT_PROXYPASSWORD, password.c_str());
    wipe(password.data(), password.size());
  }
}

Result<> Transfer::set_tls() {
  const bool only_13 = request_.minimum_tls == TlsVersion::Tls13;
  curl_easy_setopt(easy_, CURLOPT_SSLVERSION,
                   static_cast<long>(only_13 ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, request_.verify_server ? 1L : 0L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, request_.verify_server && request_.verify_name ? 2L : 0L);
  curl_easy_setopt(easy_, CURLOPT_SSL_CTX_FUNCTION, &Transfer::begin_tls);
  curl_easy_setopt(easy_, CURLOPT_SSL_CTX_DATA, this);
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

Result<> Transfer::append_header(const std::string& line) {
  curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
  if (longer == nullptr) return fail(kClientFailed, "libcurl has no memory for the headers");
  static_cast<void>(headers_.release());
  headers_.reset(longer);
  return {};
}

Result<> Transfer::set_headers() {
  for (const HttpHeader& field : request_.headers) {
    SG_TRY(check_header(field.name, field.value));
    if (std::ranges::any_of(kOwnHeaders, [&](const char* own) { return iequals(field.name, own); })) {
      return fail(kBadHeader, "this header is made from the request and cannot be set", "header " + field.name,
                  "remove it from the settings");
    }
    // "Name;" is libcurl's way to send a header without a value; "Name:" would remove it.
    SG_TRY(append_header(field.value.empty() ? field.name + ";" : field.name + ": " + field.value));
  }
  if (!request_.keep_alive) SG_TRY(append_header("Connection: close"));
  if (!request_.headers.contains("User-Agent")) SG_TRY(append_header("User-Agent: Sealgate"));
  // libcurl would add this one to bodies of unknown type.
  if (!request_.headers.contains("Content-Type")) SG_TRY(append_header("Content-Type:"));
  if (request_.body && request_.expect_continue) {
    SG_TRY(append_header("Expect: 100-continue"));
    curl_easy_setopt(easy_, CURLOPT_EXPECT_100_TIMEOUT_MS, static_cast<long>(request_.expect_continue->count()));
  } else {
    SG_TRY(append_header("Expect:"));  // libcurl would add it to large bodies
  }
  // Said aloud, libcurl sends chunks to a server whose last answer was HTTP/1.0, too. It must not be said to the
  // first request of a handshake, which has no body, and HTTP/2 has no such thing.
  if (request_.body && !request_.body_size && !begins_without_body(request_.authentication) && !wants_http2()) {
    SG_TRY(append_header("Transfer-Encoding: chunked"));
  }
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_.get());
  return {};
}

}  // namespace sealgate::net::client
