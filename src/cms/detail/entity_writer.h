#pragma once
// Internal: how a certificate is named in a SignerInfo or RecipientInfo.

#include "certificates/certificate.h"
#include "cms/der.h"

namespace sealgate::cms::detail {

/// IssuerAndSerialNumber, or [0] SubjectKeyIdentifier. cms.bad-options when the certificate has no key identifier.
Result<Bytes> entity_identifier(const certificates::Certificate& certificate, bool by_key_id);
/// The same for KeyAgreeRecipientInfo, where [0] is a structure (RecipientKeyIdentifier).
Result<Bytes> agreement_identifier(const certificates::Certificate& certificate, bool by_key_id);

}  // namespace sealgate::cms::detail
