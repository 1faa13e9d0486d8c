#include "certificates/ocsp.h"

#include <openssl/ocsp.h>

#include <algorithm>
#include <array>

#include "certificates/errors.h"
#include "certificates/openssl_handles.h"
#include "certificates/revocation_lists.h"

namespace sealgate::certificates {
namespace {

using RequestHandle = std::unique_ptr<OCSP_REQUEST, Deleter<OCSP_REQUEST_free>>;
using ResponseHandle = std::unique_ptr<OCSP_RESPONSE, Deleter<OCSP_RESPONSE_free>>;
using BasicHandle = std::unique_ptr<OCSP_BASICRESP, Deleter<OCSP_BASICRESP_free>>;
using IdHandle = std::unique_ptr<OCSP_CERTID, Deleter<OCSP_CERTID_free>>;
using StoreHandle = std::unique_ptr<X509_STORE, Deleter<X509_STORE_free>>;

constexpr const char* kAskAuthority = "ask the authority's operator; revocation lists are used meanwhile";

std::string about(const Certificate& certificate) {
  return "certificate " + certificate.thumbprint().to_biztalk() + " (" + certificate.short_name() + ")";
}

Result<BasicHandle> parse(ByteView der, const Certificate& certificate) {
  const unsigned char* cursor = der.data();
  const ResponseHandle response(der.empty() || der.size() > kMaxOcspResponse
                                    ? nullptr
                                    : d2i_OCSP_RESPONSE(nullptr, &cursor, static_cast<long>(der.size())));
  if (!response || cursor != der.data() + der.size()) {
    return fail(kOcspMalformed, "this is no OCSP response", about(certificate), kAskAuthority);
  }
  const int status = OCSP_response_status(response.get());
  if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    return fail(kOcspRefused,
                std::string("the OCSP responder refuses to answer: ") + OCSP_response_status_str(status),
                about(certificate), kAskAuthority);
  }
  BasicHandle basic(OCSP_response_get1_basic(response.get()));
  if (!basic)
    return fail(kOcspMalformed, "the OCSP response holds no basic response", about(certificate), kAskAuthority);
  return basic;
}

/// The one answer in it that is about the certificate; responders may answer for many and choose the digest.
const OCSP_SINGLERESP* find_answer(OCSP_BASICRESP* basic, const Certificate& certificate, const Certificate& issuer) {
  constexpr int kMaxAnswers = 100;
  const int count = std::min(OCSP_resp_count(basic), kMaxAnswers);
  for (int index = 0; index < count; ++index) {
    OCSP_SINGLERESP* single = OCSP_resp_get0(basic, index);
    ASN1_OBJECT* digest_name = nullptr;
    // The library's accessor wants an id that may be changed, and does not.
    auto* id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single));
    if (OCSP_id_get0_info(nullptr, &digest_name, nullptr, nullptr, id) != 1) continue;
    const EVP_MD* digest = EVP_get_digestbyobj(digest_name);
    constexpr std::array kDigests{NID_sha1, NID_sha256, NID_sha384, NID_sha512};
    if (digest == nullptr || std::ranges::find(kDigests, EVP_MD_get_type(digest)) == kDigests.end()) continue;
    const IdHandle expected(OCSP_cert_to_id(digest, certificate.native(), issuer.native()));
    if (expected && OCSP_id_cmp(expected.get(), id) == 0) return single;
  }
  return nullptr;
}

/// Checks signature and standing of the responder; gives its certificate.
Result<Certificate> check_responder(OCSP_BASICRESP* basic, const Certificate& certificate, const Certificate& issuer,
                                    const OcspRules& rules) {
  const auto refuse = [&](std::string what) {
    return fail(kOcspUnauthorized, std::move(what), about(certificate), kAskAuthority);
  };
  const X509StackHandle candidates(sk_X509_new_null());
  const StoreHandle store(X509_STORE_new());
  X509_VERIFY_PARAM* parameters = store ? X509_STORE_get0_param(store.get()) : nullptr;
  // The issuer is the only anchor: a responder is it, or was issued by it and no one else.
  if (!candidates || parameters == nullptr || X509_STORE_add_cert(store.get(), issuer.native()) != 1 ||
      X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN) != 1) {
    return fail(kOcspFailed, "the library cannot check the OCSP response", about(certificate), "try again");
  }
  X509_VERIFY_PARAM_set_time(parameters,
                             std::chrono::floor<std::chrono::seconds>(rules.time).time_since_epoch().count());
  const auto offer = [&](const Certificate& candidate) {
    if (X509_up_ref(candidate.native()) != 1) return;
    if (sk_X509_push(candidates.get(), candidate.native()) <= 0) X509_free(candidate.native());
  };
  offer(issuer);
  for (const Certificate& candidate : rules.candidates) {
    const auto usages = candidate.extended_key_usage();
    if (usages && std::ranges::find(*usages, "1.3.6.1.5.5.7.3.9") != usages->end()) offer(candidate);
  }
  if (OCSP_basic_verify(basic, candidates.get(), store.get(), OCSP_NOEXPLICIT) != 1) {
    return refuse(
        "the OCSP response is not signed by the issuer of the certificate, nor by a responder that the issuer "
        "authorised");
  }
  X509* signer = nullptr;
  if (OCSP_resp_get0_signer(basic, &signer, candidates.get()) != 1) return refuse("nobody signed the OCSP response");
  SG_TRY_ASSIGN(Certificate responder, Certificate::from_native(signer));
  for (const Thumbprint& distrusted : rules.distrusted) {
    if (responder.has_thumbprint(distrusted)) {
      return refuse("the OCSP responder's certificate is in the store Untrusted");
    }
  }
  if (!(responder == issuer) && is_listed_as_revoked(responder, rules.crls)) {
    return refuse("the OCSP responder's certificate was revoked");
  }
  return responder;
}

/// True when it repeats the request's nonce; certificates.ocsp-wrong-nonce when it has another.
Result<bool> check_nonce(OCSP_BASICRESP* basic, const Certificate& certificate, ByteView der) {
  if (der.empty()) return false;
  const unsigned char* cursor = der.data();
  const RequestHandle request(d2i_OCSP_REQUEST(nullptr, &cursor, static_cast<long>(der.size())));
  const int compared = request ? OCSP_check_nonce(request.get(), basic) : 0;
  if (compared == 0) {
    return fail(kOcspWrongNonce, "the OCSP response answers another request (nonce)", about(certificate),
                kAskAuthority);
  }
  return compared == 1;
}

std::string describe(const Time& time) {
  return to_rfc3339(time);
}

}  // namespace

std::string_view to_string(RevocationStatus status) {
  switch (status) {
    case RevocationStatus::Good:
      return "good";
    case RevocationStatus::Revoked:
      return "revoked";
    case RevocationStatus::Unknown:
      return "unknown";
  }
  return "unknown";
}

Result<Bytes> make_ocsp_request(const Certificate& certificate, const Certificate& issuer, ByteView nonce) {
  const ErrorQueueGuard guard;
  const RequestHandle request(OCSP_REQUEST_new());
  // SHA-1 only names the issuer here, and is the one digest that every responder knows (RFC 5019 section 2.1.1).
  IdHandle id(OCSP_cert_to_id(EVP_sha1(), certificate.native(), issuer.native()));
  bool good = request && id && OCSP_request_add0_id(request.get(), id.get()) != nullptr;
  if (good) static_cast<void>(id.release());
  if (good && !nonce.empty()) {
    Bytes copy(nonce.begin(), nonce.end());
    good = OCSP_request_add1_nonce(request.get(), copy.data(), static_cast<int>(copy.size())) == 1;
  }
  Bytes der = good ? encode_der(i2d_OCSP_REQUEST, static_cast<const OCSP_REQUEST*>(request.get())) : Bytes();
  if (der.empty())
    return fail(kOcspFailed, "the library cannot make an OCSP request", about(certificate), "try again");
  return der;
}

Result<OcspAnswer> check_ocsp_response(ByteView der, const Certificate& certificate, const Certificate& issuer,
                                       const OcspRules& rules) {
  const ErrorQueueGuard guard;
  SG_TRY_ASSIGN(const BasicHandle basic, parse(der, certificate));
  SG_TRY_ASSIGN(const Certificate responder, check_responder(basic.get(), certificate, issuer, rules));
  OcspAnswer answer;
  answer.responder = responder.subject();
  SG_TRY_ASSIGN(answer.nonce, check_nonce(basic.get(), certificate, rules.request));
  const OCSP_SINGLERESP* single = find_answer(basic.get(), certificate, issuer);
  if (single == nullptr) {
    return fail(kOcspNotAboutIt, "the OCSP response is about other certificates", about(certificate), kAskAuthority);
  }
  ASN1_GENERALIZEDTIME* revoked_at = nullptr;
  ASN1_GENERALIZEDTIME* this_update = nullptr;
  ASN1_GENERALIZEDTIME* next_update = nullptr;
  const int status =
      OCSP_single_get0_status(const_cast<OCSP_SINGLERESP*>(single), nullptr, &revoked_at, &this_update, &next_update);
  answer.this_update = to_time(this_update, Time::max());
  answer.valid_until =
      next_update != nullptr ? to_time(next_update, Time::min()) : answer.this_update + rules.age_without_end;
  // RFC 6960 section 3.2, points 5 and 6.
  if (answer.this_update > rules.time + rules.tolerance) {
    return fail(kOcspStale, "the OCSP response is dated in the future: " + describe(answer.this_update),
                about(certificate), "check the clock of this computer");
  }
  if (answer.valid_until + rules.tolerance < rules.time) {
    return fail(kOcspStale, "the OCSP response was good until " + describe(answer.valid_until), about(certificate),
                kAskAuthority);
  }
  if (status == V_OCSP_CERTSTATUS_GOOD) answer.status = RevocationStatus::Good;
  if (status == V_OCSP_CERTSTATUS_REVOKED) {
    answer.status = RevocationStatus::Revoked;
    answer.revoked_at = to_time(revoked_at, answer.this_update);
  }
  return answer;
}

}  // namespace sealgate::certificates
