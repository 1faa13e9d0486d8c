#pragma once
// Where the database is, as --store says: a libpq URI, whose hosts, failover options and passwords libpq reads
// itself, with a few options of ours among its query parameters:
//
//   postgresql://sealgate@db1,db2/sealgate?target_session_attrs=read-write&schema=edi&connections=16&notify=off
//
//   schema=NAME             the schema that holds the tables; "sealgate" when not said
//   connections=N           at most so many connections of this process, 2 to 500; 12 when not said
//   statement_timeout=SECS  1 to 3600; 30 when not said
//   notify=off              never use LISTEN and NOTIFY (for engines that do not know them)

#include <chrono>
#include <string>
#include <string_view>

#include "base/error.h"

namespace sealgate::store::postgres {

struct Address {
  std::string uri;  ///< what libpq gets; may hold a password: never print it
  std::string schema = "sealgate";
  std::size_t connections = 12;
  std::chrono::seconds statement_timeout{30};
  bool notify = true;
  std::string description;  ///< "PostgreSQL database sealgate on db1,db2", without secrets
};

/// True for postgresql:// and postgres://.
bool is_address(std::string_view url);

/// store.bad-url, without repeating the URL: it may hold a password.
Result<Address> parse_address(std::string_view url);

}  // namespace sealgate::store::postgres
