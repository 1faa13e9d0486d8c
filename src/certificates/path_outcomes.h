#pragma once
// What each of OpenSSL's verification errors means to us. Private to certificates/.

#include <string_view>

#include "base/error.h"

namespace sealgate::certificates {

struct PathOutcome {
  std::string_view outcome;  ///< "chain:expired"
  ErrorCode code;            ///< "certificates.chain-expired"
  std::string_view text;     ///< after "the certificate 'CN=…' "
  std::string_view remedy;
};

/// Never null: what OpenSSL may invent later is chain:other.
const PathOutcome& outcome_of_openssl(int error);
/// One of those of our own or of OpenSSL's by its name; chain:other when there is none.
const PathOutcome& outcome_by_name(std::string_view outcome);

}  // namespace sealgate::certificates
