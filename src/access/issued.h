#pragma once
// What was given out and opens something until it ends: sessions, tokens, invitations. As they are stored.

#include <optional>
#include <string>
#include <vector>

#include "access/principal.h"
#include "access/storage.h"

namespace sealgate::access {

struct Session {
  std::string id = {};  ///< of the record: tells sessions apart, opens nothing
  std::string user = {};
  std::string address = {};  ///< from which it was begun
  Time created = {};
  Time seen = {};   ///< the last request, to a minute
  Time until = {};  ///< ends then, whatever happens
};

struct Token {
  std::string id = {};    ///< as above
  std::string name = {};  ///< what it is for; unique to its owner
  std::string owner = {};
  Permissions scopes = {};
  Time created = {};
  Time until = {};
  std::optional<Time> used = {};  ///< the last request, to a minute
  std::string used_from = {};
};

struct Invitation {
  std::string id = {};
  std::vector<Role> roles = {};  ///< of the user who is made by it
  std::string by = {};
  Time created = {};
  Time until = {};
  std::string user = {};  ///< who is there and chooses another password with it; empty: somebody new
};

Record to_record(const Session& session);
Record to_record(const Token& token);
Record to_record(const Invitation& invitation);
// access.damaged.
Result<Session> read_session(const Record& record);
Result<Token> read_token(const Record& record);
Result<Invitation> read_invitation(const Record& record);

}  // namespace sealgate::access
