#include "store/postgres/sql/address.h"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "store/common/errors.h"

namespace sealgate::store::postgres {
namespace {

constexpr std::size_t kMaximumName = 63;  // PostgreSQL cuts longer names

tl::unexpected<Error> bad(std::string what, std::string remedy) {
  return fail(kBadUrl, std::move(what), "--store", std::move(remedy));
}

Result<std::size_t> number(std::string_view name, std::string_view text, std::size_t least, std::size_t most) {
  std::size_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    return bad("the option '" + std::string(name) + "' is no number between " + std::to_string(least) + " and " +
                   std::to_string(most),
               "correct the number");
  }
  return value;
}

bool is_name(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && text.size() <= kMaximumName && std::ranges::all_of(text, plain) &&
         !(text.front() >= '0' && text.front() <= '9') && !text.starts_with("pg_");
}

/// True when it was one of ours.
Result<bool> take_option(Address& address, std::string_view name, std::string_view value) {
  if (name == "schema") {
    if (!is_name(value)) {
      return bad("the option 'schema' is no name of a schema",
                 "use small letters, digits and underscores, at most 63, no digit first");
    }
    address.schema = value;
  } else if (name == "connections") {
    SG_TRY_ASSIGN(address.connections, number(name, value, 2, 500));
  } else if (name == "statement_timeout") {
    SG_TRY_ASSIGN(const std::size_t seconds, number(name, value, 1, 3600));
    address.statement_timeout = std::chrono::seconds(seconds);
  } else if (name == "notify") {
    if (value != "on" && value != "off") return bad("the option 'notify' is neither on nor off", "write notify=off");
    address.notify = value == "on";
  } else {
    return false;
  }
  return true;
}

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { ::PQconninfoFree(options); }
};

/// Fails for what libpq cannot read. Its own words are not repeated: they quote the URI.
Result<> describe(Address& address) {
  char* words = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(::PQconninfoParse(address.uri.c_str(), &words));
  if (words != nullptr) ::PQfreemem(words);
  if (!options) {
    return bad("the address of the database cannot be read",
               "write postgresql://USER@HOST/DATABASE and percent-encode special characters");
  }
  std::string database, hosts, user;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    const std::string_view keyword = option->keyword;
    const std::string value = option->val == nullptr ? "" : option->val;
    if (keyword == "dbname") database = value;
    if (keyword == "user") user = value;
    if (keyword == "host" || (keyword == "hostaddr" && hosts.empty())) hosts = value;
  }
  if (database.empty()) database = user.empty() ? "of the default name" : user;
  address.description = "PostgreSQL database " + database + " on " + (hosts.empty() ? "this computer" : hosts);
  return {};
}

}  // namespace

bool is_address(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

Result<Address> parse_address(std::string_view url) {
  if (!is_address(url))
    return bad("it is no address of a PostgreSQL database", "write postgresql://USER@HOST/DATABASE");
  Address address;
  const std::size_t question = url.find('?');
  address.uri = url.substr(0, question);
  char separator = '?';
  std::string_view rest = question == std::string_view::npos ? std::string_view() : url.substr(question + 1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view one = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t equals = one.find('=');
    const bool has_value = equals != std::string_view::npos;
    SG_TRY_ASSIGN(const bool ours,
                  take_option(address, one.substr(0, equals), has_value ? one.substr(equals + 1) : ""));
    if (ours) continue;
    address.uri += separator;
    address.uri += one;
    separator = '&';
  }
  SG_TRY(describe(address));
  return address;
}

}  // namespace sealgate::store::postgres
