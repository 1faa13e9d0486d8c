#include "cms/detail/entity_writer.h"

#include "cms/errors.h"

namespace sealgate::cms::detail {
namespace {

Bytes issuer_and_serial(const certificates::Certificate& certificate) {
  return der_sequence({certificate.issuer_der(), der_element(der::kInteger, certificate.serial())});
}

Result<Bytes> key_id_of(const certificates::Certificate& certificate) {
  auto key_id = certificate.subject_key_id();
  if (!key_id) {
    return fail(kBadOptions, "the certificate has no subject key identifier", certificate.subject(),
                "name it by issuer and serial number");
  }
  return std::move(*key_id);
}

}  // namespace

Result<Bytes> entity_identifier(const certificates::Certificate& certificate, bool by_key_id) {
  if (!by_key_id) return issuer_and_serial(certificate);
  SG_TRY_ASSIGN(const Bytes key_id, key_id_of(certificate));
  return der_element(der::context_primitive(0), key_id);
}

Result<Bytes> agreement_identifier(const certificates::Certificate& certificate, bool by_key_id) {
  if (!by_key_id) return issuer_and_serial(certificate);
  SG_TRY_ASSIGN(const Bytes key_id, key_id_of(certificate));
  return der_element(der::context(0), der_octet_string(key_id));
}

}  // namespace sealgate::cms::detail
