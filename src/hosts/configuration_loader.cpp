#include "hosts/configuration_loader.h"

#include <algorithm>

#include "base/log.h"

namespace sealgate::hosts {
namespace {

/// How often private keys that could not be opened are tried again: mending a key file changes nothing in the store.
constexpr std::chrono::seconds kKeyRetry{10};

bool lacks_keys(const pipeline::CertificateView& view) {
  return std::ranges::any_of(view.personal, [](const auto& account) {
    return std::ranges::any_of(account.second, [](const auto& own) { return own.key_error.has_value(); });
  });
}

}  // namespace

Result<bool> ConfigurationLoader::refresh() {
  SG_TRY_ASSIGN(const artifacts::Revision revision, store_.artifacts().revision());
  SG_TRY_ASSIGN(const std::uint64_t certificate_revision, store_.certificates().revision());
  const ConfigurationRef current = holder_.get();
  const bool artifacts_changed = current == nullptr || current->artifacts.revision != revision;
  const auto now = std::chrono::steady_clock::now();
  const bool keys_due = current != nullptr && now >= next_keys_ && lacks_keys(*current->certificates);
  if (!artifacts_changed && !keys_due && certificate_revision_ == certificate_revision) return false;
  next_keys_ = now + kKeyRetry;

  artifacts::Snapshot snapshot;
  if (artifacts_changed) {
    SG_TRY_ASSIGN(snapshot, store_.artifacts().load());
  } else {
    snapshot = current->artifacts;
  }
  SG_TRY_ASSIGN(auto view,
                load_certificates(store_.certificates(), account_keys_, snapshot.set, own_hosts_, online_));
  const ConfigurationRef next = make_configuration(std::move(snapshot), std::move(view), make_adapter_,
                                                   &store_.tracking(), unknown_senders_, credentials_);
  holder_.set(next);
  certificate_revision_ = certificate_revision;
  log(LogLevel::Info, "configuration loaded",
      {{"revision", std::to_string(next->artifacts.revision)},
       {"receive_ports", std::to_string(next->artifacts.set.receive_ports.size())},
       {"send_ports", std::to_string(next->artifacts.set.send_ports.size())},
       {"parties", std::to_string(next->artifacts.set.parties.size())}});
  return true;
}

}  // namespace sealgate::hosts
