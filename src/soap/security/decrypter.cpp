#include "soap/security/decrypter.h"

#include <algorithm>
#include <array>

#include "crypto/key_transport.h"
#include "soap/errors.h"
#include "soap/markup.h"
#include "soap/security/ids.h"
#include "soap/security/names.h"
#include "soap/security/tokens.h"
#include "soap/security/xmlsec.h"

namespace sealgate::soap {
namespace {

tl::unexpected<Error> bad(std::string what) {
  return fail(kBadSecurity, std::move(what), "xenc:EncryptedKey", "ask the sender to correct the message");
}
tl::unexpected<Error> refused(std::string what) {
  return fail(kAlgorithmRefused, std::move(what), "XML Encryption",
              "encrypt with AES-GCM under RSA-OAEP; docs/soap.md lists what is taken");
}
tl::unexpected<Error> undecryptable() {
  return fail(kDecryptFailed, "the envelope cannot be decrypted", {},
              "ask the partner which certificate they encrypt to, and see decryption_certificates of the host");
}

struct Cipher {
  std::string_view uri;
  std::size_t key_size;
  bool cbc;
};
constexpr std::array kCiphers{Cipher{"http://www.w3.org/2009/xmlenc11#aes128-gcm", 16, false},
                              Cipher{"http://www.w3.org/2009/xmlenc11#aes192-gcm", 24, false},
                              Cipher{"http://www.w3.org/2009/xmlenc11#aes256-gcm", 32, false},
                              Cipher{"http://www.w3.org/2001/04/xmlenc#aes128-cbc", 16, true},
                              Cipher{"http://www.w3.org/2001/04/xmlenc#aes192-cbc", 24, true},
                              Cipher{"http://www.w3.org/2001/04/xmlenc#aes256-cbc", 32, true}};

std::string algorithm_of(const xmlNode* element) {
  return element == nullptr ? std::string() : attribute(element, "", "Algorithm").value_or("");
}

std::optional<crypto::DigestAlgorithm> digest_of(std::string_view uri) {
  if (uri.empty() || uri == kSha1) return crypto::DigestAlgorithm::Sha1;
  if (uri == kSha256) return crypto::DigestAlgorithm::Sha256;
  if (uri == kSha384) return crypto::DigestAlgorithm::Sha384;
  if (uri == kSha512) return crypto::DigestAlgorithm::Sha512;
  return std::nullopt;
}

std::optional<crypto::DigestAlgorithm> mgf_of(std::string_view uri) {
  const std::string family = std::string(kXenc11) + "mgf1";
  if (uri.empty()) return crypto::DigestAlgorithm::Sha1;
  if (!uri.starts_with(family)) return std::nullopt;
  return crypto::digest_from_name(uri.substr(family.size()));
}

Result<crypto::OaepParameters> oaep_of(const xmlNode* encrypted_key) {
  const xmlNodePtr method = find_child(encrypted_key, kXenc, "EncryptionMethod");
  const std::string algorithm = algorithm_of(method);
  if (algorithm != kRsaOaep && algorithm != kRsaOaepMgf1p) return refused("the key transport is not RSA-OAEP");
  const auto digest = digest_of(algorithm_of(find_child(method, kDsig, "DigestMethod")));
  const auto mgf = mgf_of(algorithm == kRsaOaep ? algorithm_of(find_child(method, kXenc11, "MGF")) : std::string());
  if (!digest || !mgf) return refused("a digest of the key transport is not known");
  crypto::OaepParameters parameters;
  parameters.digest = *digest;
  parameters.mgf1_digest = *mgf;
  if (const xmlNodePtr label = find_child(method, kXenc, "OAEPparams")) {
    const auto value = decode_text(label);
    if (!value) return bad("the OAEPparams cannot be read");
    parameters.label = *value;
  }
  return parameters;
}

/// What is declared where `node` stands, as attributes.
std::string declarations_at(xmlNodePtr node) {
  std::string text;
  xmlNsPtr* list = xmlGetNsList(node->doc, node);
  for (xmlNsPtr* at = list; at != nullptr && *at != nullptr; ++at) {
    const std::string_view prefix = text_of((*at)->prefix);
    const std::string_view uri = text_of((*at)->href);
    if (uri.empty() || prefix == "xml") continue;
    text += prefix.empty() ? " xmlns" : " xmlns:" + std::string(prefix);
    text += "=\"" + escaped(uri) + "\"";
  }
  if (list != nullptr) xmlFree(list);
  return text;
}

}  // namespace

Result<Secret> Decrypter::unwrap(xmlNodePtr encrypted_key) {
  SG_TRY_ASSIGN(const auto parameters, oaep_of(encrypted_key));
  const xmlNodePtr info = find_child(encrypted_key, kDsig, "KeyInfo");
  const xmlNodePtr reference = find_child(info, kWsse, "SecurityTokenReference");
  const xmlNodePtr data = find_child(encrypted_key, kXenc, "CipherData");
  const auto wrapped = decode_text(find_child(data, kXenc, "CipherValue"));
  if (!wrapped) return bad("an EncryptedKey has no value");
  for (const OwnKey& own : keys_.own) {
    if (!may_mean(reference, own.certificate)) continue;
    auto key = crypto::rsa_oaep_decrypt(own.key, *wrapped, parameters);
    if (!key) continue;
    opened_with_ = own.certificate;
    return std::move(*key);
  }
  return undecryptable();
}

Result<bool> Decrypter::open(xmlNodePtr encrypted_key) {
  const auto references = child_elements(find_child(encrypted_key, kXenc, "ReferenceList"));
  if (references.empty() || references.size() > kMaximumTokens) {
    return bad("an EncryptedKey opens nothing, or too much");
  }
  // One for each recipient: those of others are left alone.
  const xmlNodePtr named = find_child(find_child(encrypted_key, kDsig, "KeyInfo"), kWsse, "SecurityTokenReference");
  const bool ours =
      std::ranges::any_of(keys_.own, [named](const OwnKey& own) { return may_mean(named, own.certificate); });
  if (!ours) return false;
  SG_TRY_ASSIGN(const Secret key, unwrap(encrypted_key));
  bool body = false;
  for (const xmlNodePtr reference : references) {
    // Anew each time: the tree changes.
    SG_TRY_ASSIGN(const Ids ids, Ids::of(envelope_.document()));
    const xmlNodePtr data = ids.find(attribute(reference, "", "URI").value_or(""));
    if (data == nullptr || !is_element(data, kXenc, "EncryptedData")) {
      return bad("an EncryptedKey refers to what is no EncryptedData");
    }
    const std::string type = attribute(data, "", "Type").value_or("");
    const bool in_body =
        data->parent == envelope_.body() && type == kContent && child_elements(data->parent).size() == 1;
    const bool in_header = data->parent == header_ && type == kElement;
    if (!in_body && !in_header)
      return bad("only the content of the Body and blocks of the Security header are decrypted");
    const std::string algorithm = algorithm_of(find_child(data, kXenc, "EncryptionMethod"));
    const auto* cipher = std::ranges::find(kCiphers, algorithm, &Cipher::uri);
    if (cipher == kCiphers.end()) return refused("the content encryption is not AES");
    if (cipher->cbc && !keys_.take_cbc) {
      return refused("AES-CBC is taken only where a signature is demanded");
    }
    if (key.size() != cipher->key_size) return undecryptable();
    auto content = decrypt_data(data, key.view());
    if (!content) return undecryptable();
    SG_TRY(replace(data, content->view()));
    body = body || in_body;
  }
  return body;
}

Result<> Decrypter::replace(xmlNodePtr encrypted_data, ByteView content) {
  // By our own reader: what was encrypted is no more trusted than what was not.
  Bytes wrapped = to_bytes("<clear" + declarations_at(encrypted_data->parent) + ">");
  append(wrapped, content);
  append(wrapped, as_bytes("</clear>"));
  TreeLimits limits = limits_;
  limits.bytes = limits_.bytes + 64 * 1024;
  auto parsed = parse_tree(wrapped, limits);
  // Says nothing of what was there: a wrong key of CBC looks like this, too.
  if (!parsed) return undecryptable();
  xmlDocPtr document = envelope_.document();
  xmlNodePtr place = encrypted_data;
  for (xmlNodePtr child = xmlDocGetRootElement(parsed->get())->children; child != nullptr; child = child->next) {
    xmlNodePtr copy = xmlDocCopyNode(child, document, 1);
    if (copy == nullptr) return fail(kSecurityFailed, "no memory for what was decrypted");
    // Texts side by side become one node.
    xmlNodePtr added = xmlAddNextSibling(place, copy);
    if (added == nullptr) {
      xmlFreeNode(copy);
      return fail(kSecurityFailed, "no memory for what was decrypted");
    }
    place = added;
  }
  envelope_.retire(encrypted_data);
  return {};
}

}  // namespace sealgate::soap
