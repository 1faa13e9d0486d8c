// sealgate user list, add, invite, role, password, disable, enable, remove, sessions.

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/audit_trail.h"
#include "cli/foresight.h"
#include "cli/parse.h"
#include "cli/password_input.h"
#include "cli/sso_command.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/user_command.h"

namespace sealgate::cli {
namespace {

struct UserOptions {
  StoreChoice where;
  std::string name;
  std::string display_name;
  std::vector<std::string> roles;
  std::string password_file = "-";
  std::string url;
  std::string output = "table";
  bool end = false;
};

void add_name(CLI::App& app, UserOptions& options) {
  app.add_option("NAME", options.name, "Of the user")->type_name("USER")->required();
}

void add_password(CLI::App& app, UserOptions& options) {
  app.add_option("--password-file", options.password_file,
                 "File whose first line is the password; - is standard input, a terminal is asked without echo")
      ->type_name("FILE")
      ->capture_default_str();
}

nlohmann::ordered_json json_of(const access::User& user) {
  nlohmann::ordered_json json{{"name", user.name}, {"display_name", user.display_name}};
  json["roles"] = nlohmann::ordered_json::array();
  for (const access::Role role : user.roles) json["roles"].push_back(to_string(role));
  json["disabled"] = user.disabled;
  json["authenticator"] = user.authenticator.has_value();
  json["created"] = to_rfc3339(user.created);
  json["password_changed"] = to_rfc3339(user.password_changed);
  json["last_sign_in"] = nullptr;
  if (user.last_sign_in) json["last_sign_in"] = to_rfc3339(*user.last_sign_in);
  return json;
}

Result<> list(const UserOptions& options) {
  SG_TRY_ASSIGN(const AccessSession session, AccessSession::open(options.where));
  SG_TRY_ASSIGN(const auto users, session.gate->users().list());
  if (is_document(options.output)) {
    auto document = nlohmann::ordered_json::array();
    for (const access::User& user : users) document.push_back(json_of(user));
    print_document(document, options.output);
    return {};
  }
  std::vector<std::vector<std::string>> rows;
  for (const access::User& user : users) {
    rows.push_back({user.name, user.display_name, to_string(user.roles), user.disabled ? "disabled" : "enabled",
                    user.authenticator ? "yes" : "no", time_or_dash(user.last_sign_in)});
  }
  print_table({"NAME", "DISPLAY NAME", "ROLES", "STATE", "AUTHENTICATOR", "LAST SIGN-IN"}, rows);
  return {};
}

Result<> add(const UserOptions& options) {
  SG_TRY_ASSIGN(const auto roles, access::parse_roles(options.roles));
  SG_TRY_ASSIGN(const AccessSession session, AccessSession::open(options.where, true));
  SG_TRY_ASSIGN(const Secret password, ask_new_password(options.password_file));
  SG_TRY_ASSIGN(const auto user,
                session.gate->users().add(session.by, {options.name, options.display_name, roles}, password));
  std::printf("added %s: %s\n", user.name.c_str(), to_string(user.roles).c_str());
  return {};
}

Result<> invite(const UserOptions& options) {
  SG_TRY_ASSIGN(const auto roles, access::parse_roles(options.roles));
  SG_TRY_ASSIGN(const AccessSession session, AccessSession::open(options.where, true));
  SG_TRY_ASSIGN(const auto issued, session.gate->users().invite(session.by, roles));
  const std::string link = options.url.empty() ? issued.secret : access::invitation_link(options.url, issued.secret);
  if (is_document(options.output)) {
    print_document({{"invitation", issued.secret}, {"link", link}, {"until", to_rfc3339(issued.until)}},
                   options.output);
    return {};
  }
  std::printf("%s\n", link.c_str());
  print_note("good once, until " + to_rfc3339(issued.until) + "; it is not shown again");
  return {};
}

Result<> set_roles(const UserOptions& options) {
  SG_TRY_ASSIGN(const auto roles, access::parse_roles(options.roles));
  SG_TRY_ASSIGN(const AccessSession session, AccessSession::open(options.where));
  return session.gate->users().set_roles(session.by, options.name, roles);
}

Result<> set_password(const UserOptions& options) {
  SG_TRY_ASSIGN(const AccessSession session, AccessSession::open(options.where));
  SG_TRY_ASSIGN(const auto user, session.gate->users().find(options.name));
  SG_TRY_ASSIGN(const Secret password, ask_new_password(options.password_file));
  SG_TRY(session.gate->users().reset_password(session.by, user.name, password));
  if (user.authenticator) print_note("the authenticator of " + user.name + " went with the old password");
  return {};
}

Result<> set_disabled(const UserOptions& options, bool disabled) {
  SG_TRY_ASSIGN(const AccessSession session, AccessSession::open(options.where));
  return session.gate->users().set_disabled(session.by, options.name, disabled);
}

Result<> remove(const UserOptions& options) {
  SG_TRY_ASSIGN(const AccessSession session, AccessSession::open(options.where));
  return session.gate->users().remove(session.by, options.name);
}

Result<> sessions(const UserOptions& options) {
  SG_TRY_ASSIGN(const AccessSession session, AccessSession::open(options.where));
  SG_TRY_ASSIGN(const auto user, session.gate->users().find(options.name));
  SG_TRY_ASSIGN(const auto open, session.gate->sessions().list(user.name));
  if (options.end) {
    SG_TRY(session.gate->sessions().end_all(session.by, user.name));
    std::printf("%zu ended\n", open.size());
    return {};
  }
  std::vector<std::vector<std::string>> rows;
  for (const access::Session& one : open) {
    rows.push_back(
        {one.id.substr(0, 16), one.address, to_rfc3339(one.created), to_rfc3339(one.seen), to_rfc3339(one.until)});
  }
  print_table({"SESSION", "FROM", "SINCE", "LAST SEEN", "UNTIL"}, rows);
  return {};
}

}  // namespace

Result<AccessSession> AccessSession::open(const StoreChoice& choice, bool create) {
  SG_TRY_ASSIGN(auto store, open_chosen_store(choice, create));
  auto gate = std::make_unique<access::Gate>(store->access(), store->clock());
  return AccessSession{std::move(store), std::move(gate), local_principal()};
}

std::string time_or_dash(const std::optional<Time>& time) {
  return time ? to_rfc3339(*time) : "-";
}

int finish(const Result<>& done) {
  return done ? 0 : print_error(done.error());
}

int run_user_list(const Args& args) {
  CLI::App app{"List the users of the administration"};
  configure_app(app, "sealgate user list", "  sealgate user list -o json\n");
  UserOptions options;
  add_form_option(app, options.output);
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return finish(list(options));
}

int run_user_add(const Args& args) {
  CLI::App app{"Add a user of the administration, with the password that is typed, piped in or read from a file"};
  configure_app(app, "sealgate user add",
                "  sealgate user add alice --role administrator\n"
                "  sealgate user add bob --role operator --role partner-operator --password-file secret.txt\n");
  UserOptions options;
  add_name(app, options);
  app.add_option("--role", options.roles, "What he may; again for more")->type_name("ROLE")->required();
  app.add_option("--display-name", options.display_name, "How he is called")->type_name("TEXT");
  add_password(app, options);
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return finish(add(options));
}

int run_user_invite(const Args& args) {
  CLI::App app{"Print a link with which somebody makes himself a user, once and within a day"};
  configure_app(app, "sealgate user invite",
                "  sealgate user invite --url https://gateway.example:8443\n"
                "  sealgate user invite --role operator\n");
  UserOptions options;
  options.roles = {"administrator"};
  app.add_option("--role", options.roles, "What he will be allowed; again for more")
      ->type_name("ROLE")
      ->capture_default_str();
  app.add_option("--url", options.url, "Where the console is; without it only the secret of the link is printed")
      ->type_name("URL");
  add_form_option(app, options.output);
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return finish(invite(options));
}

int run_user_role(const Args& args) {
  CLI::App app{"Give a user other roles instead of those he has; his sessions end"};
  configure_app(app, "sealgate user role", "  sealgate user role bob operator partner-operator\n");
  UserOptions options;
  add_name(app, options);
  app.add_option("ROLE", options.roles, "All of them")->required();
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return finish(set_roles(options));
}

int run_user_password(const Args& args) {
  CLI::App app{"Give a user another password; his sessions end, and his authenticator must be set up anew"};
  configure_app(app, "sealgate user password",
                "  sealgate user password bob\n"
                "  pass show sealgate/bob | sealgate user password bob\n");
  UserOptions options;
  add_name(app, options);
  add_password(app, options);
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return finish(set_password(options));
}

int run_user_disable(const Args& args) {
  CLI::App app{"Let a user in no more: his sessions end, his tokens open nothing"};
  configure_app(app, "sealgate user disable", "  sealgate user disable bob\n");
  UserOptions options;
  add_name(app, options);
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return finish(set_disabled(options, true));
}

int run_user_enable(const Args& args) {
  CLI::App app{"Let a user in again who was disabled"};
  configure_app(app, "sealgate user enable", "  sealgate user enable bob\n");
  UserOptions options;
  add_name(app, options);
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return finish(set_disabled(options, false));
}

int run_user_remove(const Args& args) {
  CLI::App app{"Remove a user with his sessions and tokens; what he did stays in the audit log"};
  configure_app(app, "sealgate user remove", "  sealgate user remove bob\n");
  UserOptions options;
  add_name(app, options);
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return finish(remove(options));
}

int run_user_sessions(const Args& args) {
  CLI::App app{"List the sessions of a user, or end all of them"};
  configure_app(app, "sealgate user sessions", "  sealgate user sessions bob --end\n");
  UserOptions options;
  add_name(app, options);
  app.add_flag("--end", options.end, "End them");
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return finish(sessions(options));
}

}  // namespace sealgate::cli
