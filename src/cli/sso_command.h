#pragma once
// What the subcommands of `sealgate sso` share.

#include <memory>
#include <string>

#include "admin/credential_desk.h"
#include "cli/command.h"
#include "cli/data_folder.h"
#include "cli/output.h"
#include "store/common/credential_audit.h"

namespace sealgate::cli {

int run_sso_list(const Args& args);
int run_sso_show(const Args& args);
int run_sso_create(const Args& args);
int run_sso_update(const Args& args);
int run_sso_delete(const Args& args);
int run_sso_map(const Args& args);
int run_sso_unmap(const Args& args);
int run_sso_settings(const Args& args);
int run_sso_audit(const Args& args);
int run_sso_secret(const Args& args);

/// The store and what works on its credentials, as the user who runs the command.
/// Into the tracking log, as the gateway does; and what was changed into the audit log as well.
class SsoAudit final : public credentials::Auditor {
 public:
  /// `store` must outlive it.
  explicit SsoAudit(store::Store& store)
      : store_(store), tracking_(store.tracking_storage(), store.clock(), "tool") {}
  Result<> record(const credentials::AuditEntry& entry) override;

 private:
  store::Store& store_;
  store::CredentialAudit tracking_;
};

class SsoSession {
 public:
  static Result<std::unique_ptr<SsoSession>> open(const StoreChoice& choice);
  /// `make_keys`: accounts without a key get one.
  credentials::MasterSecrets secrets(bool make_keys) { return desk_.secrets(make_keys); }
  credentials::Directory& directory() { return desk_.directory(); }
  store::Store& store() { return *store_; }

 private:
  SsoSession(std::unique_ptr<store::Store> store, const std::string& data);

  std::unique_ptr<store::Store> store_;
  admin::CredentialDesk desk_;
};

}  // namespace sealgate::cli
