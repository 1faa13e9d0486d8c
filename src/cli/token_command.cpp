// sealgate token: what programs send to the API.

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "access/errors.h"
#include "cli/foresight.h"
#include "cli/parse.h"
#include "cli/sso_command.h"
#include "cli/subcommands.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/user_command.h"

namespace sealgate::cli {
namespace {

struct TokenOptions {
  StoreChoice where;
  std::string name;
  std::string user;
  std::vector<std::string> scopes;
  std::string expires = "90d";
  std::string output = "table";
};

Result<access::Permissions> parse_scopes(const std::vector<std::string>& words) {
  access::Permissions scopes;
  for (const std::string& word : words) {
    const auto permission = access::parse_permission(word);
    if (!permission) {
      return fail(access::kBadScope, "there is no such permission", word,
                  "permissions are " + to_string(access::Permissions::everything()));
    }
    scopes.add(*permission);
  }
  return scopes;
}

Result<> create(const TokenOptions& options) {
  SG_TRY_ASSIGN(const auto scopes, parse_scopes(options.scopes));
  SG_TRY_ASSIGN(const AccessSession session, AccessSession::open(options.where));
  SG_TRY_ASSIGN(const Time until, time_within(options.expires, session.store->clock().now()));
  SG_TRY_ASSIGN(const auto issued,
                session.gate->tokens().create(session.by, options.user, options.name, scopes, until));
  if (is_document(options.output)) {
    print_document({{"token", issued.secret}, {"until", to_rfc3339(issued.until)}}, options.output);
    return {};
  }
  std::printf("%s\n", issued.secret.c_str());
  print_note("good until " + to_rfc3339(issued.until) + "; it is not shown again");
  return {};
}

Result<> list(const TokenOptions& options) {
  SG_TRY_ASSIGN(const AccessSession session, AccessSession::open(options.where));
  std::string owner;
  if (!options.user.empty()) {
    SG_TRY_ASSIGN(const auto user, session.gate->users().find(options.user));
    owner = user.name;
  }
  SG_TRY_ASSIGN(const auto tokens, session.gate->tokens().list(owner));
  if (is_document(options.output)) {
    auto document = nlohmann::ordered_json::array();
    for (const access::Token& token : tokens) {
      document.push_back({{"name", token.name},
                          {"user", token.owner},
                          {"scopes", to_string(token.scopes)},
                          {"created", to_rfc3339(token.created)},
                          {"until", to_rfc3339(token.until)},
                          {"used", nullptr},
                          {"used_from", token.used_from}});
      if (token.used) document.back()["used"] = to_rfc3339(*token.used);
    }
    print_document(document, options.output);
    return {};
  }
  std::vector<std::vector<std::string>> rows;
  for (const access::Token& token : tokens) {
    rows.push_back({token.name, token.owner, to_string(token.scopes), to_rfc3339(token.until),
                    time_or_dash(token.used), token.used_from.empty() ? "-" : token.used_from});
  }
  print_table({"NAME", "USER", "SCOPES", "UNTIL", "USED", "FROM"}, rows);
  return {};
}

Result<> revoke(const TokenOptions& options) {
  SG_TRY_ASSIGN(const AccessSession session, AccessSession::open(options.where));
  return session.gate->tokens().revoke(session.by, options.user, options.name);
}

int run_token_create(const Args& args) {
  CLI::App app{"Print a new token; what its user may is the most that it allows, now and later"};
  configure_app(app, "sealgate token create",
                "  sealgate token create monitoring --user bob --scope view --expires 30d\n"
                "  sealgate token create deploy --user alice --scope view --scope configure\n");
  TokenOptions options;
  app.add_option("NAME", options.name, "What it is for")->required();
  app.add_option("--user", options.user, "Whose it is")->type_name("USER")->required();
  app.add_option("--scope", options.scopes,
                 "What it allows, again for more: " + to_string(access::Permissions::everything()))
      ->type_name("PERMISSION")
      ->required();
  app.add_option("--expires", options.expires, "After this time, at most 366d")
      ->type_name("TIME")
      ->capture_default_str();
  add_form_option(app, options.output);
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return finish(create(options));
}

int run_token_list(const Args& args) {
  CLI::App app{"List the tokens: whose they are, what they allow, when they were used"};
  configure_app(app, "sealgate token list", "  sealgate token list --user bob\n");
  TokenOptions options;
  app.add_option("--user", options.user, "Of this user; else of all")->type_name("USER");
  add_form_option(app, options.output);
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return finish(list(options));
}

int run_token_revoke(const Args& args) {
  CLI::App app{"Take a token away: it opens nothing any more"};
  configure_app(app, "sealgate token revoke", "  sealgate token revoke monitoring --user bob\n");
  TokenOptions options;
  app.add_option("NAME", options.name, "As it is listed")->required();
  app.add_option("--user", options.user, "Whose it is")->type_name("USER")->required();
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return finish(revoke(options));
}

constexpr std::array kMembers = {
    Command{"create", "Make a token for a user", run_token_create},
    Command{"list", "List the tokens", run_token_list},
    Command{"revoke", "Take a token away", run_token_revoke},
};

constexpr Family kFamily{"token", "Tokens with which programs use the API", kMembers,
                         "A program sends it as 'Authorization: Bearer sgt_…'."};

}  // namespace

int run_token(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
