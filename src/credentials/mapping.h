#pragma once
// A mapping: whoever is this principal here is that user there.

#include <string>
#include <vector>

#include "base/secret.h"
#include "credentials/application.h"

namespace sealgate::credentials {

inline constexpr std::size_t kMaxValue = 1024;            ///< bytes of one field
inline constexpr std::int64_t kMaxGroupAccounts = 1'000;  ///< in the order of a group application

/// Values in the order of the application's fields. Not copyable, like everything that holds secrets.
struct Mapping {
  std::string principal = {};  ///< "user:…", as Principal::text()
  std::int64_t place = 0;      ///< of a group application: 1 is asked first; 0 of an individual one
  std::vector<Secret> values = {};
};

/// credentials.bad-mapping: another number of values than fields, an empty first one, one over the limit or with
/// control characters; a principal that cannot be of this type.
Result<> check_mapping(const Application& application, const Mapping& mapping);

/// Stored form of the values.
Secret encode_values(const std::vector<Secret>& values);
/// credentials.damaged.
Result<std::vector<Secret>> decode_values(ByteView bytes);

}  // namespace sealgate::credentials
