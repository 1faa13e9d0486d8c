// What an entity claims to be, as tolerant as partners are sloppy: application/x-pkcs7-*, missing smime-type, a file
// name instead of a type (RFC 8551 section 3.9), protocol in any spelling or missing.

#include "base/text.h"
#include "smime/detail/stages.h"

namespace sealgate::smime::detail {

bool is_cms_entity(const mime::Headers& headers, const mime::ContentType& type) {
  if (type.is("application", "pkcs7-mime") || type.is("application", "x-pkcs7-mime")) return true;
  if (!type.is("application", "octet-stream") && !type.is("application", "x-pkcs7")) return false;
  const auto name = mime::Headers::file_name(type, headers.content_disposition());
  if (!name) return false;
  const std::string lower = ascii_lower(*name);
  return lower.ends_with(".p7m") || lower.ends_with(".p7z");
}

bool is_smime_signed_multipart(const mime::ContentType& type) {
  if (!type.is("multipart", "signed")) return false;
  const auto protocol = type.parameter("protocol");
  if (!protocol || trim(*protocol).empty()) return true;
  return ascii_lower(*protocol).find("pkcs7") != std::string::npos;
}

}  // namespace sealgate::smime::detail
