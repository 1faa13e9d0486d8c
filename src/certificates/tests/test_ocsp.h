#pragma once
// OCSP responses made on the spot, good ones and others.

#include <openssl/ocsp.h>

#include "certificates/ocsp.h"
#include "certificates/tests/test_certificates.h"

namespace sealgate::certificates::testing {

struct OcspReply {
  const Identity* subject = nullptr;  ///< about whom
  const Identity* issuer = nullptr;
  const Identity* signer = nullptr;  ///< null: the issuer
  int status = V_OCSP_CERTSTATUS_GOOD;
  Time this_update = kNow;
  std::optional<Time> next_update = kNow + std::chrono::hours(1);
  Bytes request = {};  ///< whose nonce is repeated; empty: none
  bool attach_signer = true;
  const EVP_MD* id_digest = EVP_sha1();
};

inline Bytes make_ocsp_reply(const OcspReply& reply) {
  const auto as_time = [](Time time) {
    return std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)>(ASN1_GENERALIZEDTIME_set(nullptr, to_time_t(time)),
                                                                 ASN1_TIME_free);
  };
  const Identity& signer = reply.signer == nullptr ? *reply.issuer : *reply.signer;
  std::unique_ptr<OCSP_BASICRESP, decltype(&OCSP_BASICRESP_free)> basic(OCSP_BASICRESP_new(), OCSP_BASICRESP_free);
  std::unique_ptr<OCSP_CERTID, decltype(&OCSP_CERTID_free)> id(
      OCSP_cert_to_id(reply.id_digest, reply.subject->certificate.native(), reply.issuer->certificate.native()),
      OCSP_CERTID_free);
  const auto this_update = as_time(reply.this_update);
  const auto next_update = as_time(reply.next_update.value_or(kNow));
  OCSP_basic_add1_status(basic.get(), id.get(), reply.status, OCSP_REVOKED_STATUS_KEYCOMPROMISE, this_update.get(),
                         this_update.get(), reply.next_update ? next_update.get() : nullptr);
  if (!reply.request.empty()) {
    const unsigned char* cursor = reply.request.data();
    std::unique_ptr<OCSP_REQUEST, decltype(&OCSP_REQUEST_free)> request(
        d2i_OCSP_REQUEST(nullptr, &cursor, static_cast<long>(reply.request.size())), OCSP_REQUEST_free);
    OCSP_copy_nonce(basic.get(), request.get());
  }
  OCSP_basic_sign(basic.get(), signer.certificate.native(), signer.key.native(), EVP_sha256(), nullptr,
                  reply.attach_signer ? 0 : OCSP_NOCERTS);
  std::unique_ptr<OCSP_RESPONSE, decltype(&OCSP_RESPONSE_free)> response(
      OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()), OCSP_RESPONSE_free);
  unsigned char* raw = nullptr;
  const int length = i2d_OCSP_RESPONSE(response.get(), &raw);
  const Bytes der(raw, raw + length);
  OPENSSL_free(raw);
  return der;
}

inline Identity issue_responder(const Identity& issuer, bool authorised = true) {
  Request request{.subject = {{"CN", "Responder"}}, .issuer = &issuer, .serial = 77};
  if (authorised) request.extensions = {{NID_ext_key_usage, "OCSPSigning"}};
  return issue(request);
}

}  // namespace sealgate::certificates::testing
