// OpenSSL's check of an OAEP block is deprecated only because its own RSA code calls it inside now; it is the one
// that runs in constant time.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/token_forms.h"

#include <openssl/rsa.h>

#include <array>

#include "crypto/detail/der.h"
#include "crypto/detail/openssl.h"
#include "crypto/errors.h"

namespace sealgate::crypto {
namespace {

constexpr Byte kSequence = 0x30, kOctetString = 0x04, kBitString = 0x03;

/// RFC 8017 section 9.2: a number as short as it can be.
ByteView without_zeros(ByteView number) {
  while (!number.empty() && number.front() == 0) number = number.subspan(1);
  return number;
}

Bytes sequence_of(Bytes first, const Bytes& second) {
  append(first, second);
  return detail::der(kSequence, first);
}

}  // namespace

Bytes digest_info(DigestAlgorithm algorithm, ByteView digest) {
  static constexpr std::array kNids{NID_md5, NID_sha1, NID_sha224, NID_sha256, NID_sha384, NID_sha512};
  const ASN1_OBJECT* oid = OBJ_nid2obj(kNids[static_cast<std::size_t>(algorithm)]);
  const Bytes null{0x05, 0x00};
  return sequence_of(sequence_of(detail::der_oid(oid), null), detail::der(kOctetString, digest));
}

Bytes ecdsa_signature(ByteView r_and_s) {
  const std::size_t half = r_and_s.size() / 2;
  return sequence_of(detail::der_unsigned_integer(without_zeros(r_and_s.first(half))),
                     detail::der_unsigned_integer(without_zeros(r_and_s.subspan(half))));
}

Result<PublicKey> rsa_public_key(ByteView modulus, ByteView exponent) {
  const Bytes null{0x05, 0x00};
  Bytes key{0};  // no unused bits
  append(key, sequence_of(detail::der_unsigned_integer(without_zeros(modulus)),
                          detail::der_unsigned_integer(without_zeros(exponent))));
  return PublicKey::from_spki_der(
      sequence_of(sequence_of(detail::der_oid(OBJ_nid2obj(NID_rsaEncryption)), null), detail::der(kBitString, key)));
}

Result<Secret> oaep_unpad(ByteView block, const OaepParameters& parameters) {
  Secret content(block.size());
  const int size = static_cast<int>(block.size());
  // The leading zero is left out, as this function wants it; a block that has none there is not OAEP's.
  const int length = block.empty() || block.front() != 0
                         ? -1
                         : RSA_padding_check_PKCS1_OAEP_mgf1(
                               content.data(), size, block.data() + 1, size - 1, size, parameters.label.data(),
                               static_cast<int>(parameters.label.size()), detail::digest_method(parameters.digest),
                               detail::digest_method(parameters.mgf1_digest));
  if (length < 0) {
    return detail::plain_failure(kKeyUnwrap, "the content key cannot be recovered with this private key");
  }
  content.resize(static_cast<std::size_t>(length));
  return content;
}

}  // namespace sealgate::crypto
