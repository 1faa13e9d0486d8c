#pragma once
// Asks OCSP responders and keeps their answers while they count. Thread-safe.

#include <memory>
#include <optional>
#include <span>

#include "certificates/ocsp.h"
#include "revocation/downloader.h"
#include "revocation/recent.h"
#include "revocation/single_flight.h"

namespace sealgate::revocation {

struct OcspLimits {
  std::size_t max_answers = 20'000;
  std::size_t max_bytes = std::size_t{64} * 1024 * 1024;
  /// An answer is kept until its nextUpdate, but never longer; without one, for `without_end`.
  std::chrono::milliseconds longest = std::chrono::hours(1);
  std::chrono::milliseconds without_end = std::chrono::minutes(5);
  /// A responder that failed is left alone for so long.
  std::chrono::milliseconds pause = std::chrono::minutes(1);
};

class OcspClient {
 public:
  OcspClient(Downloader& downloader, const Clock& clock, OcspLimits limits = {})
      : downloader_(downloader),
        clock_(clock),
        limits_(limits),
        answers_(limits.max_answers, limits.max_bytes),
        failures_(limits.max_answers, limits.max_bytes) {}

  /// A response (DER) that check_ocsp_response() accepts for the certificate: one that was kept, else that of the
  /// first of `responders` who gives one before `deadline`. Nothing when nobody does.
  std::optional<Bytes> ask(const certificates::Certificate& certificate, const certificates::Certificate& issuer,
                           std::span<const std::string> responders, std::chrono::steady_clock::time_point deadline);
  /// Answers and failures that are kept.
  void forget();

 private:
  Result<Bytes> ask_one(const certificates::Certificate& certificate, const certificates::Certificate& issuer,
                        const std::string& responder, std::chrono::milliseconds time, Time& until);

  Downloader& downloader_;
  const Clock& clock_;
  const OcspLimits limits_;
  Recent<Bytes> answers_;  ///< by certificate and issuer
  Recent<bool> failures_;  ///< by responder, and by responder and certificate
  SingleFlight flight_;
};

}  // namespace sealgate::revocation
