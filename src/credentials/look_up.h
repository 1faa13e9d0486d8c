#pragma once
// What the engine asks of credentials: with which name and password a send port shows itself to a partner, and a
// ticket for whoever was authenticated.
//
// Who is asked for: with a ticket that the application takes, its user; without one, the account of the sending host,
// and for a group application then the party of the message and everyone. A ticket that does not hold is an error and
// never "without one". Every look-up is recorded before its outcome is told (audit.h).

#include <memory>
#include <mutex>
#include <string>

#include "base/secret.h"
#include "credentials/audit.h"
#include "credentials/keyring.h"
#include "credentials/storage.h"

namespace sealgate::credentials {

struct LookUp {
  std::string application = {};
  std::string port = {};        ///< send port that asks
  std::string message = {};     ///< id, for the record
  std::string account = {};     ///< of the sending host
  std::string party = {};       ///< of the message; empty for nobody known
  std::string ticket = {};      ///< of the message; may be empty
  std::string originator = {};  ///< whom the message is of, as an adapter authenticated it; may be empty
};

struct ExternalCredentials {
  std::string user = {};
  std::shared_ptr<const Secret> password = {};
};

/// Thread-safe. Nothing is kept between two look-ups but the opened master secret, so a change counts at once.
class Service {
 public:
  /// All must outlive it.
  Service(Storage& storage, AccountKeySource account_keys, Auditor& auditor, const Clock& clock);

  /// Errors of class Environment pass by themselves (the store is away); all others need a person. Their text names
  /// port, application and remedy.
  Result<ExternalCredentials> look_up(const LookUp& request);

  /// `account` is that of the receiving host. credentials.tickets-off, credentials.nobody-authenticated (`user` is
  /// empty), and those of opening the master secret.
  Result<std::string> issue_ticket(const std::string& account, const std::string& user);

 private:
  Storage& storage_;
  Keyring keyring_;
  Auditor& auditor_;
  const Clock& clock_;
};

}  // namespace sealgate::credentials
