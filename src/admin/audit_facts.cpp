#include "admin/audit_facts.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "store/common/account_key_file.h"
#include "store/common/tracking/archive_folder.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::admin {
namespace {

using audit::PathFact;
using Role = audit::PathFact::Role;

void add_path(audit::Facts& facts, Role role, const std::filesystem::path& path, std::string used_by = {}) {
  PathFact fact;
  fact.role = role;
  fact.path = path.string();
  fact.used_by = std::move(used_by);
  struct stat status {};
  fact.exists = ::stat(path.c_str(), &status) == 0;
  fact.mode = fact.exists ? status.st_mode & 0777U : 0;
  facts.paths.push_back(std::move(fact));
}

void add_folders(audit::Facts& facts, const artifacts::ArtifactSet& set) {
  for (const artifacts::ReceivePort& port : set.receive_ports) {
    for (const artifacts::ReceiveLocation& location : port.locations) {
      if (const auto* file = std::get_if<artifacts::FileReceiveSettings>(&location.transport)) {
        add_path(facts, Role::ReceiveFolder, file->folder, "location " + location.name);
      }
    }
  }
  for (const artifacts::SendPort& port : set.send_ports) {
    const auto add = [&](const artifacts::SendTransport& transport) {
      if (const auto* file = std::get_if<artifacts::FileSendSettings>(&transport)) {
        add_path(facts, Role::SendFolder, file->folder, "SendPort " + port.name);
        if (file->temporary_folder.empty()) return;
        add_path(facts, Role::SendFolder, file->temporary_folder, "SendPort " + port.name);
      }
    };
    if (!port.dynamic) add(port.transport);
    if (port.backup) add(port.backup->transport);
  }
}

}  // namespace

Result<audit::Facts> gather_facts(const artifacts::ArtifactSet& set, store::Store& store, const StorePlace& place) {
  const certificates::CertificateStore& certificates = store.certificates();
  const bool embedded = !store.is_shared();
  audit::Facts facts;
  // The description names no password; of a connection string, its options count for the threat model.
  facts.store = embedded ? "sqlite" : store.description();
  if (place.url.find("sslmode=verify-full") != std::string::npos) facts.store += ", sslmode=verify-full";
  const std::filesystem::path data = place.data;
  add_path(facts, Role::DataFolder, data);
  // A folder that nobody else may enter protects what is in it.
  const bool closed = facts.paths.front().exists && (facts.paths.front().mode & 0007U) == 0;
  if (embedded && !closed) add_path(facts, Role::Database, data / store::kDatabaseName);
  std::error_code problem;
  const std::filesystem::path archive = store::tracking::archive_folder(data);
  add_path(facts, Role::Archive, archive);
  const std::filesystem::path keys = store::account_key_path(data, "x").parent_path();
  for (const auto& entry : std::filesystem::directory_iterator(keys, problem)) {
    if (entry.path().extension() == ".key") add_path(facts, Role::KeyFile, entry.path());
  }
  add_folders(facts, set);
  std::set<std::string> accounts{"default"};
  for (const artifacts::Host& host : set.hosts) accounts.insert(host.account);
  for (const std::string& account : accounts) {
    SG_TRY_ASSIGN(const auto entries, certificates.list({certificates::StoreName::Personal, account}));
    for (const auto& entry : entries) facts.stored.push_back({certificates::StoreName::Personal, account, entry});
  }
  SG_TRY_ASSIGN(const auto partners, certificates.list({certificates::StoreName::OtherPeople, {}}));
  for (const auto& entry : partners) facts.stored.push_back({certificates::StoreName::OtherPeople, {}, entry});
  return facts;
}

}  // namespace sealgate::admin
