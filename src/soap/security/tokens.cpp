#include "soap/security/tokens.h"

#include "certificates/pem_blocks.h"
#include "crypto/digest.h"
#include "soap/errors.h"
#include "soap/security/names.h"

namespace sealgate::soap {
namespace {

using certificates::Certificate;
using certificates::CertificateQuery;

constexpr std::size_t kMaximumNonce = 256;

tl::unexpected<Error> bad(std::string what) {
  return fail(kBadSecurity, std::move(what), "wsse:Security", "ask the sender to correct the message");
}

Result<Certificate> certificate_in(const xmlNode* element) {
  const auto der = decode_text(element);
  if (!der) return bad("a certificate in the message is not Base64");
  auto certificate = Certificate::from_der(*der);
  if (!certificate) return bad("a certificate in the message cannot be read");
  return std::move(*certificate);
}

}  // namespace

std::optional<Bytes> decode_text(const xmlNode* element) {
  if (element == nullptr) return std::nullopt;
  return certificates::decode_base64(text_content(element));
}

Result<Certificate> certificate_of_token(const xmlNode* token) {
  const std::string type = attribute(token, "", "ValueType").value_or(std::string(kX509Token));
  const std::string encoding = attribute(token, "", "EncodingType").value_or(std::string(kBase64));
  if (type != kX509Token || encoding != kBase64) return bad("a BinarySecurityToken is no single X.509 certificate");
  return certificate_in(token);
}

Result<Certificate> certificate_of_text(const xmlNode* element) {
  return certificate_in(element);
}

Result<Certificate> find_known_signer(const xmlNode* reference, const certificates::CertificateFinder* partners) {
  const auto unknown = [] {
    return fail(kUnknownSigner, "the message names its signer's certificate in a way that leads to none here", {},
                "import the certificate into OtherPeople, or ask the sender to send it along "
                "(BinarySecurityToken)");
  };
  const xmlNodePtr identifier = find_child(reference, kWsse, "KeyIdentifier");
  const auto value = decode_text(identifier);
  if (!value || partners == nullptr) return unknown();
  const std::string type = attribute(identifier, "", "ValueType").value_or("");
  if (type == kThumbprintSha1 && value->size() == 20) {
    const auto thumbprint = certificates::Thumbprint::parse(to_hex_upper(*value));
    if (!thumbprint) return unknown();
    SG_TRY_ASSIGN(auto found, partners->find(*thumbprint));
    if (!found) return unknown();
    return *found;
  }
  if (type == kSubjectKeyId) {
    SG_TRY_ASSIGN(auto found, partners->find(CertificateQuery::by_key_id(*value)));
    if (found.size() != 1) return unknown();
    return found.front();
  }
  return unknown();
}

bool may_mean(const xmlNode* reference, const Certificate& certificate) {
  const xmlNodePtr identifier = find_child(reference, kWsse, "KeyIdentifier");
  const auto value = decode_text(identifier);
  if (value) {
    const std::string type = attribute(identifier, "", "ValueType").value_or("");
    if (type == kSubjectKeyId) return certificate.matches_key_id(*value);
    const auto thumbprint = certificates::Thumbprint::parse(to_hex_upper(*value));
    if (type == kThumbprintSha1) return thumbprint && certificate.has_thumbprint(*thumbprint);
  }
  return true;
}

Result<UsernameToken> read_username_token(const xmlNode* node) {
  UsernameToken token;
  token.name = text_content(find_child(node, kWsse, "Username"));
  if (token.name.empty() || token.name.size() > 256) return bad("a UsernameToken has no name");
  const xmlNodePtr password = find_child(node, kWsse, "Password");
  if (password == nullptr) return bad("a UsernameToken has no Password");
  const std::string type = attribute(password, "", "Type").value_or(std::string(kPasswordText));
  if (const xmlNodePtr nonce = find_child(node, kWsse, "Nonce")) {
    const auto value = decode_text(nonce);
    if (!value || value->size() > kMaximumNonce) return bad("the Nonce of a UsernameToken cannot be read");
    token.nonce = *value;
  }
  if (const xmlNodePtr created = find_child(node, kWsu, "Created")) token.created = text_content(created);
  if (type == kPasswordText) {
    token.password = Secret::from_text(text_content(password));
    return token;
  }
  if (type != kPasswordDigest) return bad("the Password of a UsernameToken is of an unknown type");
  const auto digest = decode_text(password);
  if (!digest || digest->size() != 20 || token.nonce.empty() || token.created.empty()) {
    return bad("a password digest needs a Nonce and Created");
  }
  token.digest = *digest;
  return token;
}

Result<Bytes> password_digest(ByteView nonce, std::string_view created, const Secret& password) {
  crypto::Digest digest(crypto::DigestAlgorithm::Sha1);
  digest.update(nonce);
  digest.update(created);
  digest.update(password.view());
  SG_TRY_ASSIGN(const auto value, digest.finish());
  return Bytes(value.view().begin(), value.view().end());
}

}  // namespace sealgate::soap
