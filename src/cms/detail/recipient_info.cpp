#include "cms/detail/recipient_info.h"

#include "cms/detail/content_cipher.h"
#include "cms/detail/signature_parameters.h"
#include "cms/detail/signer_info.h"
#include "cms/errors.h"

namespace sealgate::cms::detail {
namespace {

UnsupportedInfo unsupported(std::string what) {
  return UnsupportedInfo{Error{kUnsupportedAlgorithm, std::move(what), "RecipientInfo", {}}};
}

Result<RecipientInfo> parse_key_transport(const BerElement& element) {
  RecipientInfo info;
  info.type = RecipientType::KeyTransport;
  KeyTransportInfo body;
  BerCursor cursor(element, "KeyTransRecipientInfo");
  SG_TRY(cursor.next(tag::kInteger));
  SG_TRY_ASSIGN(const BerElement id, cursor.next());
  SG_TRY_ASSIGN(body.id, parse_entity_id(id, "KeyTransRecipientInfo"));
  SG_TRY_ASSIGN(const BerElement algorithm_element, cursor.next(tag::kSequence));
  SG_TRY_ASSIGN(const AlgorithmId algorithm, algorithm_id(algorithm_element));
  SG_TRY_ASSIGN(const BerElement key, cursor.next(tag::kOctetString));
  SG_TRY_ASSIGN(body.encrypted_key, octet_string(key));
  SG_TRY(cursor.expect_end());
  const bool by_key_id = body.id.kind == EntityId::Kind::SubjectKeyId;
  info.entities.push_back(body.id);
  if (algorithm.oid == crypto::kRsaOaepOid) {
    info.algorithm = "ktri:rsa-oaep";
    auto parameters = parse_oaep_parameters(algorithm);
    if (parameters) {
      body.oaep = std::move(*parameters);
      info.body = std::move(body);
    } else if (parameters.error().code == kUnsupportedAlgorithm) {
      info.body = UnsupportedInfo{std::move(parameters).error()};
    } else {
      return fail(std::move(parameters).error());
    }
  } else if (algorithm.oid == crypto::kRsaEncryptionOid) {
    info.algorithm = "ktri:rsa";
    info.body = std::move(body);
  } else {
    info.algorithm = "ktri:" + algorithm.oid;
    info.body = unsupported("key transport " + algorithm.oid + " is not supported");
  }
  if (by_key_id) info.algorithm += ":skid";
  return info;
}

/// RecipientKeyIdentifier names a subject key identifier first; a date and other attributes may follow.
Result<EntityId> parse_agreement_recipient(const BerElement& element) {
  if (element.is(tag::kSequence)) return parse_issuer_and_serial(element, "KeyAgreeRecipientInfo");
  if (!element.is_context(0)) return malformed("KeyAgreeRecipientInfo", "a recipient identifier of an unknown kind");
  BerCursor cursor(element, "RecipientKeyIdentifier");
  SG_TRY_ASSIGN(const BerElement key_id, cursor.next(tag::kOctetString));
  EntityId id;
  id.kind = EntityId::Kind::SubjectKeyId;
  SG_TRY_ASSIGN(id.key_id, octet_string(key_id));
  return id;
}

Result<std::vector<KeyAgreementInfo::Key>> parse_encrypted_keys(const BerElement& element, std::size_t limit) {
  std::vector<KeyAgreementInfo::Key> keys;
  BerCursor cursor(element, "RecipientEncryptedKeys");
  while (!cursor.at_end()) {
    if (keys.size() == limit) return fail(kLimitRecipients, "more than " + std::to_string(limit) + " recipients");
    SG_TRY_ASSIGN(const BerElement entry, cursor.next(tag::kSequence));
    BerCursor fields(entry, "RecipientEncryptedKey");
    SG_TRY_ASSIGN(const BerElement id, fields.next());
    SG_TRY_ASSIGN(EntityId entity, parse_agreement_recipient(id));
    SG_TRY_ASSIGN(const BerElement key, fields.next(tag::kOctetString));
    SG_TRY_ASSIGN(Bytes encrypted, octet_string(key));
    SG_TRY(fields.expect_end());
    keys.push_back(KeyAgreementInfo::Key{std::move(entity), std::move(encrypted)});
  }
  return keys;
}

Result<std::optional<Bytes>> parse_originator_key(const BerElement& wrapper) {
  SG_TRY_ASSIGN(const BerElement originator, parse_single(wrapper.content, "OriginatorIdentifierOrKey"));
  if (!originator.is_context(1)) return std::optional<Bytes>{};  // a static key of a certificate
  BerCursor cursor(originator, "OriginatorPublicKey");
  SG_TRY_ASSIGN(const BerElement algorithm, cursor.next(tag::kSequence));
  SG_TRY(algorithm_id(algorithm));
  SG_TRY_ASSIGN(const BerElement bits, cursor.next(tag::kBitString));
  SG_TRY(cursor.expect_end());
  SG_TRY_ASSIGN(Bytes key, bit_string(bits));
  return std::optional<Bytes>(std::move(key));
}

Result<RecipientInfo> parse_key_agreement(const BerElement& element, const Limits& limits) {
  RecipientInfo info;
  info.type = RecipientType::KeyAgreement;
  KeyAgreementInfo body{};
  BerCursor cursor(element, "KeyAgreeRecipientInfo");
  SG_TRY(cursor.next(tag::kInteger));
  SG_TRY_ASSIGN(const BerElement wrapper, cursor.next());
  if (!wrapper.is_context(0)) return malformed("KeyAgreeRecipientInfo", "no originator");
  SG_TRY_ASSIGN(std::optional<Bytes> originator, parse_originator_key(wrapper));
  if (cursor.next_is_context(1)) {
    SG_TRY_ASSIGN(const BerElement explicit_ukm, cursor.next());
    SG_TRY_ASSIGN(const BerElement ukm, parse_single(explicit_ukm.content, "UserKeyingMaterial"));
    SG_TRY_ASSIGN(body.ukm, octet_string(ukm));
  }
  SG_TRY_ASSIGN(const BerElement algorithm_element, cursor.next(tag::kSequence));
  SG_TRY_ASSIGN(const AlgorithmId algorithm, algorithm_id(algorithm_element));
  SG_TRY_ASSIGN(const BerElement keys, cursor.next(tag::kSequence));
  SG_TRY_ASSIGN(body.keys, parse_encrypted_keys(keys, limits.recipients));
  SG_TRY(cursor.expect_end());
  for (const KeyAgreementInfo::Key& key : body.keys) info.entities.push_back(key.id);

  const auto scheme = crypto::key_agreement_from_oid(algorithm.oid);
  info.algorithm = "kari:" + (scheme ? std::string(crypto::name(*scheme)) : algorithm.oid);
  if (!scheme) {
    info.body = unsupported("key agreement " + algorithm.oid + " is not supported");
    return info;
  }
  SG_TRY_ASSIGN(const BerElement wrap_element, parse_single(algorithm.parameters, "KeyWrapAlgorithm"));
  SG_TRY_ASSIGN(const AlgorithmId wrap_id, algorithm_id(wrap_element));
  const auto wrap = crypto::key_wrap_from_oid(wrap_id.oid);
  info.algorithm += ':' + (wrap ? std::string(crypto::name(*wrap)) : wrap_id.oid);
  if (!wrap) {
    info.body = unsupported("key wrap " + wrap_id.oid + " is not supported");
    return info;
  }
  if (crypto::is_weak(*wrap)) info.weak.emplace_back(crypto::name(*wrap));
  if (!originator) {
    info.body = unsupported("the originator's key is that of a certificate (static Diffie-Hellman)");
    return info;
  }
  body.originator_key = std::move(*originator);
  body.scheme = *scheme;
  body.wrap = *wrap;
  SG_TRY_ASSIGN(body.wrap_der, to_der(wrap_element));
  info.body = std::move(body);
  return info;
}

Result<RecipientInfo> parse_kek(const BerElement& element) {
  RecipientInfo info;
  info.type = RecipientType::KeyEncryptionKey;
  KekInfo body{};
  BerCursor cursor(element, "KEKRecipientInfo");
  SG_TRY(cursor.next(tag::kInteger));
  SG_TRY_ASSIGN(const BerElement identifier, cursor.next(tag::kSequence));
  BerCursor id_fields(identifier, "KEKIdentifier");
  SG_TRY_ASSIGN(const BerElement key_id, id_fields.next(tag::kOctetString));
  SG_TRY_ASSIGN(body.key_id, octet_string(key_id));
  SG_TRY_ASSIGN(const BerElement algorithm_element, cursor.next(tag::kSequence));
  SG_TRY_ASSIGN(const AlgorithmId algorithm, algorithm_id(algorithm_element));
  SG_TRY_ASSIGN(const BerElement key, cursor.next(tag::kOctetString));
  SG_TRY_ASSIGN(body.encrypted_key, octet_string(key));
  SG_TRY(cursor.expect_end());
  const auto wrap = crypto::key_wrap_from_oid(algorithm.oid);
  info.algorithm = "kekri:" + (wrap ? std::string(crypto::name(*wrap)) : algorithm.oid);
  if (!wrap) {
    info.body = unsupported("key wrap " + algorithm.oid + " is not supported");
    return info;
  }
  if (crypto::is_weak(*wrap)) info.weak.emplace_back(crypto::name(*wrap));
  body.wrap = *wrap;
  info.body = std::move(body);
  return info;
}

/// PBKDF2-params (RFC 8018 appendix A.2).
Result<> parse_pbkdf2(const AlgorithmId& algorithm, const Limits& limits, PasswordInfo& into,
                      std::optional<Error>& problem) {
  SG_TRY_ASSIGN(const BerElement parameters, parse_single(algorithm.parameters, "PBKDF2 parameters"));
  BerCursor cursor(parameters, "PBKDF2 parameters");
  SG_TRY_ASSIGN(const BerElement salt, cursor.next(tag::kOctetString));
  SG_TRY_ASSIGN(into.salt, octet_string(salt));
  SG_TRY_ASSIGN(const BerElement iterations, cursor.next(tag::kInteger));
  SG_TRY_ASSIGN(const std::uint64_t count, small_integer(iterations));
  if (count == 0) return malformed("PBKDF2 parameters", "no iterations");
  if (count > limits.password_iterations) {
    problem = Error{kLimitIterations,
                    "the password would have to be hashed " + std::to_string(count) + " times, more than " +
                        std::to_string(limits.password_iterations),
                    {},
                    {}};
    return {};
  }
  into.iterations = static_cast<std::uint32_t>(count);
  if (cursor.next_is(tag::kInteger)) SG_TRY(cursor.next());  // keyLength: the cipher says it
  into.prf = crypto::DigestAlgorithm::Sha1;
  if (!cursor.at_end()) {
    SG_TRY_ASSIGN(const BerElement prf_element, cursor.next(tag::kSequence));
    SG_TRY_ASSIGN(const AlgorithmId prf, algorithm_id(prf_element));
    const auto known = crypto::hmac_digest_from_oid(prf.oid);
    if (!known)
      problem = Error{kUnsupportedAlgorithm, "password hashing with " + prf.oid + " is not supported", {}, {}};
    into.prf = known.value_or(crypto::DigestAlgorithm::Sha1);
  }
  return {};
}

Result<RecipientInfo> parse_password(const BerElement& element, const Limits& limits) {
  RecipientInfo info;
  info.type = RecipientType::Password;
  info.algorithm = "pwri";
  PasswordInfo body{};
  BerCursor cursor(element, "PasswordRecipientInfo");
  SG_TRY(cursor.next(tag::kInteger));
  std::optional<AlgorithmId> kdf;
  if (cursor.next_is_context(0)) {
    SG_TRY_ASSIGN(const BerElement kdf_element, cursor.next());
    SG_TRY_ASSIGN(kdf, algorithm_id(kdf_element));
  }
  SG_TRY_ASSIGN(const BerElement algorithm_element, cursor.next(tag::kSequence));
  SG_TRY_ASSIGN(const AlgorithmId algorithm, algorithm_id(algorithm_element));
  SG_TRY_ASSIGN(const BerElement key, cursor.next(tag::kOctetString));
  SG_TRY_ASSIGN(body.encrypted_key, octet_string(key));
  SG_TRY(cursor.expect_end());
  if (!kdf || kdf->oid != crypto::kPbkdf2Oid || algorithm.oid != crypto::kPwriKekOid) {
    info.body = unsupported("a password recipient without PBKDF2 and PWRI-KEK");
    return info;
  }
  std::optional<Error> problem;
  SG_TRY(parse_pbkdf2(*kdf, limits, body, problem));
  SG_TRY_ASSIGN(const BerElement inner_element, parse_single(algorithm.parameters, "PWRI-KEK parameters"));
  SG_TRY_ASSIGN(const AlgorithmId inner, algorithm_id(inner_element));
  auto cipher = parse_content_cipher(inner);
  if (!cipher) {
    if (!(cipher.error().code == kUnsupportedAlgorithm)) return fail(cipher.error());
    problem = cipher.error();
  } else if (crypto::is_aead(cipher->cipher)) {
    problem = Error{kUnsupportedAlgorithm, "PWRI-KEK needs a CBC cipher", {}, {}};
  }
  if (problem) {
    info.body = UnsupportedInfo{std::move(*problem)};
    return info;
  }
  body.cipher = cipher->cipher;
  body.iv = std::move(cipher->iv);
  info.body = std::move(body);
  return info;
}

}  // namespace

Result<RecipientInfo> parse_recipient_info(ByteView element, const Limits& limits) {
  SG_TRY_ASSIGN(const BerElement parsed, parse_single(element, "RecipientInfo"));
  if (!parsed.header.constructed) return malformed("RecipientInfo", "of the wrong form");
  if (parsed.is(tag::kSequence)) return parse_key_transport(parsed);
  if (parsed.is_context(1)) return parse_key_agreement(parsed, limits);
  if (parsed.is_context(2)) return parse_kek(parsed);
  if (parsed.is_context(3)) return parse_password(parsed, limits);
  if (!parsed.is_context(4)) return malformed("RecipientInfo", "of an unknown kind");
  RecipientInfo other;
  other.algorithm = "ori";
  other.body = unsupported("a recipient of another kind (OtherRecipientInfo)");
  return other;
}

}  // namespace sealgate::cms::detail
