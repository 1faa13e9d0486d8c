#include "certificates/import.h"

#include <algorithm>

#include "certificates/errors.h"
#include "certificates/import_internal.h"
#include "certificates/pem_blocks.h"
#include "crypto/library.h"

namespace sealgate::certificates {
namespace {

constexpr Byte kInteger = 0x02;
constexpr Byte kOctetString = 0x04;
constexpr Byte kOid = 0x06;
constexpr Byte kSequence = 0x30;

/// The next element of a BER encoding: its tag, what is inside, and what follows. Inside is everything to the end of
/// the data for an indefinite length.
struct Element {
  Byte tag = 0;
  ByteView content;
  ByteView rest;
};

std::optional<Element> next_element(ByteView data) {
  if (data.size() < 2) return std::nullopt;
  Element element;
  element.tag = data[0];
  const Byte first = data[1];
  if (first == 0x80) {
    element.content = data.subspan(2);
    return element;
  }
  std::size_t header = 2;
  std::size_t length = first;
  if (first > 0x80) {
    const std::size_t count = first & 0x7FU;
    if (count > 4 || data.size() < 2 + count) return std::nullopt;
    length = 0;
    for (std::size_t index = 0; index < count; ++index) length = (length << 8) | data[2 + index];
    header += count;
  }
  if (length > data.size() - header) length = data.size() - header;  // a truncated file is recognised, then refused
  element.content = data.subspan(header, length);
  element.rest = data.subspan(header + length);
  return element;
}

/// A structure that starts with a SEQUENCE: certificate, revocation list or encrypted key.
std::optional<ImportKind> detect_nested(ByteView inner, ByteView whole) {
  const auto first = next_element(inner);
  if (first && first->tag == kOid) {
    const auto second = next_element(next_element(whole)->rest);
    return second && second->tag == kOctetString ? std::optional(ImportKind::EncryptedPrivateKey) : std::nullopt;
  }
  // TBSCertificate starts with [0] version, or, in version 1, with the serial number, the algorithm, the issuer and
  // then the validity, a SEQUENCE. TBSCertList has thisUpdate in that place, and starts with the algorithm in
  // version 1.
  if (!first) return std::nullopt;
  if (first->tag == 0xA0) return ImportKind::Certificate;
  if (first->tag == kSequence) return ImportKind::Crl;
  if (first->tag != kInteger) return std::nullopt;
  const auto algorithm = next_element(first->rest);
  const auto issuer = algorithm ? next_element(algorithm->rest) : std::nullopt;
  const auto fourth = issuer ? next_element(issuer->rest) : std::nullopt;
  if (!fourth) return std::nullopt;
  return fourth->tag == kSequence ? ImportKind::Certificate : ImportKind::Crl;
}

std::optional<ImportKind> detect_der(ByteView data) {
  const auto outer = next_element(data);
  if (!outer || outer->tag != kSequence) return std::nullopt;
  const auto first = next_element(outer->content);
  if (!first) return std::nullopt;
  if (first->tag == kOid) return ImportKind::Pkcs7;
  if (first->tag == kSequence) return detect_nested(first->content, outer->content);
  if (first->tag != kInteger || first->content.size() != 1) return std::nullopt;
  const auto second = next_element(first->rest);
  if (!second) return std::nullopt;
  if (first->content[0] == 3 && second->tag == kSequence) return ImportKind::Pkcs12;
  return ImportKind::PrivateKey;  // PKCS#8 and the traditional forms start with version 0 or 1
}

bool is_base64_text(ByteView data) {
  return data.size() > 16 && std::all_of(data.begin(), data.end(), [](Byte byte) {
           const char c = static_cast<char>(byte);
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
                  c == '/' || c == '=' || c == '\r' || c == '\n' || c == ' ' || c == '\t';
         });
}

Result<> import_block(BundleBuilder& builder, const PemBlock& block) {
  const std::string& label = block.label;
  if (label.ends_with("PRIVATE KEY")) {
    return import_key(builder, block.has_headers ? as_bytes(block.text) : block.content.view());
  }
  if (block.has_headers) {
    builder.note("passed over a block of type " + label + " with headers");
    return {};
  }
  if (label == "CERTIFICATE" || label == "X509 CERTIFICATE") {
    SG_TRY_ASSIGN(Certificate certificate, Certificate::from_der(block.content.view()));
    return builder.add_certificate(std::move(certificate));
  }
  if (label == "TRUSTED CERTIFICATE") {  // OpenSSL's own: trust settings follow the certificate
    const unsigned char* cursor = block.content.view().data();
    const X509Handle x509(d2i_X509_AUX(nullptr, &cursor, static_cast<long>(block.content.size())));
    SG_TRY_ASSIGN(Certificate certificate, Certificate::from_native(x509.get()));
    return builder.add_certificate(std::move(certificate));
  }
  if (label == "X509 CRL") {
    SG_TRY_ASSIGN(Crl crl, Crl::from_der(block.content.view()));
    return builder.add_crl(std::move(crl));
  }
  if (label == "PKCS7" || label == "CMS" || label == "PKCS #7 SIGNED DATA")
    return import_pkcs7(builder, block.content.view());
  builder.note("passed over a block of type " + label);
  return {};
}

Result<> import_pem(BundleBuilder& builder, std::string_view text) {
  SG_TRY_ASSIGN(const std::vector<PemBlock> blocks, split_pem(text, builder.options().max_objects));
  for (std::size_t index = 0; index < blocks.size(); ++index) {
    auto imported = import_block(builder, blocks[index]);
    if (!imported) return fail(std::move(imported.error()).at("PEM block " + std::to_string(index + 1)));
  }
  return {};
}

Result<ImportBundle> import_der(ByteView data, ImportKind kind, const ImportOptions& options) {
  BundleBuilder builder(options);
  switch (kind) {
    case ImportKind::Pem:
      break;
    case ImportKind::Certificate: {
      SG_TRY_ASSIGN(Certificate certificate, Certificate::from_der(data));
      SG_TRY(builder.add_certificate(std::move(certificate)));
      break;
    }
    case ImportKind::Crl: {
      SG_TRY_ASSIGN(Crl crl, Crl::from_der(data));
      SG_TRY(builder.add_crl(std::move(crl)));
      break;
    }
    case ImportKind::Pkcs7:
      SG_TRY(import_pkcs7(builder, data));
      break;
    case ImportKind::Pkcs12:
      SG_TRY(import_pkcs12(builder, data));
      break;
    case ImportKind::PrivateKey:
    case ImportKind::EncryptedPrivateKey:
      SG_TRY(import_key(builder, data));
      break;
  }
  return builder.finish(kind, kind == ImportKind::Pkcs12);
}

}  // namespace

std::string_view to_string(ImportKind kind) {
  switch (kind) {
    case ImportKind::Pem:
      return "PEM";
    case ImportKind::Certificate:
      return "certificate";
    case ImportKind::Crl:
      return "revocation list";
    case ImportKind::Pkcs7:
      return "PKCS#7";
    case ImportKind::Pkcs12:
      return "PKCS#12";
    case ImportKind::PrivateKey:
      return "private key";
    case ImportKind::EncryptedPrivateKey:
      return "encrypted private key";
  }
  return "";
}

std::optional<ImportKind> detect_import_kind(ByteView data) {
  if (const auto kind = detect_der(data)) return kind;
  if (const auto text = normalise_text(data)) return detect_import_kind(as_bytes(*text));
  if (looks_like_pem(as_text(data))) return ImportKind::Pem;
  if (!is_base64_text(data)) return std::nullopt;
  const std::optional<Bytes> decoded = decode_base64(as_text(data));
  return decoded ? detect_der(*decoded) : std::nullopt;
}

Result<ImportBundle> import_bundle(ByteView data, const ImportOptions& options) {
  if (data.empty()) {
    return fail(kImportEmpty, "the file is empty", {}, "get the file again from its source");
  }
  if (data.size() > options.max_bytes) {
    return fail(
        kImportTooLarge,
        "the file has " + std::to_string(data.size()) + " bytes, the limit is " + std::to_string(options.max_bytes),
        {}, "import the certificates from a smaller file");
  }
  const ErrorQueueGuard guard;
  static_cast<void>(crypto::initialise());  // a missing legacy provider shows when an old cipher is met
  if (const auto text = normalise_text(data)) return import_bundle(as_bytes(*text), options);
  if (const auto kind = detect_der(data)) return import_der(data, *kind, options);
  if (looks_like_pem(as_text(data))) {
    BundleBuilder builder(options);
    SG_TRY(import_pem(builder, as_text(data)));
    return builder.finish(ImportKind::Pem, false);
  }
  if (is_base64_text(data)) {  // Windows' .p7b and some .cer: base64 without BEGIN and END
    const std::optional<Bytes> decoded = decode_base64(as_text(data));
    const auto kind = decoded ? detect_der(*decoded) : std::nullopt;
    if (kind) return import_der(*decoded, *kind, options);
  }
  return fail(kImportUnknownFormat, "the file is no certificate, key, revocation list, PKCS#7 or PKCS#12 file", {},
              "give a file in PEM, DER (.cer, .crt, .der), PKCS#7 (.p7b) or PKCS#12 (.p12, .pfx) form");
}

// --- BundleBuilder

Result<> BundleBuilder::count() {
  if (++objects_ > options_.max_objects) {
    return fail(kImportTooManyObjects,
                "the file holds more than " + std::to_string(options_.max_objects) + " certificates, keys and lists",
                {}, "split the file");
  }
  return {};
}

Result<> BundleBuilder::add_certificate(Certificate certificate, std::string friendly_name) {
  SG_TRY(count());
  for (ImportedCertificate& have : bundle_.certificates) {
    if (have.certificate == certificate) {
      if (have.friendly_name.empty()) have.friendly_name = std::move(friendly_name);
      return {};
    }
  }
  bundle_.certificates.push_back({std::move(certificate), std::move(friendly_name), std::nullopt});
  return {};
}

Result<> BundleBuilder::add_key(crypto::PrivateKey key) {
  SG_TRY(count());
  const crypto::PublicKey public_key = key.public_key();
  const bool known = std::any_of(bundle_.keys.begin(), bundle_.keys.end(),
                                 [&](const crypto::PrivateKey& have) { return have.public_key() == public_key; });
  if (!known) bundle_.keys.push_back(std::move(key));
  return {};
}

Result<> BundleBuilder::add_crl(Crl crl) {
  SG_TRY(count());
  bundle_.crls.push_back(std::move(crl));
  return {};
}

void BundleBuilder::note(std::string text) {
  if (std::find(bundle_.notes.begin(), bundle_.notes.end(), text) == bundle_.notes.end()) {
    bundle_.notes.push_back(std::move(text));
  }
}

Result<ImportBundle> BundleBuilder::finish(ImportKind kind, bool leaf_first) {
  if (bundle_.certificates.empty() && bundle_.keys.empty() && bundle_.crls.empty()) {
    return fail(kImportEmpty, "the file holds no certificate, no key and no revocation list", {},
                "export it again and include the certificates");
  }
  bundle_.kind = kind;
  for (ImportedCertificate& entry : bundle_.certificates) {
    const auto public_key = entry.certificate.public_key();
    for (std::size_t index = 0; public_key && index < bundle_.keys.size(); ++index) {
      if (crypto::matches(bundle_.keys[index], *public_key)) {
        entry.key_index = index;
        break;
      }
    }
  }
  if (leaf_first) {
    std::stable_partition(bundle_.certificates.begin(), bundle_.certificates.end(),
                          [](const ImportedCertificate& entry) { return entry.key_index.has_value(); });
  }
  return std::move(bundle_);
}

}  // namespace sealgate::certificates
