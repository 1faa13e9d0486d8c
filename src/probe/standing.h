#pragma once
// Whether the certificates of a path are revoked: the answer that the server stapled, the lists of our store, and,
// where it is wanted, the responders and lists that the certificates name. Changes nothing in our store.

#include <span>
#include <vector>

#include "artifacts/certificate_settings.h"
#include "certificates/revocation_check.h"
#include "probe/report.h"
#include "revocation/downloader.h"
#include "revocation/ocsp_client.h"

namespace sealgate::probe {

/// What is asked for over the network in one probe.
inline constexpr std::size_t kMaxListDownload = std::size_t{16} * 1024 * 1024;
inline constexpr int kMaxDownloads = 8;

/// Brings what certificates point to, as far as the settings allow.
class Fetcher final : public certificates::StatusFetcher {
 public:
  Fetcher(const artifacts::RevocationSettings& settings, bool lists, const Clock& clock, Deadline deadline);

  certificates::StatusEvidence fetch_status(const certificates::Certificate& certificate,
                                            const certificates::Certificate& issuer, bool needed) override;
  std::vector<certificates::Certificate> fetch_issuers(const certificates::Certificate& certificate) override;

 private:
  Result<Bytes> download(const std::string& address, std::size_t max_bytes);

  const artifacts::RevocationSettings& settings_;
  const bool lists_;
  const Deadline deadline_;
  revocation::Downloader downloader_;
  revocation::OcspClient ocsp_;
  int downloads_ = 0;
};

struct StandingInputs {
  ByteView staple;  ///< DER; empty: none
  std::span<const certificates::Certificate> sent;
  std::span<const certificates::Certificate> candidates;  ///< sent and ours
  std::span<const certificates::Certificate> roots;
  std::span<const certificates::Crl> crls;
  std::span<const certificates::Thumbprint> distrusted;
  artifacts::RevocationPolicy policy = artifacts::RevocationPolicy::Prefer;
  certificates::StatusFetcher* fetcher = nullptr;  ///< null: nobody is asked
  Time now{};
};

/// Fills `report.revocation` after `report.chain` and adds what is wrong.
void judge_standing(const StandingInputs& inputs, Report& report);

}  // namespace sealgate::probe
