// sealgate sso secret: the master secret that seals all credentials.

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/foresight.h"
#include "cli/key_files.h"
#include "cli/parse.h"
#include "cli/sso_command.h"
#include "cli/subcommands.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "credentials/secret_backup.h"
#include "io/file.h"

namespace sealgate::cli {
namespace {

using credentials::SecretStatus;

int run_secret_show(const Args& args);
int run_secret_create(const Args& args);
int run_secret_grant(const Args& args);
int run_secret_revoke(const Args& args);
int run_secret_rotate(const Args& args);
int run_secret_backup(const Args& args);
int run_secret_restore(const Args& args);

constexpr std::array kMembers = {
    Command{"show", "Which secret there is, since when, and which accounts open it", run_secret_show},
    Command{"create", "Make the first one", run_secret_create},
    Command{"grant", "Let another account open it", run_secret_grant},
    Command{"revoke", "Take it from an account", run_secret_revoke},
    Command{"rotate", "Make a new one and seal everything anew, while everything goes on", run_secret_rotate},
    Command{"backup", "Write it to a file under a password", run_secret_backup},
    Command{"restore", "Take it from such a file", run_secret_restore},
};

constexpr Family kFamily{
    "sso secret", "The master secret that seals all credentials", kMembers,
    "It lies in the store, wrapped by the key of each account that may open it: the accounts of\n"
    "hosts that send with affiliate applications or give tickets. Keep a backup elsewhere."};

struct SecretOptions {
  StoreChoice where;
  std::vector<std::string> accounts;
  std::string account, file, password_file, output = "table";
  bool discard_tickets = false;
};

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

void print_status(const SecretStatus& status, const std::string& output) {
  if (is_document(output)) {
    print_document(admin::secret_json(status), output);
    return;
  }
  if (status.generation == 0) {
    std::puts("There is no master secret: sealgate sso secret create");
    return;
  }
  print_field("Generation", std::to_string(status.generation));
  print_field("Id", status.id.empty() ? "no key at hand opens it" : status.id,
              status.id.empty() ? Colour::Red : Colour::None);
  print_field("Made", to_rfc3339(status.made));
  print_field("Accounts", joined(status.accounts));
  if (status.being_changed) print_field("Being changed", "yes: finish it with 'sealgate sso secret rotate'");
}

/// Those that hosts run as, unless others are named.
Result<std::vector<std::string>> accounts_for(SsoSession& session, const std::vector<std::string>& named) {
  if (!named.empty()) return named;
  return admin::accounts_of_hosts(session.store());
}

int finish(const Result<SecretStatus>& status, const std::string& output) {
  if (!status) return print_error(status.error());
  print_status(*status, output);
  return 0;
}

Result<SecretStatus> create(const SecretOptions& options) {
  SG_TRY_ASSIGN(const auto session, SsoSession::open(options.where));
  SG_TRY_ASSIGN(const auto accounts, accounts_for(*session, options.accounts));
  return session->secrets(true).create(accounts);
}

Result<SecretStatus> show(const SecretOptions& options) {
  SG_TRY_ASSIGN(const auto session, SsoSession::open(options.where));
  return session->secrets(false).status();
}

Result<SecretStatus> grant(const SecretOptions& options) {
  SG_TRY_ASSIGN(const auto session, SsoSession::open(options.where));
  auto secrets = session->secrets(true);
  SG_TRY(secrets.grant(options.account));
  return secrets.status();
}

Result<SecretStatus> revoke(const SecretOptions& options) {
  SG_TRY_ASSIGN(const auto session, SsoSession::open(options.where));
  auto secrets = session->secrets(false);
  SG_TRY(secrets.revoke(options.account));
  return secrets.status();
}

Result<credentials::SecretChange> rotate(const SecretOptions& options) {
  SG_TRY_ASSIGN(const auto session, SsoSession::open(options.where));
  return session->secrets(false).rotate(options.discard_tickets);
}

Result<> backup(const SecretOptions& options) {
  SG_TRY_ASSIGN(const Secret password, read_password_file(options.password_file));
  SG_TRY_ASSIGN(const auto session, SsoSession::open(options.where));
  SG_TRY_ASSIGN(const std::string text, session->secrets(false).backup(password));
  SG_TRY_ASSIGN(auto output, io::OutputFile::create(options.file, 0600));
  SG_TRY(output->write(as_bytes(text)));
  SG_TRY(output->finish());
  return output->commit(true);
}

Result<SecretStatus> restore(const SecretOptions& options) {
  SG_TRY_ASSIGN(const Secret password, read_password_file(options.password_file));
  SG_TRY_ASSIGN(const Bytes text, io::read_file(options.file, credentials::kMaxBackup));
  SG_TRY_ASSIGN(const auto session, SsoSession::open(options.where));
  SG_TRY_ASSIGN(const auto accounts, accounts_for(*session, options.accounts));
  return session->secrets(true).restore(as_text(text), password, accounts);
}

void add_accounts_option(CLI::App& app, SecretOptions& options) {
  app.add_option("--account", options.accounts, "Which account may open it, again for more; else those of all hosts")
      ->type_name("ACCOUNT");
}

void add_account_option(CLI::App& app, SecretOptions& options) {
  app.add_option("--account", options.account, "Which account")->type_name("ACCOUNT")->required();
}

void add_backup_options(CLI::App& app, SecretOptions& options, const std::string& meaning) {
  app.add_option("FILE", options.file, meaning)->type_name("FILE")->required();
  app.add_option("--password-file", options.password_file,
                 "File whose first line is the password, of 12 bytes or more; - is standard input")
      ->type_name("FILE")
      ->required();
}

/// The part of every command: its options, then its work.
template <typename Add, typename Work>
int run(const Args& args, const std::string& name, const std::string& summary, const std::string& examples,
        const Add& add, const Work& work) {
  CLI::App app(summary);
  configure_app(app, "sealgate sso secret " + name, examples);
  SecretOptions options;
  add(app, options);
  add_store_options(app, options.where);
  add_form_option(app, options.output);
  if (const auto status = parse(app, args)) return *status;
  return work(options);
}

int run_secret_show(const Args& args) {
  return run(
      args, "show", "Which master secret there is, since when, and which accounts open it",
      "  sealgate sso secret show\n", [](CLI::App&, SecretOptions&) {},
      [](const SecretOptions& options) { return finish(show(options), options.output); });
}

int run_secret_create(const Args& args) {
  return run(args, "create", "Make the first master secret, and let the accounts of hosts open it",
             "  sealgate sso secret create\n  sealgate sso secret create --account default --account edi\n",
             add_accounts_option,
             [](const SecretOptions& options) { return finish(create(options), options.output); });
}

int run_secret_grant(const Args& args) {
  return run(args, "grant", "Let another account open the master secret",
             "  sealgate sso secret grant --account edi\n", add_account_option,
             [](const SecretOptions& options) { return finish(grant(options), options.output); });
}

int run_secret_revoke(const Args& args) {
  return run(args, "revoke",
             "Take the master secret from an account. What it has seen it knows: rotate when it matters",
             "  sealgate sso secret revoke --account edi\n", add_account_option,
             [](const SecretOptions& options) { return finish(revoke(options), options.output); });
}

int run_secret_rotate(const Args& args) {
  return run(
      args, "rotate",
      "Make a new master secret and seal everything anew, while everything goes on working. Ended at any moment, "
      "both "
      "secrets open, and the next call goes on. Needs the keys of all its accounts",
      "  sealgate sso secret rotate\n  sealgate sso secret rotate --discard-tickets\n",
      [](CLI::App& app, SecretOptions& options) {
        app.add_flag("--discard-tickets", options.discard_tickets,
                     "Tickets that are out are good no longer: when somebody else may have the old secret");
      },
      [](const SecretOptions& options) {
        const auto report = rotate(options);
        if (!report) return print_error(report.error());
        if (is_document(options.output)) {
          print_document({{"old_id", report->old_id}, {"new_id", report->new_id}, {"resealed", report->resealed}},
                         options.output);
        } else {
          std::printf("The master secret is %s now; %llu records were sealed anew.\n", report->new_id.c_str(),
                      static_cast<unsigned long long>(report->resealed));
          print_note("back it up: earlier backups hold the old one (sealgate sso secret backup)");
        }
        return 0;
      });
}

int run_secret_backup(const Args& args) {
  return run(
      args, "backup", "Write the master secret to a new file, under a password (argon2id, AES-256-GCM)",
      "  sealgate sso secret backup sso-secret.backup --password-file password\n",
      [](CLI::App& app, SecretOptions& options) { add_backup_options(app, options, "The file to write"); },
      [](const SecretOptions& options) {
        const auto written = backup(options);
        if (!written) return print_error(written.error());
        std::printf("the master secret is in %s\n", printable(options.file).c_str());
        return 0;
      });
}

int run_secret_restore(const Args& args) {
  return run(
      args, "restore",
      "Take the master secret from a backup and let accounts open it, and no others: when their keys are lost, or "
      "the "
      "store came back on another computer",
      "  sealgate sso secret restore sso-secret.backup --password-file password --account default\n",
      [](CLI::App& app, SecretOptions& options) {
        add_backup_options(app, options, "The backup");
        add_accounts_option(app, options);
      },
      [](const SecretOptions& options) { return finish(restore(options), options.output); });
}

}  // namespace

int run_sso_secret(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
