#include "hosts/soap_security.h"

#include <algorithm>

#include "hosts/errors.h"
#include "io/file.h"
#include "messaging/property_names.h"
#include "pipeline/assigned_certificates.h"
#include "pipeline/decryption_keys.h"
#include "pipeline/errors.h"
#include "pipeline/signer_judge.h"
#include "soap/errors.h"
#include "soap/security/check.h"
#include "soap/security/writer.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;

constexpr std::size_t kMaximumPasswordFile = 4096;

/// The first line of the file.
Result<Secret> read_password(const artifacts::SoapUser& user) {
  auto content = io::read_file(user.password_file, kMaximumPasswordFile);
  if (!content) return fail(std::move(content).error().at("password file of user " + user.name));
  const Secret whole(std::move(*content));
  const std::string_view text = whole.text();
  return Secret::from_text(text.substr(0, text.find_first_of("\r\n")));
}

soap::SecurityPolicy policy_of(const artifacts::SoapCheck& check) {
  soap::SecurityPolicy policy;
  policy.require_signature = check.require_signature;
  policy.require_encryption = check.require_encryption;
  policy.require_timestamp = check.require_timestamp;
  policy.require_user = !check.users.empty();
  policy.maximum_age = check.maximum_age;
  policy.clock_skew = check.clock_skew;
  return policy;
}

class Opener final : public adapters::soap::EnvelopeOpener {
 public:
  Opener(const AdapterServices& services, SoapPlace place, artifacts::SoapCheck check, const soap::TreeLimits& limits)
      : configuration_(services.configuration),
        box_(services.box),
        clock_(services.clock),
        replays_(services.replays),
        place_(std::move(place)),
        check_(std::move(check)),
        limits_(limits) {
    // The usages of keys count as with S/MIME; what certificates say of mail does not.
    settings_.check_extended_key_usage = false;
  }

  Result<adapters::soap::Unsealed> open(soap::Envelope& envelope) const override {
    const ConfigurationRef configuration = configuration_.get();
    const artifacts::ArtifactSet& set = configuration->artifacts.set;
    const artifacts::Host* host = set.find_host(place_.host);
    if (host == nullptr) return fail(kNoSuchHost, "the host does not exist", place_.name);
    const Time now = clock_.now();
    const pipeline::Environment environment{set, *configuration->certificates, box_, now};
    SG_TRY_ASSIGN(auto opened, open_with(environment, *host, envelope));
    SG_TRY_ASSIGN(auto remembrance, soap::check_security(opened, envelope, policy_of(check_), now));
    adapters::soap::Unsealed unsealed;
    if (opened.signer) {
      SG_TRY(judge_signer(environment, opened, unsealed.context));
    }
    if (opened.user) {
      SG_TRY(check_user(*opened.user));
      if (!check_.users.empty()) unsealed.context.push_back({std::string(names::kWindowsUser), opened.user->name});
    }
    describe(opened, unsealed.context);
    if (check_.require_signature) {
      unsealed.may_be_used = [covered = opened.covered](const xmlNode* block) {
        return std::ranges::find(covered, block) != covered.end();
      };
    }
    SG_TRY_ASSIGN(unsealed.remembered, remember(remembrance, now));
    return unsealed;
  }

  void forget(const std::vector<std::string>& remembered) const override {
    for (const std::string& key : remembered) replays_->leave(key);
  }

 private:
  Result<soap::OpenedSecurity> open_with(const pipeline::Environment& environment, const artifacts::Host& host,
                                         soap::Envelope& envelope) const {
    const pipeline::DecryptionKeys usable(environment, host, settings_);
    std::vector<soap::OwnKey> own;
    for (const smime::DecryptionKey& key : usable.usable()) {
      if (key.certificate) own.push_back({key.key, *key.certificate});
    }
    soap::OpeningKeys keys;
    keys.own = own;
    keys.partners = environment.certificates.other_people.get();
    keys.take_cbc = check_.require_signature;
    return soap::open_security(envelope, keys, limits_);
  }

  Result<> judge_signer(const pipeline::Environment& environment, const soap::OpenedSecurity& opened,
                        adapters::ContextEntries& context) const {
    const certificates::Certificate& signer = *opened.signer;
    if (!signer.allows(certificates::KeyUsage::DigitalSignature) &&
        !signer.allows(certificates::KeyUsage::NonRepudiation)) {
      return fail(pipeline::kCertificateUnsuitable,
                  "the signer's certificate is not meant for signatures (key usage)",
                  place_.name + ", certificate " + signer.thumbprint().to_biztalk(),
                  "ask the partner to sign with another certificate");
    }
    messaging::MessageContext where;
    where.write(place_.is_location ? names::kReceiveLocationName : names::kSendPortName, place_.name);
    pipeline::SignerJudge judge(environment, settings_, where);
    std::vector<certificates::Certificate> candidates = opened.certificates;
    const auto& intermediates = environment.certificates.intermediates;
    candidates.insert(candidates.end(), intermediates.begin(), intermediates.end());
    if (auto status = judge.judge(signer, {candidates, {}, {}}).status(); !status) {
      return fail(std::move(status).error().at(place_.name + ", certificate " + signer.thumbprint().to_biztalk()));
    }
    if (!judge.warnings().empty()) {
      context.push_back({std::string(names::kRevocationUnknown), judge.warnings().front()});
    }
    return {};
  }

  Result<> check_user(const soap::UsernameToken& token) const {
    const auto user = std::ranges::find(check_.users, token.name, &artifacts::SoapUser::name);
    // Nobody asked for one: it proves nothing, and is not looked at.
    if (check_.users.empty()) return {};
    // The same work for a name that nobody has.
    Secret password;
    if (user != check_.users.end()) {
      SG_TRY_ASSIGN(password, read_password(*user));
    }
    return soap::check_password(token, password);
  }

  static void describe(const soap::OpenedSecurity& opened, adapters::ContextEntries& context) {
    context.push_back({std::string(names::kSoapWasSigned), opened.signer ? "true" : "false"});
    context.push_back({std::string(names::kSoapWasEncrypted), opened.decrypted ? "true" : "false"});
    if (opened.signer) {
      context.push_back({std::string(names::kSoapSignerSha256), opened.signer->thumbprint_sha256().to_hex()});
      context.push_back({std::string(names::kSignatureCertificate), opened.signer->thumbprint().to_hex()});
    }
    if (opened.opened_with) {
      context.push_back({std::string(names::kDecryptionCertificate), opened.opened_with->thumbprint().to_hex()});
    }
  }

  /// All of them or none.
  Result<std::vector<std::string>> remember(const soap::Remembrance& remembrance, Time now) const {
    std::vector<std::string> entered;
    for (const std::string& key : remembrance.keys) {
      const std::string own = place_.name + "\n" + key;
      if (auto done = replays_->enter(own, remembrance.until, now); !done) {
        forget(entered);
        return fail(std::move(done).error());
      }
      entered.push_back(own);
    }
    return entered;
  }

  const ConfigurationHolder& configuration_;
  messaging::MessageBox& box_;
  const Clock& clock_;
  std::shared_ptr<soap::ReplayCache> replays_;
  SoapPlace place_;
  artifacts::SoapCheck check_;
  soap::TreeLimits limits_;
  artifacts::DecoderSettings settings_;
};

soap::BodyCipher cipher_of(artifacts::SoapCipher cipher) {
  switch (cipher) {
    case artifacts::SoapCipher::Aes128Gcm:
      return soap::BodyCipher::Aes128Gcm;
    case artifacts::SoapCipher::Aes256Gcm:
      return soap::BodyCipher::Aes256Gcm;
    case artifacts::SoapCipher::Aes128Cbc:
      return soap::BodyCipher::Aes128Cbc;
    case artifacts::SoapCipher::Aes256Cbc:
      return soap::BodyCipher::Aes256Cbc;
  }
  return soap::BodyCipher::Aes256Gcm;
}

class Sealer final : public adapters::soap::EnvelopeSealer {
 public:
  Sealer(const Clock& clock, SealingSender sender, artifacts::SoapSeal seal, const soap::TreeLimits& limits)
      : clock_(clock), sender_(std::move(sender)), seal_(std::move(seal)), limits_(limits) {}

  Result<std::string> seal(std::string_view envelope) const override {
    SG_TRY_ASSIGN(const Sender sender, sender_());
    const pipeline::CertificateView& view = *sender.certificates;
    const Time now = clock_.now();
    const auto online = pipeline::session_of(view);
    pipeline::CertificateUse use;
    use.place = sender.port;
    use.party = sender.party;
    use.revocation = sender.revocation;
    use.online = online.get();
    soap::SealOptions options;
    options.cipher = cipher_of(seal_.cipher);
    options.lifetime = seal_.lifetime;
    if (seal_.sign) {
      use.usage = certificates::Usage::Sign;
      use.account = sender.account;
      SG_TRY_ASSIGN(const auto* own, pipeline::signing_certificate(view, use, sender.signing, now, nullptr));
      options.signer = soap::OwnKey{*own->key, own->certificate};
    }
    if (seal_.encrypt) {
      use.usage = certificates::Usage::Encrypt;
      use.account.clear();
      SG_TRY_ASSIGN(options.recipients,
                    pipeline::encryption_certificates(view, use, sender.encryption, now, nullptr));
    }
    if (seal_.user) {
      SG_TRY_ASSIGN(Secret password, read_password(*seal_.user));
      options.login = soap::Login{seal_.user->name, std::move(password), seal_.password_digest};
    }
    return soap::seal_envelope(envelope, options, now, limits_);
  }

 private:
  const Clock& clock_;
  SealingSender sender_;
  artifacts::SoapSeal seal_;
  soap::TreeLimits limits_;
};

}  // namespace

std::shared_ptr<const adapters::soap::EnvelopeOpener> make_opener(const AdapterServices& services, SoapPlace place,
                                                                  const std::optional<artifacts::SoapCheck>& check,
                                                                  const soap::TreeLimits& limits) {
  if (!check) return nullptr;
  return std::make_shared<Opener>(services, std::move(place), *check, limits);
}

std::shared_ptr<const adapters::soap::EnvelopeSealer> make_sealer(const AdapterServices& services,
                                                                  SealingSender sender,
                                                                  const std::optional<artifacts::SoapSeal>& seal,
                                                                  const soap::TreeLimits& limits) {
  if (!seal) return nullptr;
  return std::make_shared<Sealer>(services.clock, std::move(sender), *seal, limits);
}

SealingSender responder(const AdapterServices& services, std::string name) {
  return [&configuration = services.configuration, name = std::move(name)]() -> Result<Sender> {
    const ConfigurationRef current = configuration.get();
    const artifacts::ArtifactSet& set = current->artifacts.set;
    const auto [port, location] = current->find_location(name);
    if (location == nullptr) return fail(kNoSuchLocation, "there is no such receive location", name);
    const artifacts::Host* host = set.find_host(location->host);
    Sender sender;
    sender.port = "receive location " + name;
    sender.host = location->host;
    if (host != nullptr) sender.account = host->account;
    if (set.group) sender.signing = set.group->signing_certificates;
    sender.encryption = location->response_encryption_certificates;
    sender.revocation = pipeline::outbound_policy(set, location->revocation, nullptr);
    sender.certificates = current->certificates;
    return sender;
  };
}

}  // namespace sealgate::hosts
