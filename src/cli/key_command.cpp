// sealgate key: the keys of accounts, which wrap the private keys of their Personal stores.

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "base/clock.h"
#include "cli/audit_begun.h"
#include "cli/audit_trail.h"
#include "cli/cert_describe.h"
#include "cli/command.h"
#include "cli/data_folder.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/subcommands.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/token_option.h"
#include "store/common/account_keys.h"
#include "store/common/errors.h"
#include "store/common/key_rotation.h"

namespace sealgate::cli {
namespace {

int run_key_list(const Args& args);
int run_key_show(const Args& args);
int run_key_rotate(const Args& args);

constexpr std::array kMembers = {
    Command{"list", "List the keys of the accounts: where they are and what they wrap", run_key_list},
    Command{"show", "Show the key of one account", run_key_show},
    Command{"rotate", "Make a new key for an account and wrap its private keys anew", run_key_rotate},
};

constexpr Family kFamily{"key", "Manage the keys of the accounts", kMembers,
                         "The key of an account wraps the private keys of its Personal store. It is a file,\n"
                         "DATA/keys/ACCOUNT.key, or a systemd credential, and a PKCS#11 token may wrap it."};

struct KeyRow {
  std::string account;
  store::AccountKeyFacts facts;
  store::WrappedKeys wrapped;
};

Result<KeyRow> row_of(store::Store& store, const std::string& data, const std::string& account) {
  KeyRow row{account, store::account_key_facts(data, account), {}};
  SG_TRY_ASSIGN(row.wrapped, store::count_wrapped_keys(store.certificates(), account));
  return row;
}

std::string origin_of(const KeyRow& row) {
  std::string origin = row.facts.place.origin == store::KeyOrigin::Credential ? "credential" : "file";
  if (row.facts.token) origin += ", wrapped by a token";
  return origin;
}

std::string state_of(const KeyRow& row) {
  if (row.facts.trouble) return row.facts.trouble->code == store::kKeyFileMissing ? "missing" : "cannot be opened";
  return row.facts.being_renewed ? "being renewed" : "ready";
}

nlohmann::json json_of(const KeyRow& row) {
  nlohmann::json json{{"account", row.account},
                      {"origin", row.facts.place.origin == store::KeyOrigin::Credential ? "credential" : "file"},
                      {"path", row.facts.place.path.string()},
                      {"state", state_of(row)},
                      {"private_keys", row.wrapped.total},
                      {"in_tokens", row.wrapped.in_tokens}};
  if (row.facts.id) json["id"] = *row.facts.id;
  if (row.facts.since != Time{}) json["since"] = date_of(row.facts.since);
  if (row.facts.token) json["token"] = *row.facts.token;
  if (row.facts.trouble) json["reason"] = row.facts.trouble->to_string();
  return json;
}

struct KeyOptions {
  StoreChoice where;
  std::string account = "default";
  std::string output = "table";
  bool json() const { return is_document(output); }
};

/// Those with a key, those that hosts run as.
Result<std::set<std::string>> all_accounts(store::Store& store, const std::string& data) {
  const auto with_keys = store::accounts_with_keys(data);
  std::set<std::string> accounts(with_keys.begin(), with_keys.end());
  SG_TRY_ASSIGN(const auto snapshot, store.artifacts().load());
  for (const auto& host : snapshot.set.hosts) accounts.insert(host.account);
  return accounts;
}

Result<std::vector<KeyRow>> all_rows(const StoreChoice& where) {
  SG_TRY_ASSIGN(const auto store, open_chosen_store(where, false));
  SG_TRY_ASSIGN(const auto accounts, all_accounts(*store, where.data));
  std::vector<KeyRow> rows;
  for (const std::string& account : accounts) {
    SG_TRY_ASSIGN(KeyRow row, row_of(*store, where.data, account));
    rows.push_back(std::move(row));
  }
  return rows;
}

int run_key_list(const Args& args) {
  CLI::App app("List the keys of the accounts: where they are, what they wrap, since when");
  configure_app(app, "sealgate key list", "  sealgate key list\n  sealgate key list -o json\n");
  KeyOptions options;
  add_store_options(app, options.where);
  add_form_option(app, options.output);
  if (const auto status = parse(app, args)) return *status;
  const auto rows = all_rows(options.where);
  if (!rows) return print_error(rows.error());
  if (options.json()) {
    nlohmann::json list = nlohmann::json::array();
    for (const KeyRow& row : *rows) list.push_back(json_of(row));
    print_document(list, options.output);
    return 0;
  }
  std::vector<std::vector<std::string>> cells;
  for (const KeyRow& row : *rows) {
    cells.push_back({row.account, origin_of(row), state_of(row), std::to_string(row.wrapped.total),
                     row.facts.since == Time{} ? "" : date_of(row.facts.since), row.facts.id.value_or("")});
  }
  print_table({"ACCOUNT", "FROM", "STATE", "PRIVATE KEYS", "SINCE", "ID"}, cells);
  return 0;
}

int show(const KeyOptions& options) {
  const auto store = open_chosen_store(options.where, false);
  if (!store) return print_error(store.error());
  const auto row = row_of(**store, options.where.data, options.account);
  if (!row) return print_error(row.error());
  if (options.json()) {
    print_document(json_of(*row), options.output);
  } else {
    print_field("Account", row->account);
    print_field("From", origin_of(*row));
    print_field("Place", row->facts.place.path.string());
    if (row->facts.token) print_field("Token", *row->facts.token);
    print_field("State", state_of(*row), row->facts.trouble ? Colour::Red : Colour::None);
    if (row->facts.id) print_field("Id", *row->facts.id);
    if (row->facts.since != Time{}) print_field("Since", date_of(row->facts.since));
    print_field("Private keys", std::to_string(row->wrapped.total) + ", of these in tokens " +
                                    std::to_string(row->wrapped.in_tokens));
  }
  return row->facts.trouble ? print_error(*row->facts.trouble) : 0;
}

int run_key_show(const Args& args) {
  CLI::App app("Show the key of one account; fails when it cannot be opened");
  configure_app(app, "sealgate key show", "  sealgate key show --account contoso\n");
  KeyOptions options;
  add_store_options(app, options.where);
  app.add_option("--account", options.account, "Whose key")->type_name("ACCOUNT")->capture_default_str();
  add_form_option(app, options.output);
  if (const auto status = parse(app, args)) return *status;
  return show(options);
}

struct RotateOptions : KeyOptions {
  TokenOption token;
  bool prepare = false;
  bool without_token = false;
};

int rotate(const RotateOptions& options) {
  store::RotationOptions rotation;
  rotation.only_prepare = options.prepare;
  rotation.without_token = options.without_token;
  if (options.token.given()) {
    auto uri = options.token.uri();
    if (!uri) return print_error(uri.error());
    rotation.token = std::move(*uri);
  }
  const auto store = open_chosen_store(options.where, false);
  if (!store) return print_error(store.error());
  const access::AuditAction action{
      options.prepare ? "key.prepare" : "key.rotate", "account " + options.account, {}, {}, {}};
  if (const auto begun = begin(**store, {action}); !begun) return print_error(begun.error());
  const auto report = store::rotate_account_key((*store)->certificates(), (*store)->credentials(), options.where.data,
                                                options.account, rotation);
  const auto recorded = record(**store, {action}, report ? "ok" : report.error().code.id);
  if (!report) return print_error(report.error());
  if (!recorded) return print_error(recorded.error());
  if (options.json()) {
    print_document({{"account", options.account},
                    {"old_id", report->old_id},
                    {"new_id", report->new_id},
                    {"private_keys", report->total},
                    {"rewrapped", report->rewrapped},
                    {"finished", report->finished}},
                   options.output);
    return 0;
  }
  if (!report->finished) {
    std::printf(
        "The next key of account %s is ready (%s). Copy it to the other computers of the group, then rotate.\n",
        options.account.c_str(), report->next.c_str());
    return 0;
  }
  std::printf("Account %s has a new key, %s; %zu of its %zu private keys were wrapped anew.\n",
              options.account.c_str(), report->new_id.c_str(), report->rewrapped, report->total);
  if (store::account_key_place(options.where.data, options.account).origin == store::KeyOrigin::Credential) {
    print_note("make the content of " + report->next.filename().string() + " that of " + options.account +
               ".key, and remove the credential of the next key");
  }
  return 0;
}

int run_key_rotate(const Args& args) {
  CLI::App app(
      "Make a new key for an account and wrap all its private keys anew, while everything goes on working. Ended at "
      "any "
      "moment, both keys are kept, and the next call goes on");
  configure_app(
      app, "sealgate key rotate",
      "  sealgate key rotate --account contoso\n"
      "  sealgate key rotate --account contoso --prepare      # first, where computers share a store\n"
      "  sealgate key rotate --account contoso --token 'pkcs11:token=HSM;object=wrapping' --pin-file pin\n");
  RotateOptions options;
  add_store_options(app, options.where);
  app.add_option("--account", options.account, "Whose key")->type_name("ACCOUNT")->required();
  app.add_flag("--prepare", options.prepare,
               "Only make the next key, to be copied to the other computers of the group");
  add_token_options(app, options.token,
                    "RSA key of a PKCS#11 token that is to wrap the new key, as a pkcs11: address");
  app.add_flag("--without-token", options.without_token,
               "The new key is not wrapped by a token, even if the old one was");
  add_form_option(app, options.output);
  if (const auto status = parse(app, args)) return *status;
  return rotate(options);
}

}  // namespace

int run_key(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
