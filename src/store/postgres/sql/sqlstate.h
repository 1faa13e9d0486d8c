#pragma once
// What PostgreSQL's five-letter error codes mean here.

#include <string>
#include <string_view>

#include "base/error.h"

namespace sealgate::store::postgres {

/// store.* code; store.sql-failed for what nobody expects.
ErrorCode code_of(std::string_view sqlstate);
/// What to do about an error of this code; empty when there is nothing to say.
std::string remedy_of(ErrorCode code);
/// The server is not the one to write to any more (shutting down, demoted): another connection may find one that is.
bool ends_connection(std::string_view sqlstate);

}  // namespace sealgate::store::postgres
