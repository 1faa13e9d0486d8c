#include "smime/detail/encode_checks.h"

#include "certificates/usage.h"
#include "smime/errors.h"

namespace sealgate::smime::detail {
namespace {

std::string label(const certificates::Certificate& certificate) {
  return certificate.subject() + ", thumbprint " + certificate.thumbprint().to_biztalk();
}

Result<> check_certificate(const certificates::Certificate& certificate, certificates::Usage usage, Time time,
                           bool allow_expired = false) {
  if (auto allowed = certificates::check_usage(certificate, usage).status(); !allowed) {
    return fail(std::move(allowed.error()).at(label(certificate)));
  }
  if (time < certificate.not_before()) {
    return fail(kCertificateNotValid, "the certificate is not valid before " + to_rfc3339(certificate.not_before()),
                label(certificate), "check the clock, or use the certificate that is valid now");
  }
  if (time > certificate.not_after() && !allow_expired) {
    return fail(kCertificateNotValid, "the certificate expired on " + to_rfc3339(certificate.not_after()),
                label(certificate), "get the renewed certificate and use that");
  }
  return {};
}

Result<> check_signer(const SignOptions& sign, const EncodeOptions& options) {
  SG_TRY(check_certificate(sign.certificate, certificates::Usage::Sign, options.time));
  SG_TRY(options.weak.check(sign.digest));
  SG_TRY_ASSIGN(const crypto::PublicKey public_key, sign.certificate.public_key());
  if (!sign.key || !crypto::matches(sign.key, public_key)) {
    return fail(kKeyDoesNotFit, "the private key does not belong to the signing certificate", label(sign.certificate),
                "name the key file of this certificate");
  }
  return {};
}

Result<> check_recipients(const EncryptOptions& encrypt, const EncodeOptions& options) {
  if (encrypt.recipients.empty()) {
    return fail(kNoRecipient, "there is no certificate to encrypt to", {}, "name the partner's certificate");
  }
  SG_TRY(options.weak.check(encrypt.cipher));
  for (const auto& recipient : encrypt.recipients) {
    SG_TRY(check_certificate(recipient, certificates::Usage::Encrypt, options.time, encrypt.allow_expired));
  }
  return {};
}

}  // namespace

Result<> check_encode_options(const EncodeOptions& options) {
  if (options.sign) SG_TRY(check_signer(*options.sign, options));
  if (options.encrypt) SG_TRY(check_recipients(*options.encrypt, options));
  if (options.part_encoding == mime::TransferEncoding::Unknown) {
    return fail(kBadCombination, "the transfer encoding of the payload is not known", {},
                "use base64, quoted-printable, 7bit, 8bit, binary or uuencode");
  }
  return {};
}

}  // namespace sealgate::smime::detail
