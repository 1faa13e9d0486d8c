#include "cms/detail/content_cipher.h"

#include <algorithm>

#include "cms/der.h"
#include "cms/detail/layer_reader.h"
#include "cms/errors.h"

namespace sealgate::cms::detail {
namespace {

constexpr std::uint64_t kDefaultTagSize = 12;  // RFC 5084 section 3.2

struct Rc2Parameters {
  int effective_bits;
  Bytes iv;
};

Result<Rc2Parameters> parse_rc2(const AlgorithmId& algorithm) {
  SG_TRY_ASSIGN(const BerElement parameters, parse_single(algorithm.parameters, "RC2 parameters"));
  if (!parameters.is(tag::kSequence)) return fail(kUnsupportedAlgorithm, "RC2 without its number of key bits");
  BerCursor cursor(parameters, "RC2 parameters");
  SG_TRY_ASSIGN(const BerElement version, cursor.next(tag::kInteger));
  SG_TRY_ASSIGN(const std::uint64_t number, small_integer(version));
  SG_TRY_ASSIGN(const BerElement iv, cursor.next(tag::kOctetString));
  const auto bits = number < 1024 ? crypto::rc2_effective_bits(static_cast<long>(number)) : std::nullopt;
  if (!bits) return fail(kUnsupportedAlgorithm, "RC2 with an unusual number of key bits");
  SG_TRY_ASSIGN(Bytes octets, octet_string(iv));
  return Rc2Parameters{*bits, std::move(octets)};
}

}  // namespace

Result<ContentCipherParameters> parse_content_cipher(const AlgorithmId& algorithm) {
  ContentCipherParameters result{};
  if (algorithm.oid == crypto::kRc2CbcOid) {
    SG_TRY_ASSIGN(Rc2Parameters rc2, parse_rc2(algorithm));
    result.cipher = *crypto::cipher_from_oid(algorithm.oid, rc2.effective_bits);
    result.iv = std::move(rc2.iv);
  } else {
    const auto cipher = crypto::cipher_from_oid(algorithm.oid);
    if (!cipher) {
      return fail(kUnsupportedAlgorithm, "content cipher " + algorithm.oid + " is not supported", {},
                  "ask the sender to encrypt with AES-256");
    }
    result.cipher = *cipher;
    SG_TRY_ASSIGN(const BerElement parameters, parse_single(algorithm.parameters, "cipher parameters"));
    if (!crypto::is_aead(*cipher)) {
      if (!parameters.is(tag::kOctetString)) return malformed("cipher parameters", "no initialisation vector");
      SG_TRY_ASSIGN(result.iv, octet_string(parameters));
    } else {
      BerCursor cursor(parameters, "GCM parameters");
      SG_TRY_ASSIGN(const BerElement nonce, cursor.next(tag::kOctetString));
      SG_TRY_ASSIGN(result.iv, octet_string(nonce));
      std::uint64_t tag_size = kDefaultTagSize;
      if (!cursor.at_end()) {
        SG_TRY_ASSIGN(const BerElement size, cursor.next(tag::kInteger));
        SG_TRY_ASSIGN(tag_size, small_integer(size));
      }
      if (tag_size < 12 || tag_size > 16) return malformed("GCM parameters", "a tag size outside 12 to 16");
      result.tag_size = static_cast<std::size_t>(tag_size);
    }
  }
  const bool iv_fits = crypto::is_aead(result.cipher) ? !result.iv.empty() && result.iv.size() <= 64
                                                      : result.iv.size() == crypto::iv_size(result.cipher);
  if (!iv_fits) return malformed("cipher parameters", "an initialisation vector of the wrong size");
  return result;
}

Bytes content_cipher_der(const ContentCipherParameters& parameters) {
  const crypto::ContentCipher cipher = parameters.cipher;
  const Bytes iv = der_octet_string(parameters.iv);
  if (crypto::is_aead(cipher)) {
    const Bytes size = parameters.tag_size == kDefaultTagSize ? Bytes{} : der_integer(parameters.tag_size);
    return der_algorithm(crypto::oid(cipher), der_sequence({iv, size}));
  }
  if (crypto::is_rc2(cipher)) {
    const auto version = static_cast<std::uint64_t>(crypto::rc2_parameter_version(cipher));
    return der_algorithm(crypto::oid(cipher), der_sequence({der_integer(version), iv}));
  }
  return der_algorithm(crypto::oid(cipher), iv);
}

std::string cipher_display_name(const AlgorithmId& algorithm) {
  const auto parsed = parse_content_cipher(algorithm);
  if (parsed) return std::string(crypto::report_name(parsed->cipher));
  const auto cipher = crypto::cipher_from_oid(algorithm.oid);
  return cipher ? std::string(crypto::report_name(*cipher)) : algorithm.oid;
}

std::vector<std::size_t> accepted_key_lengths(crypto::ContentCipher cipher) {
  std::vector<std::size_t> lengths{crypto::key_size(cipher)};
  if (crypto::is_rc2(cipher)) {
    // Old Microsoft senders use a 128-bit key whatever the effective bits are.
    for (const std::size_t length : {std::size_t{5}, std::size_t{8}, std::size_t{16}}) {
      if (length != lengths[0]) lengths.push_back(length);
    }
  }
  return lengths;
}

}  // namespace sealgate::cms::detail
