// Any bytes as an OCSP response and as a file of revocation lists. What can be parsed is signed anew by an authority
// that is trusted, so that what comes after the signature is reached, too: nonces, times, deltas, lists that
// supersede others.
#include <openssl/ocsp.h>

#include <cstdlib>
#include <vector>

#include "certificates/certificate_store.h"
#include "certificates/revocation_check.h"
#include "certificates/revocation_lists.h"
#include "certificates/tests/test_certificates.h"
#include "revocation/list_intake.h"
#include "revocation/sources.h"

using namespace sealgate;
using namespace sealgate::certificates;
using certificates::testing::Identity;
using certificates::testing::issue;
using certificates::testing::issue_ca;
using certificates::testing::kNow;

namespace {

constexpr std::size_t kLists = 8;

struct World {
  Identity root = issue_ca("Root");
  Identity user = issue({.subject = {{"CN", "User"}}, .issuer = &root, .serial = 5});
  std::vector<Certificate> path{user.certificate, root.certificate};
  Bytes request = make_ocsp_request(user.certificate, root.certificate, Bytes(kOcspNonceSize, 7)).value();
};

const World& world() {
  static const World made;
  return made;
}

template <typename Object>
Bytes encoded(Object* object, int (*write)(const Object*, unsigned char**)) {
  unsigned char* raw = nullptr;
  const int length = write(object, &raw);
  Bytes der(raw, raw + (length > 0 ? length : 0));
  OPENSSL_free(raw);
  return der;
}

RevocationVerdict judge(std::span<const Crl> lists, std::span<const Bytes> responses) {
  RevocationInputs inputs;
  inputs.candidates = world().path;
  inputs.anchors = std::span(world().path).last(1);
  inputs.crls = lists;
  inputs.ocsp_responses = responses;
  inputs.time = kNow;
  return check_revocation(world().path, inputs);
}

void answer(ByteView der) {
  OcspRules rules;
  rules.time = kNow;
  for (const ByteView request : {ByteView(), ByteView(world().request)}) {
    rules.request = request;
    const auto said = check_ocsp_response(der, world().user.certificate, world().root.certificate, rules);
    if (!said && (said.error().what.empty() || said.error().code.id.empty())) std::abort();
    if (said && said->valid_until < kNow - rules.tolerance) std::abort();
  }
  const std::vector<Bytes> responses{Bytes(der.begin(), der.end())};
  if (judge({}, responses).outcome.empty()) std::abort();
}

using Basic = std::unique_ptr<OCSP_BASICRESP, decltype(&OCSP_BASICRESP_free)>;

/// The same answers about our certificate, signed by its authority.
Bytes sign_response(ByteView der) {
  const unsigned char* cursor = der.data();
  const std::unique_ptr<OCSP_RESPONSE, decltype(&OCSP_RESPONSE_free)> response(
      d2i_OCSP_RESPONSE(nullptr, &cursor, static_cast<long>(der.size())), OCSP_RESPONSE_free);
  if (!response) return {};
  const Basic given(OCSP_response_get1_basic(response.get()), OCSP_BASICRESP_free);
  if (!given) return {};
  const Basic basic(OCSP_BASICRESP_new(), OCSP_BASICRESP_free);
  const Identity& root = world().root;
  const std::unique_ptr<OCSP_CERTID, decltype(&OCSP_CERTID_free)> id(
      OCSP_cert_to_id(EVP_sha1(), world().user.certificate.native(), root.certificate.native()), OCSP_CERTID_free);
  for (int index = 0; index < OCSP_resp_count(given.get()); ++index) {
    int reason = 0;
    ASN1_GENERALIZEDTIME* revoked = nullptr;
    ASN1_GENERALIZEDTIME* from = nullptr;
    ASN1_GENERALIZEDTIME* until = nullptr;
    const int status = OCSP_single_get0_status(OCSP_resp_get0(given.get(), index), &reason, &revoked, &from, &until);
    if (status < 0) continue;
    OCSP_basic_add1_status(basic.get(), id.get(), status, reason, revoked, from, until);
  }
  for (int index = 0; index < OCSP_BASICRESP_get_ext_count(given.get()); ++index) {
    OCSP_BASICRESP_add_ext(basic.get(), OCSP_BASICRESP_get_ext(given.get(), index), -1);
  }
  if (OCSP_basic_sign(basic.get(), root.certificate.native(), root.key.native(), EVP_sha256(), nullptr, 0) != 1) {
    return {};
  }
  const std::unique_ptr<OCSP_RESPONSE, decltype(&OCSP_RESPONSE_free)> made(
      OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()), OCSP_RESPONSE_free);
  return made ? encoded<OCSP_RESPONSE>(made.get(), i2d_OCSP_RESPONSE) : Bytes();
}

/// The same list, of the authority.
std::optional<Crl> sign_list(const Crl& list) {
  const std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> copy(X509_CRL_dup(list.native()), X509_CRL_free);
  const Identity& root = world().root;
  if (!copy || X509_CRL_set_issuer_name(copy.get(), X509_get_subject_name(root.certificate.native())) != 1 ||
      X509_CRL_sign(copy.get(), root.key.native(), EVP_sha256()) <= 0) {
    return std::nullopt;
  }
  auto made = Crl::from_der(encoded<X509_CRL>(copy.get(), i2d_X509_CRL));
  return made ? std::optional(std::move(*made)) : std::nullopt;
}

void take(const std::vector<Crl>& lists) {
  const auto store = make_memory_certificate_store();
  if (!store->add({StoreName::TrustedRoots, {}}, {world().root.certificate})) std::abort();
  for (int round = 0; round < 2; ++round) {
    const auto intake = revocation::take_in(*store, lists, kNow);
    if (!intake || intake->stored.size() + intake->refused.size() != lists.size()) std::abort();
    for (const Error& refused : intake->refused) {
      if (refused.what.empty() || refused.where.empty()) std::abort();
    }
  }
  const auto kept = store->list_crls();
  if (!kept) std::abort();
  for (const Crl& list : *kept) {
    for (const Crl& other : *kept) {
      if (supersedes(list, other, *kept)) std::abort();
    }
  }
  if (judge(*kept, {}).outcome.empty()) std::abort();
  static_cast<void>(revocation::sources_of({}, {}, *kept));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  answer(input);
  if (const Bytes again = sign_response(input); !again.empty()) answer(again);
  auto lists = revocation::read_lists(input);
  if (!lists) return 0;
  lists->resize(std::min(lists->size(), kLists), lists->front());
  const std::size_t count = lists->size();
  for (std::size_t i = 0; i < count; ++i) {
    if (auto own = sign_list((*lists)[i])) lists->push_back(std::move(*own));
  }
  take(*lists);
  return 0;
}
