#include "revocation/ocsp_client.h"

#include <algorithm>

#include "base/log.h"
#include "crypto/random.h"

namespace sealgate::revocation {
namespace {

using certificates::Certificate;

std::string key_of(const Certificate& certificate, const Certificate& issuer) {
  return certificate.thumbprint_sha256().to_hex() + issuer.thumbprint_sha256().to_hex();
}

std::chrono::milliseconds left_until(std::chrono::steady_clock::time_point deadline) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
}

}  // namespace

std::optional<Bytes> OcspClient::ask(const Certificate& certificate, const Certificate& issuer,
                                     std::span<const std::string> responders,
                                     std::chrono::steady_clock::time_point deadline) {
  const std::string key = key_of(certificate, issuer);
  if (auto kept = answers_.find(key, clock_.now())) return kept;
  if (responders.empty()) return std::nullopt;
  const auto turn = flight_.begin(key, deadline);
  if (!turn.mine()) return answers_.find(key, clock_.now());
  // Between the first look and our turn another one may have come back.
  if (auto kept = answers_.find(key, clock_.now())) return kept;
  for (const std::string& responder : responders) {
    const auto left = left_until(deadline);
    if (left.count() <= 0) break;
    const std::string about = responder + " " + key;
    if (failures_.find(responder, clock_.now()) || failures_.find(about, clock_.now())) continue;
    Time until;
    auto answer = ask_one(certificate, issuer, responder, left, until);
    if (answer) {
      answers_.put(key, *answer, answer->size() + key.size(), until);
      return std::move(*answer);
    }
    // One that cannot be reached is of no use for any certificate; a bad answer may be about this one only.
    const bool silent = answer.error().code.error_class == ErrorClass::Transport;
    failures_.put(silent ? responder : about, true, about.size(), clock_.now() + limits_.pause);
    log(LogLevel::Warning, "an OCSP responder gave no usable answer",
        {{"responder", responder},
         {"certificate", certificate.thumbprint().to_biztalk()},
         {"reason", answer.error().to_string()}});
  }
  return std::nullopt;
}

Result<Bytes> OcspClient::ask_one(const Certificate& certificate, const Certificate& issuer,
                                  const std::string& responder, std::chrono::milliseconds time, Time& until) {
  SG_TRY_ASSIGN(const Bytes nonce, crypto::random_bytes(certificates::kOcspNonceSize));
  SG_TRY_ASSIGN(const Bytes request, certificates::make_ocsp_request(certificate, issuer, nonce));
  DownloadRules rules;
  rules.max_bytes = certificates::kMaxOcspResponse;
  rules.total_time = time;
  rules.connect_time = time;
  SG_TRY_ASSIGN(Bytes response, downloader_.post(responder, "application/ocsp-request", request, rules));
  const Time now = clock_.now();
  certificates::OcspRules checks;
  checks.time = now;
  checks.request = request;
  checks.age_without_end = std::chrono::duration_cast<std::chrono::seconds>(limits_.without_end);
  SG_TRY_ASSIGN(const auto answer, certificates::check_ocsp_response(response, certificate, issuer, checks));
  until = std::min(answer.valid_until, now + limits_.longest);
  return response;
}

void OcspClient::forget() {
  answers_.clear();
  failures_.clear();
}

}  // namespace sealgate::revocation
