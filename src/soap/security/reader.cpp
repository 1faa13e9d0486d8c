#include "soap/security/reader.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "soap/errors.h"
#include "soap/security/decrypter.h"
#include "soap/security/ids.h"
#include "soap/security/names.h"
#include "soap/security/tokens.h"
#include "soap/security/xmlsec.h"

namespace sealgate::soap {
namespace {

using certificates::Certificate;

tl::unexpected<Error> bad(std::string what) {
  return fail(kBadSecurity, std::move(what), "wsse:Security", "ask the sender to correct the message");
}
tl::unexpected<Error> refused(std::string what) {
  return fail(kAlgorithmRefused, std::move(what), "ds:Signature",
              "sign by exclusive canonicalisation with SHA-256 or better; docs/soap.md lists what is taken");
}

bool is_good(std::string_view algorithm, std::span<const std::string_view> allowed) {
  return std::ranges::find(allowed, algorithm) != allowed.end();
}

constexpr std::array kSignatureMethods{kRsaSha256, kRsaSha384, kRsaSha512, kEcdsaSha256, kEcdsaSha384, kEcdsaSha512};
constexpr std::array kDigestMethods{kSha256, kSha384, kSha512};

std::string algorithm_of(const xmlNode* element) {
  return element == nullptr ? std::string() : attribute(element, "", "Algorithm").value_or("");
}

/// PrefixList of InclusiveNamespaces, the only thing that may stand in a canonicalisation.
Result<std::vector<std::string>> inclusive_prefixes(const xmlNode* method) {
  std::vector<std::string> prefixes;
  const auto children = child_elements(method);
  if (children.empty()) return prefixes;
  if (children.size() > 1 || !is_element(children.front(), kExclusive, "InclusiveNamespaces")) {
    return refused("a canonicalisation has parameters that are not taken");
  }
  const std::string list = attribute(children.front(), "", "PrefixList").value_or("");
  for (std::string_view rest = trim(list); !rest.empty();) {
    const std::size_t end = std::min(rest.find_first_of(" \t\r\n"), rest.size());
    prefixes.emplace_back(rest.substr(0, end));
    rest = trim(rest.substr(end));
    if (prefixes.size() > 32) return refused("a canonicalisation names too many prefixes");
  }
  return prefixes;
}

class Opener {
 public:
  Opener(Envelope& envelope, const OpeningKeys& keys, const TreeLimits& limits)
      : envelope_(envelope), keys_(keys), limits_(limits) {}

  Result<OpenedSecurity> open() {
    SG_TRY_ASSIGN(const xmlNodePtr header, find_header());
    if (header == nullptr) return std::move(opened_);
    header_ = header;
    opened_.present = true;
    SG_TRY_ASSIGN(ids_, Ids::of(envelope_.document()));
    SG_TRY(read_tokens());
    // In the order in which they stand: what was done last stands first (SOAP Message Security, 5).
    for (xmlNodePtr child = first_element(header_->children); child != nullptr;) {
      // A block that is replaced by its clear form is looked at again.
      SG_TRY_ASSIGN(child, process(child));
    }
    if (find_child(envelope_.body(), kXenc, "EncryptedData") != nullptr) {
      return fail(kDecryptFailed, "the envelope is encrypted, but to no certificate of this host", {},
                  "give the partner your certificate, and name it under decryption_certificates of the host");
    }
    return std::move(opened_);
  }

 private:
  static xmlNodePtr first_element(xmlNodePtr from) {
    while (from != nullptr && from->type != XML_ELEMENT_NODE) from = from->next;
    return from;
  }

  Result<xmlNodePtr> find_header() const {
    xmlNodePtr found = nullptr;
    for (const HeaderBlock& block : envelope_.headers()) {
      if (!block.for_us || !is_element(block.node, kWsse, "Security")) continue;
      if (found != nullptr) return bad("there are two Security headers for this receiver");
      found = block.node;
    }
    return found;
  }

  Result<> read_tokens() {
    std::size_t tokens = 0;
    for (const xmlNodePtr child : child_elements(header_)) {
      if (!is_element(child, kWsse, "BinarySecurityToken")) continue;
      if (++tokens > kMaximumTokens) return bad("there are too many tokens");
      SG_TRY_ASSIGN(auto certificate, certificate_of_token(child));
      opened_.certificates.push_back(std::move(certificate));
    }
    return {};
  }

  /// The next one to look at.
  Result<xmlNodePtr> process(xmlNodePtr child) {
    xmlNodePtr next = first_element(child->next);
    if (is_element(child, kXenc, "EncryptedKey")) {
      SG_TRY(decrypt(child));
      return first_element(child->next);
    }
    if (is_element(child, kDsig, "Signature")) {
      SG_TRY(verify(child));
    } else if (is_element(child, kWsu, "Timestamp")) {
      SG_TRY(read_timestamp(child));
    } else if (is_element(child, kWsse, "UsernameToken")) {
      if (opened_.user) return bad("there are two UsernameTokens");
      SG_TRY_ASSIGN(auto token, read_username_token(child));
      opened_.user = std::move(token);
      opened_.user_node = child;
    } else if (!is_element(child, kWsse, "BinarySecurityToken") &&
               !is_element(child, kWsse11, "SignatureConfirmation")) {
      return bad("it holds an element that is not understood: " + std::string(local_name(child)));
    }
    return next;
  }

  Result<> read_timestamp(xmlNodePtr node) {
    if (opened_.timestamp != nullptr) return bad("there are two Timestamps");
    opened_.timestamp = node;
    const auto time_in = [node](std::string_view name) -> Result<std::optional<Time>> {
      const xmlNodePtr found = find_child(node, kWsu, name);
      if (found == nullptr) return std::nullopt;
      const auto time = parse_rfc3339(text_content(found));
      if (!time) return bad("a time of the Timestamp cannot be read");
      return *time;
    };
    if (child_elements(node).size() > 2) return bad("a Timestamp holds Created and Expires, and nothing else");
    SG_TRY_ASSIGN(opened_.created, time_in("Created"));
    SG_TRY_ASSIGN(opened_.expires, time_in("Expires"));
    return {};
  }

  Result<> decrypt(xmlNodePtr encrypted_key) {
    Decrypter decrypter(envelope_, header_, keys_, limits_);
    SG_TRY_ASSIGN(const bool body, decrypter.open(encrypted_key));
    opened_.decrypted = opened_.decrypted || body;
    opened_.opened_with = decrypter.opened_with();
    // Something new stands in the tree.
    SG_TRY_ASSIGN(ids_, Ids::of(envelope_.document()));
    return {};
  }

  Result<> verify(xmlNodePtr signature) {
    if (opened_.signer) return bad("there are two signatures");
    const xmlNodePtr info = find_child(signature, kDsig, "SignedInfo");
    if (info == nullptr) return bad("a signature has no SignedInfo");
    const xmlNodePtr method = find_child(info, kDsig, "CanonicalizationMethod");
    if (algorithm_of(method) != kExclusive) return refused("the canonicalisation of the signature is not taken");
    SG_TRY_ASSIGN(const auto prefixes, inclusive_prefixes(method));
    if (!is_good(algorithm_of(find_child(info, kDsig, "SignatureMethod")), kSignatureMethods)) {
      return refused("the algorithm of the signature is not taken");
    }
    std::vector<Target> targets;
    for (const xmlNodePtr child : child_elements(info)) {
      if (!is_element(child, kDsig, "Reference")) continue;
      SG_TRY_ASSIGN(auto target, resolve(child));
      targets.push_back(std::move(target));
      if (targets.size() > kMaximumReferences) {
        return fail(kTooManyReferences,
                    "the signature has more than " + std::to_string(kMaximumReferences) + " references");
      }
    }
    if (targets.empty()) return bad("the signature covers nothing");
    SG_TRY_ASSIGN(const Certificate signer, find_signer(signature));
    SG_TRY_ASSIGN(const auto key, signer.public_key());
    if (crypto::is_weak_key(key.type(), key.bits())) return refused("the key of the signature is too short");
    SG_TRY(ids_.announce(envelope_.document()));
    SG_TRY_ASSIGN(const Digested digested, verify_signature(signature, key));
    if (digested.size() != targets.size()) return bad("the references of the signature are not clear");
    for (std::size_t i = 0; i < targets.size(); ++i) {
      SG_TRY_ASSIGN(const Bytes own, canonical(targets[i].element, targets[i].prefixes));
      if (own != digested[i]) {
        return fail(kBadSignature, "a reference of the signature is not to the element that it names");
      }
      opened_.covered.push_back(targets[i].element);
    }
    for (const Target& target : targets) drop_comments(target.element);
    SG_TRY_ASSIGN(opened_.signed_info, canonical(info, prefixes));
    opened_.signer = signer;
    return {};
  }

  /// No signature covers them, and they cut texts into pieces that some readers take for the whole.
  void drop_comments(xmlNodePtr element) {
    for (xmlNodePtr child = element->children; child != nullptr;) {
      const xmlNodePtr next = child->next;
      if (child->type == XML_COMMENT_NODE) {
        envelope_.retire(child);
      } else if (child->type == XML_ELEMENT_NODE) {
        drop_comments(child);
      }
      child = next;
    }
  }

  struct Target {
    xmlNodePtr element = nullptr;
    std::vector<std::string> prefixes;
  };

  Result<Target> resolve(const xmlNode* reference) const {
    Target target;
    const std::string uri = attribute(reference, "", "URI").value_or("");
    // xmlsec makes an XPointer of it: nothing may break out of that.
    const bool plain = std::ranges::all_of(std::string_view(uri).substr(uri.empty() ? 0 : 1), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
             c == '.' || c == ':';
    });
    if (plain) target.element = ids_.find(uri);
    if (target.element == nullptr) return bad("a reference of the signature leads nowhere in the message");
    const auto transforms = child_elements(find_child(reference, kDsig, "Transforms"));
    if (transforms.size() != 1 || !is_element(transforms.front(), kDsig, "Transform") ||
        algorithm_of(transforms.front()) != kExclusive) {
      return refused("a reference has other transforms than one exclusive canonicalisation");
    }
    SG_TRY_ASSIGN(target.prefixes, inclusive_prefixes(transforms.front()));
    if (!is_good(algorithm_of(find_child(reference, kDsig, "DigestMethod")), kDigestMethods)) {
      return refused("the digest of a reference is not taken");
    }
    return target;
  }

  Result<Certificate> find_signer(const xmlNode* signature) const {
    const xmlNodePtr info = find_child(signature, kDsig, "KeyInfo");
    const xmlNodePtr reference = find_child(info, kWsse, "SecurityTokenReference");
    if (reference == nullptr) return bad("the signature does not name its certificate");
    if (const xmlNodePtr direct = find_child(reference, kWsse, "Reference")) {
      const xmlNodePtr token = ids_.find(attribute(direct, "", "URI").value_or(""));
      if (token == nullptr || token->parent != header_ || !is_element(token, kWsse, "BinarySecurityToken")) {
        return bad("the signature refers to a token that is not in the Security header");
      }
      return certificate_of_token(token);
    }
    if (const xmlNodePtr data = find_child(reference, kDsig, "X509Data")) {
      if (const xmlNodePtr certificate = find_child(data, kDsig, "X509Certificate")) {
        return certificate_of_text(certificate);
      }
    }
    return find_known_signer(reference, keys_.partners);
  }

  Envelope& envelope_;
  const OpeningKeys& keys_;
  const TreeLimits& limits_;
  xmlNodePtr header_ = nullptr;
  Ids ids_;
  OpenedSecurity opened_;
};

}  // namespace

bool OpenedSecurity::covers(const xmlNode* element) const {
  return element != nullptr && std::ranges::find(covered, element) != covered.end();
}

Result<OpenedSecurity> open_security(Envelope& envelope, const OpeningKeys& keys, const TreeLimits& limits) {
  return Opener(envelope, keys, limits).open();
}

}  // namespace sealgate::soap
