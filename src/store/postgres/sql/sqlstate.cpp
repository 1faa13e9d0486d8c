#include "store/postgres/sql/sqlstate.h"

#include "store/common/errors.h"

namespace sealgate::store::postgres {

bool ends_connection(std::string_view sqlstate) {
  // Class 08 connection exceptions, 57P0x shutting down or starting up, 25006 read-only: it became a standby.
  return sqlstate.starts_with("08") || sqlstate.starts_with("57P0") || sqlstate == "25006" || sqlstate == "25P03";
}

ErrorCode code_of(std::string_view sqlstate) {
  if (sqlstate.empty() || ends_connection(sqlstate) || sqlstate == "53300") return kConnectionLost;
  if (sqlstate == "40001" || sqlstate == "40P01" || sqlstate == "55P03") return kBusy;
  if (sqlstate == "57014") return kTimedOut;
  if (sqlstate == "53100") return kDiskFull;
  if (sqlstate.starts_with("XX")) return kCorrupt;
  if (sqlstate.starts_with("58")) return kIoFailed;
  if (sqlstate.starts_with("23")) return kConstraint;
  // Passwords, databases that are not there, missing rights.
  if (sqlstate.starts_with("28") || sqlstate == "3D000" || sqlstate == "42501") return kCannotOpen;
  return kSqlFailed;
}

std::string remedy_of(ErrorCode code) {
  if (code == kConnectionLost) return "check that the database server runs and can be reached";
  if (code == kBusy) return "others work on the same rows; try again";
  if (code == kTimedOut) return "look for long transactions and locks on the database server; it may be overloaded";
  if (code == kDiskFull) return "free space on the disk of the database server";
  if (code == kCorrupt) return "check the database server's log; restore the database from its backup";
  if (code == kIoFailed) return "check the disk of the database server (its log says more)";
  if (code == kCannotOpen) return "check user, password, database and rights (see the manual on PostgreSQL)";
  return {};
}

}  // namespace sealgate::store::postgres
