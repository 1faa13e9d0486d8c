#include "crypto/key_agreement.h"

#include <openssl/core_names.h>
#include <openssl/x509.h>

#include <algorithm>

#include "crypto/detail/der.h"
#include "crypto/detail/openssl.h"
#include "crypto/digest.h"
#include "crypto/errors.h"
#include "crypto/kdf.h"
#include "crypto/remote_key.h"

namespace sealgate::crypto {
namespace {

tl::unexpected<Error> invalid_peer() {
  return detail::plain_failure(kInvalidPeerKey,
                               "the other side's public key is not a valid member of our key's group",
                               "the message was made wrongly or is an attack; ask the partner to make it anew");
}

detail::BignumPtr get_number(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return detail::BignumPtr(number);
}

/// RFC 2631 section 2.1.5 without the last step: 2 <= y <= p - 2.
bool dh_in_range(const BIGNUM* y, const BIGNUM* p) {
  if (BN_is_negative(y) || BN_is_zero(y) || BN_is_one(y)) return false;
  const detail::BignumPtr limit(BN_dup(p));
  return limit && BN_sub_word(limit.get(), 1) == 1 && BN_cmp(y, limit.get()) < 0;
}

/// The last step: y lies in the subgroup of order q, where q is known (PKCS#3 groups do not name it).
bool dh_in_subgroup(const BIGNUM* y, const EVP_PKEY* group, const BIGNUM* p) {
  const detail::BignumPtr q = get_number(group, OSSL_PKEY_PARAM_FFC_Q);
  if (!q || BN_is_zero(q.get())) return true;
  const detail::BnCtxPtr context(BN_CTX_new());
  const detail::BignumPtr power(BN_new());
  return context && power && BN_mod_exp(power.get(), y, q.get(), p, context.get()) == 1 && BN_is_one(power.get());
}

bool dh_peer_is_valid(const EVP_PKEY* own, const EVP_PKEY* peer) {
  const detail::BignumPtr p = get_number(own, OSSL_PKEY_PARAM_FFC_P);
  const detail::BignumPtr y = get_number(peer, OSSL_PKEY_PARAM_PUB_KEY);
  return p && y && dh_in_range(y.get(), p.get()) && dh_in_subgroup(y.get(), own, p.get());
}

bool can_agree(KeyType type) {
  return type == KeyType::Dh || type == KeyType::Ec || type == KeyType::X25519;
}

template <typename Key>
Result<> check_agreement_key(const Key& key) {
  if (key && can_agree(key.type())) return {};
  const std::string type(key ? name(key.type()) : "missing");
  return fail(kKeyMismatch, "a key of type " + type + " cannot agree on a key");
}

/// The curves that tokens have are of cofactor 1, so both schemes are the same there.
Result<Secret> derive_remotely(const PrivateKey& own, const PublicKey& peer) {
  if (own.type() != KeyType::Ec) {
    return fail(kKeyMismatch, "only EC keys of a token can agree on a key", own.remote()->description(),
                "use an EC certificate");
  }
  const detail::PkeyCtxPtr checking(EVP_PKEY_CTX_new_from_pkey(nullptr, peer.native(), nullptr));
  if (!checking || EVP_PKEY_public_check(checking.get()) != 1) return invalid_peer();
  const detail::PkeyPtr copy(EVP_PKEY_dup(peer.native()));  // the sender may have compressed its point
  if (!copy || EVP_PKEY_set_utf8_string_param(copy.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                              OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED) != 1) {
    return detail::library_failure("reading a public key");
  }
  SG_TRY_ASSIGN(const Bytes point, public_key_bits(PublicKey::from_native(copy.get())));
  return own.remote()->ecdh(point);
}

Result<Secret> derive(const PrivateKey& own, const PublicKey& peer, bool with_cofactor) {
  SG_TRY(check_agreement_key(own));
  if (!peer || peer.type() != own.type()) return invalid_peer();
  const detail::ErrorQueueCleaner cleaner;
  const KeyType type = own.type();
  if (type != KeyType::X25519 && EVP_PKEY_parameters_eq(own.native(), peer.native()) != 1) return invalid_peer();
  if (type == KeyType::Dh && !dh_peer_is_valid(own.native(), peer.native())) return invalid_peer();
  if (own.remote() != nullptr) return derive_remotely(own, peer);

  const detail::PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, own.native(), nullptr));
  if (!context || EVP_PKEY_derive_init(context.get()) != 1)
    return detail::library_failure("starting a key agreement");
  // RFC 2631 section 2.1.2: leading zeros of ZZ are kept.
  if (type == KeyType::Dh && EVP_PKEY_CTX_set_dh_pad(context.get(), 1) != 1) {
    return detail::library_failure("starting a key agreement");
  }
  if (type == KeyType::Ec && with_cofactor && EVP_PKEY_CTX_set_ecdh_cofactor_mode(context.get(), 1) != 1) {
    return detail::library_failure("starting a key agreement");
  }
  // DH was validated above; OpenSSL's own check would repeat the exponentiation.
  const int validate = type == KeyType::Dh ? 0 : 1;
  std::size_t size = 0;
  if (EVP_PKEY_derive_set_peer_ex(context.get(), peer.native(), validate) != 1 ||
      EVP_PKEY_derive(context.get(), nullptr, &size) != 1) {
    return invalid_peer();
  }
  Secret shared(size);
  // Fails for an X25519 result of zeros (RFC 7748 section 6.1) and for the point at infinity.
  if (EVP_PKEY_derive(context.get(), shared.data(), &size) != 1) return invalid_peer();
  shared.resize(size);
  return shared;
}

}  // namespace

Result<Secret> shared_secret(const PrivateKey& own, const PublicKey& peer) {
  return derive(own, peer, false);
}

Result<Secret> derive_kek(const PrivateKey& own, const PublicKey& peer, const KeyAgreement& agreement) {
  SG_TRY(check_agreement_key(own));
  const KeyAgreementKind kind = agreement.scheme.kind;
  const bool is_dh = kind == KeyAgreementKind::Esdh || kind == KeyAgreementKind::Ssdh;
  if (is_dh != (own.type() == KeyType::Dh)) {
    return fail(kKeyMismatch, "a key of type " + std::string(name(own.type())) + " does not fit the key agreement " +
                                  std::string(name(agreement.scheme)));
  }
  SG_TRY_ASSIGN(const Secret z, derive(own, peer, kind == KeyAgreementKind::EcdhCofactor));
  const std::size_t size = key_size(agreement.wrap);
  if (is_dh) return x942_kdf(z.view(), oid(agreement.wrap), size * 8, agreement.ukm);
  const Bytes info = ecc_cms_shared_info(agreement.wrap_algorithm_der, agreement.ukm, size * 8);
  // RFC 8418 section 2.2: the ukm is the salt as well as part of the shared info.
  if (kind == KeyAgreementKind::EcdhHkdf) {
    return hkdf(agreement.scheme.kdf_digest, z.view(), agreement.ukm, info, size);
  }
  return x963_kdf(agreement.scheme.kdf_digest, z.view(), info, size);
}

Result<PrivateKey> generate_ephemeral(const PublicKey& recipient) {
  SG_TRY(check_agreement_key(recipient));
  if (recipient.type() == KeyType::X25519) return generate_x25519();
  const detail::PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, recipient.native(), nullptr));
  EVP_PKEY* raw = nullptr;
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1 || EVP_PKEY_keygen(context.get(), &raw) != 1) {
    return detail::library_failure("generating an ephemeral key");
  }
  const detail::PkeyPtr key(raw);
  if (recipient.type() == KeyType::Ec) {
    EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                   OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED);
    ERR_clear_error();
  }
  return PrivateKey::from_native(key.get());
}

Result<Bytes> public_key_bits(const PublicKey& key) {
  SG_TRY(check_agreement_key(key));
  if (key.type() == KeyType::Dh) {
    const detail::BignumPtr y = get_number(key.native(), OSSL_PKEY_PARAM_PUB_KEY);
    if (!y) return detail::library_failure("reading a public key");
    Bytes magnitude(static_cast<std::size_t>(BN_num_bytes(y.get())));
    BN_bn2bin(y.get(), magnitude.data());
    return detail::der_unsigned_integer(magnitude);
  }
  unsigned char* encoded = nullptr;
  const std::size_t size = EVP_PKEY_get1_encoded_public_key(key.native(), &encoded);
  if (size == 0) return detail::library_failure("reading a public key");
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owner(encoded,
                                                                       [](unsigned char* p) { OPENSSL_free(p); });
  return Bytes(encoded, encoded + size);
}

Result<PublicKey> originator_key(const PublicKey& own, ByteView public_key_bits) {
  SG_TRY(check_agreement_key(own));
  const detail::ErrorQueueCleaner cleaner;
  if (public_key_bits.empty() || public_key_bits.size() > 4096) return invalid_peer();
  if (own.type() == KeyType::X25519) {
    const detail::PkeyPtr key(
        EVP_PKEY_new_raw_public_key_ex(nullptr, "X25519", nullptr, public_key_bits.data(), public_key_bits.size()));
    if (!key) return invalid_peer();
    return PublicKey::from_native(key.get());
  }
  Bytes encoded(public_key_bits.begin(), public_key_bits.end());
  if (own.type() == KeyType::Dh) {
    const unsigned char* next = public_key_bits.data();
    const std::unique_ptr<ASN1_INTEGER, Deleter<ASN1_INTEGER_free>> integer(
        d2i_ASN1_INTEGER(nullptr, &next, static_cast<long>(public_key_bits.size())));
    const detail::BignumPtr y(integer ? ASN1_INTEGER_to_BN(integer.get(), nullptr) : nullptr);
    const detail::BignumPtr p = get_number(own.native(), OSSL_PKEY_PARAM_FFC_P);
    if (!y || !p || next != public_key_bits.data() + public_key_bits.size() || !dh_in_range(y.get(), p.get())) {
      return invalid_peer();
    }
    encoded.resize(static_cast<std::size_t>(BN_num_bytes(p.get())));
    if (BN_bn2binpad(y.get(), encoded.data(), static_cast<int>(encoded.size())) < 0) return invalid_peer();
  }
  // The point at infinity (SEC 1 section 2.3.3), which OpenSSL reads without complaint.
  if (own.type() == KeyType::Ec && encoded[0] == 0) return invalid_peer();
  const detail::PkeyPtr key(EVP_PKEY_new());
  if (!key || EVP_PKEY_copy_parameters(key.get(), own.native()) != 1) {
    return detail::library_failure("copying group parameters");
  }
  if (EVP_PKEY_set1_encoded_public_key(key.get(), encoded.data(), encoded.size()) != 1) return invalid_peer();
  return PublicKey::from_native(key.get());
}

Result<Secret> x942_kdf(ByteView zz, std::string_view key_wrap_oid, std::size_t kek_bits, ByteView party_a_info) {
  const detail::Asn1ObjectPtr object(OBJ_txt2obj(std::string(key_wrap_oid).c_str(), 1));
  if (!object || kek_bits == 0 || kek_bits % 8 != 0 || kek_bits > 4096) {
    return detail::plain_failure(kBadParameter, "the key wrap of a Diffie-Hellman key agreement is not usable");
  }
  const Bytes oid_der = detail::der_oid(object.get());
  // OtherInfo ::= SEQUENCE { keyInfo { algorithm, counter }, partyAInfo [0] OPTIONAL, suppPubInfo [2] }
  const Bytes bits = detail::big_endian32(static_cast<std::uint32_t>(kek_bits));
  Bytes tail;
  if (!party_a_info.empty()) append(tail, detail::der(0xa0, detail::der(0x04, party_a_info)));
  append(tail, detail::der(0xa2, detail::der(0x04, bits)));

  Secret kek(kek_bits / 8);
  std::uint32_t counter = 0;
  for (std::size_t done = 0; done < kek.size();) {
    ++counter;
    Bytes key_info = oid_der;
    append(key_info, detail::der(0x04, detail::big_endian32(counter)));
    Bytes other_info = detail::der(0x30, key_info);
    append(other_info, tail);
    Digest hash(DigestAlgorithm::Sha1);
    hash.update(zz);
    hash.update(detail::der(0x30, other_info));
    SG_TRY_ASSIGN(const DigestValue block, hash.finish());
    const std::size_t part = std::min(block.size(), kek.size() - done);
    std::copy_n(block.view().begin(), part, kek.data() + done);
    done += part;
  }
  return kek;
}

Result<Secret> x963_kdf(DigestAlgorithm digest, ByteView z, ByteView shared_info, std::size_t length) {
  if (length == 0 || length > 4096) return fail(kBadParameter, "the X9.63 KDF cannot make a key of this length");
  Secret key(length);
  std::uint32_t counter = 0;
  for (std::size_t done = 0; done < length;) {
    ++counter;
    Digest hash(digest);
    hash.update(z);
    hash.update(detail::big_endian32(counter));
    hash.update(shared_info);
    SG_TRY_ASSIGN(const DigestValue block, hash.finish());
    const std::size_t part = std::min(block.size(), length - done);
    std::copy_n(block.view().begin(), part, key.data() + done);
    done += part;
  }
  return key;
}

Bytes ecc_cms_shared_info(ByteView wrap_algorithm_der, ByteView ukm, std::size_t kek_bits) {
  Bytes body(wrap_algorithm_der.begin(), wrap_algorithm_der.end());
  if (!ukm.empty()) append(body, detail::der(0xa0, detail::der(0x04, ukm)));
  append(body, detail::der(0xa2, detail::der(0x04, detail::big_endian32(static_cast<std::uint32_t>(kek_bits)))));
  return detail::der(0x30, body);
}

}  // namespace sealgate::crypto
