#include "crypto/detail/key_parsing.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstring>

#include "crypto/errors.h"

namespace sealgate::crypto::detail {
namespace {

using Pkcs8Ptr = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Deleter<PKCS8_PRIV_KEY_INFO_free>>;
using SigPtr = std::unique_ptr<X509_SIG, Deleter<X509_SIG_free>>;
using SpkiPtr = std::unique_ptr<X509_PUBKEY, Deleter<X509_PUBKEY_free>>;

/// A key file is small; anything larger is something else.
constexpr std::size_t kMaxKeyFile = std::size_t{8} << 20;

tl::unexpected<Error> malformed(std::string what) {
  return plain_failure(kMalformedKey, std::move(what),
                       "give a private key in PEM or DER (PKCS#8, RSA, DSA or EC form)");
}
tl::unexpected<Error> password_required() {
  return plain_failure(kPasswordRequired, "the private key is encrypted", "give its password with --password-file");
}
tl::unexpected<Error> wrong_password() {
  return plain_failure(kWrongPassword, "the password does not open the private key", "check the password file");
}

Result<PkeyPtr> from_pkcs8(const PKCS8_PRIV_KEY_INFO* info) {
  PkeyPtr key(EVP_PKCS82PKEY(info));
  if (!key) return malformed("the private key is damaged or of an unknown type");
  return key;
}

Result<PkeyPtr> decrypt_pkcs8(const X509_SIG* encrypted, const Secret* password) {
  if (password == nullptr) return password_required();
  const std::string_view text = password->text();
  const Pkcs8Ptr info(
      PKCS8_decrypt(encrypted, text.data() == nullptr ? "" : text.data(), static_cast<int>(text.size())));
  if (info) return from_pkcs8(info.get());
  // A wrong password shows as bad padding, or (one time in 256) as a structure that cannot be read. An algorithm that
  // cannot be set up at all is another matter.
  for (unsigned long code = ERR_get_error(); code != 0; code = ERR_get_error()) {
    const int reason = ERR_GET_REASON(code);
    if (ERR_GET_LIB(code) == ERR_LIB_EVP &&
        (reason == EVP_R_UNKNOWN_PBE_ALGORITHM || reason == EVP_R_UNSUPPORTED_PRF || reason == EVP_R_DECODE_ERROR ||
         reason == EVP_R_UNSUPPORTED_CIPHER || reason == EVP_R_UNKNOWN_CIPHER ||
         reason == EVP_R_UNSUPPORTED_KEY_DERIVATION_FUNCTION || reason == EVP_R_UNSUPPORTED_SALT_TYPE ||
         reason == EVP_R_UNSUPPORTED_KEYLENGTH)) {
      return plain_failure(kUnsupportedAlgorithm, "the private key is encrypted with an algorithm we do not know",
                           "convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc");
    }
  }
  return wrong_password();
}

Result<PkeyPtr> from_traditional(ByteView der) {
  const unsigned char* next = der.data();
  PkeyPtr key(d2i_AutoPrivateKey(nullptr, &next, static_cast<long>(der.size())));
  if (!key) return malformed("the private key is damaged or of an unknown type");
  return key;
}

Result<PkeyPtr> from_der(ByteView der, const Secret* password) {
  const long size = static_cast<long>(der.size());
  const unsigned char* next = der.data();
  if (const SigPtr encrypted(d2i_X509_SIG(nullptr, &next, size)); encrypted) {
    return decrypt_pkcs8(encrypted.get(), password);
  }
  next = der.data();
  if (const Pkcs8Ptr info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &next, size)); info) return from_pkcs8(info.get());
  return from_traditional(der);
}

int hand_over_password(char* buffer, int size, int /*writing*/, void* context) {
  const auto& password = *static_cast<const Secret*>(context);
  if (password.size() > static_cast<std::size_t>(size)) return -1;
  std::copy(password.view().begin(), password.view().end(), buffer);
  return static_cast<int>(password.size());
}

/// One PEM block, owned; the decoded bytes are wiped.
struct PemBlock {
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;

  PemBlock() = default;
  PemBlock(const PemBlock&) = delete;
  PemBlock& operator=(const PemBlock&) = delete;
  ~PemBlock() {
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
  }
  ByteView view() const { return {data, static_cast<std::size_t>(size)}; }
};

Result<PkeyPtr> from_pem_block(PemBlock& block, const Secret* password) {
  if (std::strcmp(block.name, PEM_STRING_PKCS8) == 0) {
    const unsigned char* next = block.data;
    const SigPtr encrypted(d2i_X509_SIG(nullptr, &next, block.size));
    if (!encrypted) return malformed("the encrypted private key is damaged");
    return decrypt_pkcs8(encrypted.get(), password);
  }
  EVP_CIPHER_INFO info{};
  if (PEM_get_EVP_CIPHER_INFO(block.header, &info) != 1) {
    return plain_failure(kUnsupportedAlgorithm, "the private key is encrypted with an algorithm we do not know",
                         "convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc");
  }
  const bool encrypted = info.cipher != nullptr;
  if (encrypted) {
    if (password == nullptr) return password_required();
    // The callback only reads.
    if (PEM_do_header(&info, block.data, &block.size, hand_over_password, const_cast<Secret*>(password)) != 1) {
      return wrong_password();
    }
  }
  Result<PkeyPtr> key = from_der(block.view(), nullptr);
  if (!key && encrypted) return wrong_password();
  return key;
}

Result<PkeyPtr> from_pem(ByteView data, const Secret* password) {
  const BioPtr bio(BIO_new_mem_buf(data.data(), static_cast<int>(data.size())));
  if (!bio) return library_failure("reading a key");
  for (;;) {
    PemBlock block;
    if (PEM_read_bio(bio.get(), &block.name, &block.header, &block.data, &block.size) != 1) break;
    const std::string_view name(block.name);
    if (name == "PRIVATE KEY" || name.ends_with(" PRIVATE KEY")) return from_pem_block(block, password);
  }
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) return malformed("the PEM text is damaged");
  return plain_failure(kNoPrivateKey, "the file holds no private key",
                       "give the file that has the PRIVATE KEY block, or a PKCS#12 file");
}

/// The text from the first PEM line on (Windows editors put a byte order mark before it); empty when there is none.
ByteView pem_text(ByteView data) {
  const std::size_t start = as_text(data).find("-----BEGIN ");
  return start == std::string_view::npos ? ByteView() : data.subspan(start);
}

KeyType type_of(int id) {
  switch (id) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA2:
      return KeyType::Rsa;
    case EVP_PKEY_RSA_PSS:
      return KeyType::RsaPss;
    case EVP_PKEY_DSA:
    case EVP_PKEY_DSA1:
    case EVP_PKEY_DSA2:
    case EVP_PKEY_DSA3:
    case EVP_PKEY_DSA4:
      return KeyType::Dsa;
    case EVP_PKEY_DH:
    case EVP_PKEY_DHX:
      return KeyType::Dh;
    case EVP_PKEY_EC:
      return KeyType::Ec;
    case EVP_PKEY_X25519:
      return KeyType::X25519;
    case EVP_PKEY_ED25519:
      return KeyType::Ed25519;
    default:
      return KeyType::Other;
  }
}

}  // namespace

KeyType key_type(const EVP_PKEY* key) {
  // What the identifier of a synonym stands for, OpenSSL finds by a search through its methods and engines.
  const KeyType known = type_of(EVP_PKEY_get_id(key));
  return known != KeyType::Other ? known : type_of(EVP_PKEY_get_base_id(key));
}

std::string key_curve_oid(const EVP_PKEY* key) {
  char group[80] = {};
  std::size_t size = 0;
  if (key_type(key) != KeyType::Ec || EVP_PKEY_get_group_name(key, group, sizeof group, &size) != 1) {
    ERR_clear_error();
    return {};
  }
  char oid[80] = {};
  const int nid = OBJ_txt2nid(group);
  if (nid == NID_undef || OBJ_obj2txt(oid, sizeof oid, OBJ_nid2obj(nid), 1) <= 0) {
    ERR_clear_error();
    return {};
  }
  return oid;
}

Result<PkeyPtr> parse_private_key(ByteView data, const Secret* password) {
  library();
  const ErrorQueueCleaner cleaner;
  if (data.empty()) return malformed("the key file is empty");
  if (data.size() > kMaxKeyFile) return malformed("the key file is far too large for a key");
  ERR_clear_error();
  const ByteView text = pem_text(data);
  return text.empty() ? from_der(data, password) : from_pem(text, password);
}

Result<PkeyPtr> parse_spki(ByteView spki) {
  library();
  const ErrorQueueCleaner cleaner;
  if (spki.size() > kMaxKeyFile) return malformed("the public key is far too large for a key");
  const unsigned char* next = spki.data();
  const SpkiPtr parsed(d2i_X509_PUBKEY(nullptr, &next, static_cast<long>(spki.size())));
  if (!parsed) return malformed("the public key is damaged");
  PkeyPtr key(X509_PUBKEY_get(parsed.get()));
  X509_ALGOR* algorithm = nullptr;
  X509_PUBKEY_get0_param(nullptr, nullptr, nullptr, &algorithm, parsed.get());
  int parameter_type = V_ASN1_UNDEF;
  const ASN1_OBJECT* oid = nullptr;
  X509_ALGOR_get0(&oid, &parameter_type, nullptr, algorithm);
  const bool is_dsa = OBJ_obj2nid(oid) == NID_dsa || OBJ_obj2nid(oid) == NID_dsa_2;
  if (is_dsa && (parameter_type == V_ASN1_UNDEF || parameter_type == V_ASN1_NULL)) {
    return plain_failure(kParametersMissing, "the DSA public key has no parameters of its own",
                         "give the certificate of its issuer, which has them");
  }
  if (!key) return malformed("the public key is damaged or of an unknown type");
  return key;
}

Result<PkeyPtr> parse_public_key(ByteView data) {
  const ErrorQueueCleaner cleaner;
  if (data.size() > kMaxKeyFile) return malformed("the public key is far too large for a key");
  const ByteView text = pem_text(data);
  if (text.empty()) return parse_spki(data);
  const BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  for (;;) {
    PemBlock block;
    if (!bio || PEM_read_bio(bio.get(), &block.name, &block.header, &block.data, &block.size) != 1) break;
    if (std::strcmp(block.name, PEM_STRING_PUBLIC) == 0) return parse_spki(block.view());
  }
  return malformed("the file holds no public key");
}

}  // namespace sealgate::crypto::detail
