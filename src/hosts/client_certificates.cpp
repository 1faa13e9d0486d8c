#include "hosts/client_certificates.h"

#include "messaging/property_names.h"
#include "pipeline/signer_judge.h"

namespace sealgate::hosts {
namespace {

constexpr std::chrono::seconds kVerdictLife{60};
constexpr std::size_t kMaximumVerdicts = 5'000;

}  // namespace

Result<> ClientCertificates::judge(ByteView der, const std::string& location) {
  SG_TRY_ASSIGN(const auto certificate, certificates::Certificate::from_der(der));
  const ConfigurationRef configuration = configuration_.get();
  const Time now = clock_.now();
  const std::string key = location + '\n' + certificate.thumbprint_sha256().to_hex();
  {
    const std::lock_guard lock(mutex_);
    const auto known = verdicts_.find(key);
    if (known != verdicts_.end() && known->second.configuration == configuration && now < known->second.until) {
      return known->second.result;
    }
  }
  const pipeline::CertificateView& view = *configuration->certificates;
  const pipeline::Environment environment{configuration->artifacts.set, view, box_, now};
  messaging::MessageContext context;
  context.write(messaging::names::kReceiveLocationName, location);
  const artifacts::DecoderSettings usual;
  pipeline::SignerJudge judge(environment, usual, context, certificates::PathPurpose::SslClient);
  Result<> result = judge.judge(certificate, {view.intermediates, {}, {}}).status();
  const std::lock_guard lock(mutex_);
  if (verdicts_.size() >= kMaximumVerdicts) verdicts_.clear();
  verdicts_.insert_or_assign(key, Verdict{configuration, now + kVerdictLife, result});
  return result;
}

}  // namespace sealgate::hosts
