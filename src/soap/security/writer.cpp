#include "soap/security/writer.h"

#include <algorithm>

#include "crypto/digest.h"
#include "crypto/key_transport.h"
#include "crypto/random.h"
#include "soap/errors.h"
#include "soap/markup.h"
#include "soap/security/ids.h"
#include "soap/security/names.h"
#include "soap/security/tokens.h"
#include "soap/security/xmlsec.h"

namespace sealgate::soap {
namespace {

struct CipherName {
  std::string_view uri;
  std::size_t key_size;
};
CipherName name_of(BodyCipher cipher) {
  switch (cipher) {
    case BodyCipher::Aes128Gcm:
      return {"http://www.w3.org/2009/xmlenc11#aes128-gcm", 16};
    case BodyCipher::Aes256Gcm:
      return {"http://www.w3.org/2009/xmlenc11#aes256-gcm", 32};
    case BodyCipher::Aes128Cbc:
      return {"http://www.w3.org/2001/04/xmlenc#aes128-cbc", 16};
    case BodyCipher::Aes256Cbc:
      return {"http://www.w3.org/2001/04/xmlenc#aes256-cbc", 32};
  }
  return {"http://www.w3.org/2009/xmlenc11#aes256-gcm", 32};
}

std::string method(std::string_view element, std::string_view algorithm) {
  return "<ds:" + std::string(element) + " Algorithm=\"" + std::string(algorithm) + "\"/>";
}

std::string reference(std::string_view id) {
  return "<ds:Reference URI=\"#" + std::string(id) + "\"><ds:Transforms>" + method("Transform", kExclusive) +
         "</ds:Transforms>" + method("DigestMethod", kSha256) + "<ds:DigestValue/></ds:Reference>";
}

Result<std::string_view> signature_method(const crypto::PrivateKey& key) {
  if (key.type() == crypto::KeyType::Rsa) return kRsaSha256;
  if (key.type() == crypto::KeyType::Ec) return kEcdsaSha256;
  return fail(kAlgorithmRefused, "an envelope is signed with an RSA or EC key", {}, "assign another certificate");
}

std::string timestamp_block(std::chrono::milliseconds lifetime, Time now) {
  return "<wsu:Timestamp wsu:Id=\"sg-timestamp\"><wsu:Created>" + to_rfc3339(now) + "</wsu:Created><wsu:Expires>" +
         to_rfc3339(now + lifetime) + "</wsu:Expires></wsu:Timestamp>";
}

Result<std::string> login_block(const Login& login, Time now) {
  SG_TRY_ASSIGN(const Bytes nonce, crypto::random_bytes(16));
  const std::string created = to_rfc3339(now);
  std::string password = escaped(login.password.text());
  if (login.as_digest) {
    SG_TRY_ASSIGN(const Bytes digest, password_digest(nonce, created, login.password));
    password = base64(digest);
  }
  return "<wsse:UsernameToken wsu:Id=\"sg-user\"><wsse:Username>" + escaped(login.name) +
         "</wsse:Username><wsse:Password Type=\"" + std::string(login.as_digest ? kPasswordDigest : kPasswordText) +
         "\">" + password + "</wsse:Password><wsse:Nonce EncodingType=\"" + std::string(kBase64) + "\">" +
         base64(nonce) + "</wsse:Nonce><wsu:Created>" + created + "</wsu:Created></wsse:UsernameToken>";
}

Result<std::string> signature_blocks(const OwnKey& signer, bool with_user) {
  SG_TRY_ASSIGN(const std::string_view algorithm, signature_method(signer.key));
  std::string text = "<wsse:BinarySecurityToken wsu:Id=\"sg-certificate\" EncodingType=\"" + std::string(kBase64) +
                     "\" ValueType=\"" + std::string(kX509Token) + "\">" + base64(signer.certificate.der()) +
                     "</wsse:BinarySecurityToken><ds:Signature xmlns:ds=\"" + std::string(kDsig) +
                     "\"><ds:SignedInfo>" + method("CanonicalizationMethod", kExclusive) +
                     method("SignatureMethod", algorithm) + reference("sg-body") + reference("sg-timestamp");
  if (with_user) text += reference("sg-user");
  return text +
         "</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><wsse:SecurityTokenReference><wsse:Reference "
         "URI=\"#sg-certificate\" ValueType=\"" +
         std::string(kX509Token) + "\"/></wsse:SecurityTokenReference></ds:KeyInfo></ds:Signature>";
}

/// Parsed with the prefixes of WS-Security declared.
Result<xmlNodePtr> adopt(const std::string& element, xmlDocPtr into) {
  const std::string text = "<x xmlns:wsse=\"" + std::string(kWsse) + "\" xmlns:wsu=\"" + std::string(kWsu) +
                           "\" xmlns:ds=\"" + std::string(kDsig) + "\" xmlns:xenc=\"" + std::string(kXenc) + "\">" +
                           element + "</x>";
  TreeLimits limits;
  limits.bytes = text.size();
  SG_TRY_ASSIGN(const auto parsed, parse_tree(as_bytes(text), limits));
  xmlNodePtr copy = xmlDocCopyNode(xmlDocGetRootElement(parsed.get())->children, into, 1);
  if (copy == nullptr) return fail(kSecurityFailed, "no memory for the Security header");
  return copy;
}

/// The Security header, first of all header blocks.
Result<xmlNodePtr> add_header(Envelope& envelope, const std::string& blocks) {
  const std::string must = " xmlns:soap=\"" + std::string(namespace_of(envelope.version())) +
                           "\" soap:mustUnderstand=\"" + (envelope.version() == Version::Soap11 ? "1" : "true") +
                           "\"";
  const std::string text = "<wsse:Security" + must + ">" + blocks + "</wsse:Security>";
  SG_TRY_ASSIGN(xmlNodePtr security, adopt(text, envelope.document()));
  xmlNodePtr header = envelope.header();
  if (header == nullptr) {
    header =
        xmlNewDocNode(envelope.document(), envelope.root()->ns, reinterpret_cast<const xmlChar*>("Header"), nullptr);
    xmlAddPrevSibling(envelope.body(), header);
  }
  if (header->children == nullptr) {
    xmlAddChild(header, security);
  } else {
    xmlAddPrevSibling(header->children, security);
  }
  return security;
}

void set_body_id(const Envelope& envelope) {
  const auto* uri = reinterpret_cast<const xmlChar*>(kWsu.data());
  xmlNsPtr space = xmlNewNs(envelope.body(), uri, reinterpret_cast<const xmlChar*>("wsu"));
  xmlNewNsProp(envelope.body(), space, reinterpret_cast<const xmlChar*>("Id"),
               reinterpret_cast<const xmlChar*>("sg-body"));
}

Result<std::string> key_block(const certificates::Certificate& recipient, ByteView key) {
  SG_TRY_ASSIGN(const auto public_key, recipient.public_key());
  if (public_key.type() != crypto::KeyType::Rsa) {
    return fail(kAlgorithmRefused, "an envelope is encrypted to an RSA certificate", {},
                "assign the partner's RSA certificate");
  }
  crypto::OaepParameters parameters;
  parameters.digest = crypto::DigestAlgorithm::Sha256;
  SG_TRY_ASSIGN(const Bytes wrapped, crypto::rsa_oaep_encrypt(public_key, key, parameters));
  SG_TRY_ASSIGN(const auto thumbprint, crypto::digest(crypto::DigestAlgorithm::Sha1, recipient.der()));
  return "<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm=\"" + std::string(kRsaOaepMgf1p) + "\">" +
         method("DigestMethod", kSha256) +
         "</xenc:EncryptionMethod><ds:KeyInfo><wsse:SecurityTokenReference><wsse:KeyIdentifier EncodingType=\"" +
         std::string(kBase64) + "\" ValueType=\"" + std::string(kThumbprintSha1) + "\">" + base64(thumbprint.view()) +
         "</wsse:KeyIdentifier></wsse:SecurityTokenReference></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>" +
         base64(wrapped) +
         "</xenc:CipherValue></xenc:CipherData><xenc:ReferenceList><xenc:DataReference URI=\"#sg-data\"/>"
         "</xenc:ReferenceList></xenc:EncryptedKey>";
}

Result<> encrypt_body(Envelope& envelope, xmlNodePtr security, const SealOptions& options) {
  const CipherName cipher = name_of(options.cipher);
  SG_TRY_ASSIGN(const Secret key, crypto::random_secret(cipher.key_size));
  std::string content;
  for (const xmlNodePtr child : child_elements(envelope.body())) {
    SG_TRY_ASSIGN(const std::string text, standalone(child));
    content += text;
  }
  SG_TRY_ASSIGN(xmlNodePtr data,
                adopt("<xenc:EncryptedData Id=\"sg-data\" Type=\"" + std::string(kContent) +
                          "\"><xenc:EncryptionMethod Algorithm=\"" + std::string(cipher.uri) +
                          "\"/><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>",
                      envelope.document()));
  while (envelope.body()->children != nullptr) envelope.retire(envelope.body()->children);
  xmlAddChild(envelope.body(), data);
  SG_TRY(encrypt_data(data, key.view(), as_bytes(content)));
  for (const auto& recipient : options.recipients) {
    SG_TRY_ASSIGN(const std::string block, key_block(recipient, key.view()));
    SG_TRY_ASSIGN(xmlNodePtr node, adopt(block, envelope.document()));
    // In front of the signature: what was done last is undone first.
    xmlAddPrevSibling(security->children, node);
  }
  return {};
}

}  // namespace

Result<std::string> seal_envelope(std::string_view text, const SealOptions& options, Time now,
                                  const TreeLimits& limits) {
  TreeLimits own = limits;
  own.bytes = std::max(limits.bytes, text.size());
  SG_TRY_ASSIGN(Envelope envelope, Envelope::parse(as_bytes(text), own));
  std::string blocks = timestamp_block(options.lifetime, now);
  if (options.login) {
    SG_TRY_ASSIGN(const std::string block, login_block(*options.login, now));
    blocks += block;
  }
  if (options.signer) {
    SG_TRY_ASSIGN(const std::string signature, signature_blocks(*options.signer, options.login.has_value()));
    blocks += signature;
    set_body_id(envelope);
  }
  SG_TRY_ASSIGN(xmlNodePtr security, add_header(envelope, blocks));
  if (options.signer) {
    SG_TRY_ASSIGN(const Ids ids, Ids::of(envelope.document()));
    SG_TRY(ids.announce(envelope.document()));
    SG_TRY(make_signature(find_child(security, kDsig, "Signature"), options.signer->key));
  }
  if (!options.recipients.empty()) {
    SG_TRY(encrypt_body(envelope, security, options));
  }
  return serialise(envelope.document());
}

}  // namespace sealgate::soap
