// Adapters and their settings.

#include "artifacts/errors.h"
#include "artifacts/read_parts.h"
#include "base/text.h"
#include "io/secret_source.h"

namespace sealgate::artifacts {
namespace {

/// "text/xml", "application/*".
bool is_type_pattern(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash != std::string_view::npos && slash > 0 && slash + 1 < text.size() &&
         text.find('/', slash + 1) == std::string_view::npos &&
         text.find_first_of(" \t;,\"<>") == std::string_view::npos;
}

bool is_authentication(std::string_view word) {
  return authentication_of(word).has_value();
}

HttpReceiveSettings read_http_receive(Fields& fields) {
  HttpReceiveSettings http;
  fields.text("path", http.path, Need::Required);
  fields.text("listener", http.listener);
  std::vector<std::string> words;
  fields.texts("authentication", words, 16, is_authentication, "use one or more of anonymous, basic, digest");
  for (const std::string& word : words) http.authentication.push_back(*authentication_of(word));
  fields.choice("client_certificate", http.client_certificate,
                {ClientCertificates::Off, ClientCertificates::Request, ClientCertificates::Require});
  fields.texts("content_types", http.content_types, 128, is_type_pattern,
               "write types like text/xml or application/*");
  read_networks(fields, "allowed_clients", http.allowed_clients);
  fields.integer("requests_per_second", http.requests_per_second, 0, 1'000'000);
  fields.boolean("suspend_failed_requests", http.suspend_failed_requests);
  fields.boolean("return_correlation_handle", http.return_correlation_handle);
  fields.size("maximum_body", http.maximum_body);
  fields.no_other_keys();
  check_address_length(fields, "path", http.path);
  if (!fields.reading().failed() &&
      (!http.path.starts_with('/') || http.path.find_first_of("?# ") != std::string::npos)) {
    fields.bad_value("path", "'path' must start with '/' and have no query, fragment or blank", "write '/orders'");
  }
  return http;
}

/// The word under "adapter", and the mapping under "settings".
template <typename Transport, typename File, typename Http, typename Soap, typename Sftp>
Transport read_transport(Fields& fields, File read_file, Http read_http, Soap read_soap, Sftp read_sftp) {
  fields.required("adapter");
  fields.required("settings");
  const auto adapter = fields.scalar("adapter");
  auto settings = fields.map("settings");
  if (!adapter || !settings) return {};
  if (*adapter == "FILE") return read_file(*settings);
  if (*adapter == "HTTP") return read_http(*settings);
  if (*adapter == "SOAP") return read_soap(*settings);
  if (*adapter == "SFTP") return read_sftp(*settings);
  fields.bad_value("adapter", "there is no adapter of this name", "use one of FILE, HTTP, SFTP, SOAP");
  return {};
}

SendTransport read_sending(Fields& fields, bool dynamic) {
  return read_transport<SendTransport>(
      fields, [dynamic](Fields& settings) { return read_file_send(settings, dynamic); },
      [dynamic](Fields& settings) { return read_http_send(settings, dynamic); },
      [dynamic](Fields& settings) { return read_soap_send(settings, dynamic, read_http_send); },
      [dynamic](Fields& settings) { return read_sftp_send(settings, dynamic); });
}

}  // namespace

void check_secret_source(Fields& fields, std::string_view key, const std::string& source) {
  if (source.empty() || io::is_secret_source(source)) return;
  // The value is not shown: it may be the password.
  fields.bad_value(key, "'" + std::string(key) + "' does not name a place",
                   "write file:/absolute/path (mode 0600) or credential:NAME, never the password itself");
}

void check_address_length(Fields& fields, std::string_view key, const std::string& address) {
  constexpr std::size_t kMaximumAddress = 256;
  if (address.size() > kMaximumAddress) {
    fields.bad_value(key, "the address has more than 256 characters", "shorten it");
  }
}

void refuse_address(Fields& fields, std::string_view key) {
  if (!fields.has(key)) return;
  fields.known(key);
  fields.bad_value(key, "a dynamic port takes its address from the message",
                   "remove '" + std::string(key) + "', or 'dynamic'", kContradiction);
}

ReceiveTransport read_receive_transport(Fields& fields) {
  return read_transport<ReceiveTransport>(
      fields, read_file_receive, read_http_receive,
      [](Fields& settings) { return read_soap_receive(settings, read_http_receive); }, read_sftp_receive);
}

SendTransport read_send_transport(Fields& fields) {
  return read_sending(fields, false);
}

SendTransport read_dynamic_transport(Fields& fields) {
  if (!fields.has("adapter") && !fields.has("settings")) return {};
  return read_sending(fields, true);
}

}  // namespace sealgate::artifacts
