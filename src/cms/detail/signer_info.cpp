#include "cms/detail/signer_info.h"

#include "cms/der.h"
#include "cms/errors.h"
#include "cms/oids.h"

namespace sealgate::cms::detail {
namespace {

tl::unexpected<Error> bad_attribute(const char* what) {
  return fail(kBadAttribute, what, {}, "the signer's program made a signature that RFC 5652 does not allow");
}

/// The one value of an attribute that must be single-valued (RFC 5652 section 11).
Result<BerElement> single_value(const BerElement& values, const char* what) {
  BerCursor cursor(values, "attribute");
  if (cursor.at_end()) return bad_attribute(what);
  SG_TRY_ASSIGN(const BerElement value, cursor.next());
  if (!cursor.at_end()) return bad_attribute(what);
  return value;
}

Result<SignedAttributes::Protection> parse_protection(const BerElement& value) {
  SignedAttributes::Protection protection;
  BerCursor cursor(value, "CMSAlgorithmProtection");
  SG_TRY_ASSIGN(const BerElement digest, cursor.next(tag::kSequence));
  SG_TRY_ASSIGN(protection.digest, algorithm_id(digest));
  if (cursor.next_is_context(1)) {
    SG_TRY_ASSIGN(const BerElement signature, cursor.next());
    SG_TRY_ASSIGN(protection.signature, algorithm_id(signature));
  }
  if (cursor.next_is_context(2)) {
    protection.has_mac = true;
    SG_TRY(cursor.next());
  }
  SG_TRY(cursor.expect_end());
  return protection;
}

Result<> take_attribute(const std::string& type, const BerElement& values, SignedAttributes& into) {
  if (type == oids::kContentType) {
    if (into.content_type) return bad_attribute("the contentType attribute occurs twice");
    SG_TRY_ASSIGN(const BerElement value,
                  single_value(values, "the contentType attribute has not exactly one value"));
    SG_TRY_ASSIGN(into.content_type, oid(value));
  } else if (type == oids::kMessageDigest) {
    if (into.message_digest) return bad_attribute("the messageDigest attribute occurs twice");
    SG_TRY_ASSIGN(const BerElement value,
                  single_value(values, "the messageDigest attribute has not exactly one value"));
    if (!value.is(tag::kOctetString)) return bad_attribute("the messageDigest attribute is no OCTET STRING");
    SG_TRY_ASSIGN(into.message_digest, octet_string(value));
  } else if (type == oids::kSigningTime) {
    if (into.signing_time) return bad_attribute("the signingTime attribute occurs twice");
    SG_TRY_ASSIGN(const BerElement value,
                  single_value(values, "the signingTime attribute has not exactly one value"));
    SG_TRY_ASSIGN(into.signing_time, parse_time(value.header, value.content));
  } else if (type == oids::kAlgorithmProtection) {
    if (into.protection) return bad_attribute("the CMSAlgorithmProtection attribute occurs twice");
    SG_TRY_ASSIGN(const BerElement value,
                  single_value(values, "the CMSAlgorithmProtection attribute has not exactly one value"));
    SG_TRY_ASSIGN(into.protection, parse_protection(value));
  } else if (type == oids::kCounterSignature) {
    return bad_attribute("a countersignature among the signed attributes");
  }
  return {};
}

Result<SignedAttributes> parse_attributes(const BerElement& element) {
  SignedAttributes attributes;
  BerCursor cursor(element, "signed attributes");
  if (cursor.at_end()) return bad_attribute("an empty set of signed attributes");
  while (!cursor.at_end()) {
    SG_TRY_ASSIGN(const BerElement attribute, cursor.next(tag::kSequence));
    BerCursor fields(attribute, "attribute");
    SG_TRY_ASSIGN(const BerElement name, fields.next(tag::kOid));
    SG_TRY_ASSIGN(const std::string type, oid(name));
    SG_TRY_ASSIGN(const BerElement values, fields.next(tag::kSet));
    SG_TRY(fields.expect_end());
    SG_TRY(take_attribute(type, values, attributes));
  }
  // RFC 5652 section 5.3: both are required when there are signed attributes at all.
  if (!attributes.content_type) return bad_attribute("the contentType attribute is missing");
  if (!attributes.message_digest) return bad_attribute("the messageDigest attribute is missing");
  return attributes;
}

/// Countersignatures and timestamps are tolerated; what must be signed must not stand here (RFC 5652 section 11).
Result<> check_unsigned_attributes(const BerElement& element) {
  BerCursor cursor(element, "unsigned attributes");
  while (!cursor.at_end()) {
    SG_TRY_ASSIGN(const BerElement attribute, cursor.next(tag::kSequence));
    BerCursor fields(attribute, "attribute");
    SG_TRY_ASSIGN(const BerElement name, fields.next(tag::kOid));
    SG_TRY_ASSIGN(const std::string type, oid(name));
    if (type == oids::kContentType || type == oids::kMessageDigest || type == oids::kSigningTime ||
        type == oids::kAlgorithmProtection) {
      return bad_attribute("an attribute that must be signed stands among the unsigned ones");
    }
  }
  return {};
}

/// What may have been signed: the attributes as SET OF in DER, and in the order and encoding they were sent in.
Result<std::vector<Bytes>> attribute_forms(const BerElement& element) {
  BerElement as_set = element;
  as_set.header.tag_class = BerClass::Universal;
  as_set.header.number = tag::kSet;
  std::vector<Bytes> forms;
  SG_TRY_ASSIGN(Bytes sorted, to_der(as_set));
  forms.push_back(std::move(sorted));
  const auto add = [&forms](Bytes form) {
    if (forms.front() != form) forms.push_back(std::move(form));
  };
  Bytes as_sent = der_element(der::kSet, element.content);
  if (as_sent == forms.front()) return forms;
  Bytes in_order;
  BerCursor cursor(element, "signed attributes");
  while (!cursor.at_end()) {
    SG_TRY_ASSIGN(const BerElement attribute, cursor.next());
    SG_TRY_ASSIGN(const Bytes encoded, to_der(attribute));
    append(in_order, encoded);
  }
  add(der_element(der::kSet, in_order));
  add(std::move(as_sent));
  return forms;
}

}  // namespace

Result<EntityId> parse_issuer_and_serial(const BerElement& element, const char* structure) {
  EntityId id;
  BerCursor cursor(element, structure);
  SG_TRY_ASSIGN(const BerElement issuer, cursor.next(tag::kSequence));
  SG_TRY_ASSIGN(const BerElement serial, cursor.next(tag::kInteger));
  SG_TRY(cursor.expect_end());
  SG_TRY_ASSIGN(id.issuer_der, to_der(issuer));
  id.serial.assign(serial.content.begin(), serial.content.end());
  return id;
}

Result<EntityId> parse_entity_id(const BerElement& element, const char* structure) {
  if (element.is(tag::kSequence)) return parse_issuer_and_serial(element, structure);
  if (!element.is_context(0)) return malformed(structure, "a certificate identifier of an unknown kind");
  EntityId id;
  id.kind = EntityId::Kind::SubjectKeyId;
  SG_TRY_ASSIGN(id.key_id, octet_string(element));
  return id;
}

std::string digest_display_name(const std::string& digest_oid) {
  if (const auto known = crypto::digest_from_oid(digest_oid)) return std::string(crypto::name(*known));
  if (digest_oid == "1.2.840.113549.2.2") return "md2";
  if (digest_oid == "1.2.840.113549.2.4") return "md4";
  if (digest_oid == "1.3.36.3.2.1") return "ripemd160";
  return digest_oid;
}

Result<SignerInfo> parse_signer_info(ByteView element) {
  SignerInfo info;
  SG_TRY_ASSIGN(const BerElement sequence, parse_single(element, "SignerInfo"));
  if (!sequence.is(tag::kSequence)) return malformed("SignerInfo", "not a SEQUENCE");
  BerCursor cursor(sequence, "SignerInfo");
  SG_TRY_ASSIGN(const BerElement version, cursor.next(tag::kInteger));
  SG_TRY(small_integer(version));
  SG_TRY_ASSIGN(const BerElement id, cursor.next());
  SG_TRY_ASSIGN(info.id, parse_entity_id(id, "SignerInfo"));
  SG_TRY_ASSIGN(const BerElement digest, cursor.next(tag::kSequence));
  SG_TRY_ASSIGN(info.digest, algorithm_id(digest));
  if (cursor.next_is_context(0)) {
    SG_TRY_ASSIGN(const BerElement attributes, cursor.next());
    info.has_attributes = true;
    SG_TRY_ASSIGN(info.attribute_forms, attribute_forms(attributes));
    auto parsed = parse_attributes(attributes);
    if (parsed) {
      info.attributes = std::move(*parsed);
    } else {
      info.attribute_error = std::move(parsed).error();
    }
  }
  SG_TRY_ASSIGN(const BerElement algorithm, cursor.next(tag::kSequence));
  SG_TRY_ASSIGN(info.signature, algorithm_id(algorithm));
  SG_TRY_ASSIGN(const BerElement value, cursor.next(tag::kOctetString));
  SG_TRY_ASSIGN(info.signature_value, octet_string(value));
  if (cursor.next_is_context(1)) {
    SG_TRY_ASSIGN(const BerElement attributes, cursor.next());
    auto checked = check_unsigned_attributes(attributes);
    if (!checked && !(checked.error().code == kBadAttribute)) return fail(std::move(checked).error());
    if (!checked && !info.attribute_error) info.attribute_error = std::move(checked).error();
  }
  SG_TRY(cursor.expect_end());
  return info;
}

}  // namespace sealgate::cms::detail
