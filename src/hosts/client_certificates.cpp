#include "hosts/client_certificates.h"

#include "messaging/property_names.h"
#include "pipeline/signer_judge.h"

namespace sealgate::hosts {
namespace {

constexpr std::chrono::seconds kVerdictLife{60};
constexpr std::size_t kMaximumVerdicts = 5'000;
constexpr std::size_t kMaximumRemembered = 2'000;

std::size_t bytes_of(const std::vector<Bytes>& all) {
  std::size_t bytes = 0;
  for (const Bytes& one : all) bytes += one.size();
  return bytes;
}

/// Those that can be read.
std::vector<certificates::Certificate> read_all(const std::vector<Bytes>& all) {
  std::vector<certificates::Certificate> readable;
  for (const Bytes& der : all) {
    auto certificate = certificates::Certificate::from_der(der);
    if (certificate) readable.push_back(std::move(*certificate));
  }
  return readable;
}

}  // namespace

Result<> ClientCertificates::judge(const net::TlsClientCertificate& shown, const std::string& location) {
  SG_TRY_ASSIGN(const auto certificate, certificates::Certificate::from_der(shown.der));
  const ConfigurationRef configuration = configuration_.get();
  const Time now = clock_.now();
  const std::string identity = certificate.thumbprint_sha256().to_hex();
  const std::string key = location + '\n' + identity + '\n' + std::to_string(bytes_of(shown.sent_along));
  std::vector<certificates::Certificate> along;
  {
    const std::lock_guard lock(mutex_);
    const auto known = verdicts_.find(key);
    if (known != verdicts_.end() && known->second.configuration == configuration && now < known->second.until) {
      return known->second.result;
    }
    const auto remembered = came_along_.find(identity);
    if (remembered != came_along_.end()) along = remembered->second;
  }
  if (!shown.sent_along.empty()) along = read_all(shown.sent_along);
  const pipeline::CertificateView& view = *configuration->certificates;
  const pipeline::Environment environment{configuration->artifacts.set, view, box_, now};
  messaging::MessageContext context;
  context.write(messaging::names::kReceiveLocationName, location);
  const artifacts::DecoderSettings usual;
  pipeline::SignerJudge judge(environment, usual, context, certificates::PathPurpose::SslClient);
  std::vector<certificates::Certificate> candidates = view.intermediates;
  candidates.insert(candidates.end(), along.begin(), along.end());
  Result<> result = judge.judge(certificate, {candidates, {}, {}}).status();
  const std::lock_guard lock(mutex_);
  if (result && !along.empty()) {
    if (came_along_.size() >= kMaximumRemembered) came_along_.clear();
    came_along_.insert_or_assign(identity, std::move(along));
  }
  if (verdicts_.size() >= kMaximumVerdicts) verdicts_.clear();
  verdicts_.insert_or_assign(key, Verdict{configuration, now + kVerdictLife, result});
  return result;
}

}  // namespace sealgate::hosts
