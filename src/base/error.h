#pragma once
// The one error type. Expected failures (bad input, wrong key, full disk) travel as Result<T>, never as exceptions.
//
// Each folder declares its codes as constants in its own errors.h:
//
//   inline constexpr ErrorCode kTooDeep{"mime.too-deep", ErrorClass::Policy};
//
// The id is stable: scripts and the console depend on it. docs/errors.md lists every id.

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace sealgate {

/// What kind of failure it is; decides the exit status of the command line and what a pipeline does with the message.
enum class ErrorClass {
  Usage,       ///< the caller asked for something that makes no sense, or named a file that cannot be read
  Malformed,   ///< the input breaks its format
  Decrypt,     ///< no key fits, or the ciphertext is damaged (never says which)
  Signature,   ///< a signature does not verify
  Trust,       ///< certificate not trusted, expired, wrong purpose
  Revocation,  ///< revoked, or revocation unknown where required
  Policy,      ///< refused by policy: weak algorithm, not signed, not encrypted, over a limit
  NotFound,    ///< a named thing does not exist
  Conflict,    ///< it exists already, or changed meanwhile
  Transport,   ///< a partner or the network failed; worth a retry
  Environment  ///< disk full, no permission, database unavailable
};

struct ErrorCode {
  std::string_view id;  ///< "folder.what-happened", lower case
  ErrorClass error_class;
  friend constexpr bool operator==(const ErrorCode& a, const ErrorCode& b) { return a.id == b.id; }
};

/// Says what happened, where, and what to do next. No secrets and no message content in any of the three.
///
/// Made, moved and destroyed out of line, and marked cold: the compiler then moves every path that leads to an error
/// out of the code that a good message runs through. A message runs through so much of it that the instruction cache
/// is what it waits for (docs/benchmarks.md, "What a message waits for").
struct Error {
  ErrorCode code;
  std::string what;    ///< one sentence, starts in lower case, no full stop
  std::string where;   ///< file, part number, byte offset, port name; may be empty
  std::string remedy;  ///< what the reader can do about it; may be empty

  [[gnu::cold]] Error(ErrorCode code_of, std::string what_happened, std::string where_it_was = {},
                      std::string what_to_do = {});
  [[gnu::cold]] Error(const Error& other);
  [[gnu::cold]] Error(Error&& other) noexcept;
  [[gnu::cold]] Error& operator=(const Error& other);
  [[gnu::cold]] Error& operator=(Error&& other) noexcept;
  [[gnu::cold]] ~Error();

  /// "what (where); remedy [code]" on one line.
  std::string to_string() const;
  /// The same error, seen from one step further out: prefixes `where` with `outer`.
  Error at(std::string_view outer) &&;
};

template <typename T = void>
using Result = tl::expected<T, Error>;

[[gnu::cold]] tl::unexpected<Error> fail(ErrorCode code, std::string what, std::string where = {},
                                         std::string remedy = {});
[[gnu::cold]] tl::unexpected<Error> fail(Error&& error);
[[gnu::cold]] tl::unexpected<Error> fail(const Error& error);

/// Exit status of the command line for this error: the contract in docs/cli.md.
int exit_status(ErrorClass error_class);

}  // namespace sealgate

// Early return on failure. SG_TRY(expression); SG_TRY_ASSIGN(auto value, expression);
#define SG_CONCAT_INNER(a, b) a##b
#define SG_CONCAT(a, b) SG_CONCAT_INNER(a, b)
// Numbered by __COUNTER__, so that a lambda inside the expression may use them as well.
#define SG_TRY_INNER(result, expression)                             \
  do {                                                               \
    auto result = (expression);                                      \
    if (!result) return ::sealgate::fail(std::move(result).error()); \
  } while (false)
#define SG_TRY(expression) SG_TRY_INNER(SG_CONCAT(sg_result_, __COUNTER__), expression)
#define SG_TRY_ASSIGN_INNER(result, declaration, expression)       \
  auto result = (expression);                                      \
  if (!result) return ::sealgate::fail(std::move(result).error()); \
  declaration = std::move(result).value()
#define SG_TRY_ASSIGN(declaration, expression) \
  SG_TRY_ASSIGN_INNER(SG_CONCAT(sg_result_, __COUNTER__), declaration, expression)
