// Settings of the SOAP adapter: its own fields, then those of HTTP.

#include <algorithm>

#include "artifacts/errors.h"
#include "artifacts/read_parts.h"

namespace sealgate::artifacts {
namespace {

constexpr std::size_t kMaximumName = 500;

/// "namespace#name", "namespace#*".
bool is_block_name(std::string_view text) {
  const std::size_t hash = text.rfind('#');
  return hash != std::string_view::npos && hash > 0 && hash + 1 < text.size() &&
         text.find_first_of(" \t\"<>") == std::string_view::npos;
}

bool is_header_name(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  });
}

void read_understood(Fields& fields, std::vector<std::string>& out) {
  fields.texts("understood_headers", out, kMaximumName, is_block_name,
               "write namespace#name, or namespace#* for all of a namespace");
}

void check_body(Fields& fields, std::uint64_t maximum) {
  if (!fields.reading().failed() && maximum > kSoapLargestBody) {
    fields.bad_value("maximum_body", "a SOAP message may have 64MiB at most: it is held in memory as a whole",
                     "send larger content by HTTP or FILE");
  }
}

bool has_bad_action(const std::string& action) {
  return action.size() > kMaximumName || action.find_first_of(" \t\"\\<>") != std::string::npos;
}

void check_name(Fields& fields, std::string_view key, const std::string& name) {
  const bool starts =
      !name.empty() && !(name.front() >= '0' && name.front() <= '9') && name.front() != '-' && name.front() != '.';
  if (fields.reading().failed() || (starts && name.size() <= 128 && is_header_name(name))) return;
  fields.bad_value(key, "'" + std::string(key) + "' must be a name of letters, digits, '.', '_' and '-'",
                   "write a name as programs have it, without blanks");
}

std::vector<SoapOperation> read_operations(Fields& fields) {
  std::vector<SoapOperation> all;
  for (Fields& each : fields.maps("operations")) {
    SoapOperation operation;
    each.text("name", operation.name, Need::Required);
    each.text("action", operation.action);
    each.text("request", operation.request);
    each.text("response", operation.response);
    each.no_other_keys();
    check_name(each, "name", operation.name);
    if (each.reading().failed()) return all;
    if (has_bad_action(operation.action)) {
      each.bad_value("action", "'action' has characters that a SOAPAction must not have", "write a URI");
    }
    const bool twice = std::ranges::find(all, operation.name, &SoapOperation::name) != all.end() ||
                       std::ranges::find(all, operation.request, &SoapOperation::request) != all.end();
    if (twice) {
      each.bad_value("name", "two operations have this name, or the same request",
                     "give each its own name and its own document");
    }
    all.push_back(std::move(operation));
  }
  return all;
}

constexpr Duration kLongestAge{std::chrono::hours(24)};

SoapUser read_user(Fields& fields) {
  SoapUser user;
  fields.text("name", user.name, Need::Required);
  fields.text("password_file", user.password_file, Need::Required);
  if (!fields.reading().failed() && !user.password_file.starts_with('/')) {
    fields.bad_value("password_file", "'password_file' must be an absolute path", "write the path from the root");
  }
  return user;
}

void read_check(Fields& fields, std::string_view key, std::optional<SoapCheck>& out) {
  auto inner = fields.map(key);
  if (!inner) return;
  SoapCheck check;
  inner->boolean("require_signature", check.require_signature);
  inner->boolean("require_encryption", check.require_encryption);
  inner->boolean("require_timestamp", check.require_timestamp);
  inner->duration("maximum_age", check.maximum_age, Duration(std::chrono::seconds(1)), kLongestAge);
  inner->duration("clock_skew", check.clock_skew, Duration(0), kLongestAge);
  for (Fields& each : inner->maps("users")) {
    check.users.push_back(read_user(each));
    each.no_other_keys();
  }
  inner->no_other_keys();
  out = std::move(check);
}

void read_seal(Fields& fields, std::string_view key, std::optional<SoapSeal>& out) {
  auto inner = fields.map(key);
  if (!inner) return;
  SoapSeal seal;
  inner->boolean("sign", seal.sign);
  inner->boolean("encrypt", seal.encrypt);
  inner->choice("cipher", seal.cipher,
                {SoapCipher::Aes128Gcm, SoapCipher::Aes256Gcm, SoapCipher::Aes128Cbc, SoapCipher::Aes256Cbc});
  inner->duration("lifetime", seal.lifetime, Duration(std::chrono::seconds(1)), kLongestAge);
  if (auto user = inner->map("user")) {
    seal.user = read_user(*user);
    user->boolean("password_digest", seal.password_digest);
    user->no_other_keys();
  }
  inner->no_other_keys();
  const bool cbc = seal.cipher == SoapCipher::Aes128Cbc || seal.cipher == SoapCipher::Aes256Cbc;
  if (!inner->reading().failed() && cbc && !seal.sign) {
    inner->bad_value("cipher", "AES-CBC without a signature lets others read along",
                     "sign as well, or use aes256-gcm", kContradiction);
  }
  out = std::move(seal);
}

}  // namespace

SoapReceiveSettings read_soap_receive(Fields& fields, HttpReceiveSettings (*read_http)(Fields&)) {
  SoapReceiveSettings soap;
  fields.choice("version", soap.version, {SoapVersions::Any, SoapVersions::Soap11, SoapVersions::Soap12});
  read_understood(fields, soap.understood_headers);
  read_check(fields, "security", soap.security);
  read_seal(fields, "response_security", soap.response_security);
  fields.text("service", soap.service);
  fields.text("public_address", soap.public_address);
  fields.names("schemas", soap.schemas);
  soap.operations = read_operations(fields);
  soap.http = read_http(fields);
  check_name(fields, "service", soap.service);
  check_body(fields, soap.http.maximum_body);
  return soap;
}

SoapSendSettings read_soap_send(Fields& fields, bool dynamic, HttpSendSettings (*read_http)(Fields&, bool)) {
  SoapSendSettings soap;
  fields.boolean("use_soap12", soap.use_soap12);
  fields.text("action", soap.action);
  fields.texts("headers", soap.headers, kMaximumName, is_header_name, "write the name after 'SOAPHeader.'");
  read_understood(fields, soap.understood_headers);
  fields.size("maximum_body", soap.maximum_body);
  read_seal(fields, "security", soap.security);
  read_check(fields, "answer_security", soap.answer_security);
  soap.http = read_http(fields, dynamic);
  if (fields.reading().failed()) return soap;
  check_body(fields, soap.maximum_body);
  if (soap.maximum_body == 0) soap.maximum_body = kSoapMaximumBody;
  if (!soap.http.content_type.empty()) {
    fields.bad_value("content_type", "the content type of SOAP is given by its version", "remove 'content_type'",
                     kContradiction);
  } else if (has_bad_action(soap.action)) {
    fields.bad_value("action", "'action' has characters that a SOAPAction must not have", "write a URI");
  }
  return soap;
}

}  // namespace sealgate::artifacts
