// PKCS#7 and CMS SignedData as a carrier of certificates (RFC 5652 section 5, "certs-only").
#include <openssl/cms.h>

#include "certificates/errors.h"
#include "certificates/import_internal.h"

namespace sealgate::certificates {

Result<> import_pkcs7(BundleBuilder& builder, ByteView der) {
  const ErrorQueueGuard guard;
  const unsigned char* cursor = der.data();
  const std::unique_ptr<CMS_ContentInfo, Deleter<CMS_ContentInfo_free>> message(
      d2i_CMS_ContentInfo(nullptr, &cursor, static_cast<long>(der.size())));
  if (!message) {
    return fail(kImportMalformed, "the PKCS#7 structure is damaged", {}, "get the file again from its source");
  }
  if (OBJ_obj2nid(CMS_get0_type(message.get())) != NID_pkcs7_signed) {
    return fail(kImportUnknownFormat, "this is an S/MIME message that carries no certificates in the open", {},
                "open it with: sealgate smime decode");
  }
  const X509StackHandle certificates(CMS_get1_certs(message.get()));
  for (int index = 0; index < sk_X509_num(certificates.get()); ++index) {
    SG_TRY_ASSIGN(Certificate certificate, Certificate::from_native(sk_X509_value(certificates.get(), index)));
    SG_TRY(builder.add_certificate(std::move(certificate)));
  }
  const X509CrlStackHandle lists(CMS_get1_crls(message.get()));
  for (int index = 0; index < sk_X509_CRL_num(lists.get()); ++index) {
    SG_TRY_ASSIGN(Crl crl,
                  Crl::from_der(encode_der<const X509_CRL>(i2d_X509_CRL, sk_X509_CRL_value(lists.get(), index))));
    SG_TRY(builder.add_crl(std::move(crl)));
  }
  return {};
}

}  // namespace sealgate::certificates
