#pragma once
// One request that passed every check of the description, as the function that does it sees it.

#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/description.h"
#include "base/clock.h"

namespace sealgate::api {

/// Parameters as they were checked, with the defaults of those that were left out. Asking for one of another type
/// than the description says, or for one that it does not have, is "absent".
class Parameters {
 public:
  Parameters();
  Parameters(Parameters&&) noexcept;
  Parameters& operator=(Parameters&&) noexcept;
  ~Parameters();

  std::optional<std::string> text(std::string_view name) const;
  /// "" when absent.
  std::string text_or_empty(std::string_view name) const { return text(name).value_or(""); }
  std::optional<std::int64_t> number(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::optional<bool> optional_flag(std::string_view name) const;
  std::optional<Time> time(std::string_view name) const;
  std::vector<std::string> list(std::string_view name) const;

  void set(const std::string& name, nlohmann::json value);

 private:
  std::map<std::string, std::unique_ptr<const nlohmann::json>, std::less<>> values_;
};

struct Call {
  const Operation& operation;
  const net::HttpRequest& request;
  const access::Principal& caller;
  Parameters parameters;
  std::string body_type;                       ///< media type; empty: there is no body
  std::string body;                            ///< as it came
  std::shared_ptr<const nlohmann::json> json;  ///< of a JSON body; it fits its schema
  std::string accepted;                        ///< the media type of the answer, of Operation::produces
  std::vector<Error> faults;                   ///< what an operation leaves here stands beside its error
  bool recorded = false;                       ///< in the audit log already, in the commit of what it did
};

/// Path, query and header parameters. api.bad-parameter.
Result<Parameters> read_parameters(const Operation& operation, const std::vector<std::string>& path_values,
                                   const net::HttpRequest& request);

/// Which of the operation's types the client takes (RFC 9110, 12.5.1); problems are always taken.
/// api.not-acceptable.
Result<std::string> negotiate(const Operation& operation, const net::HttpRequest& request);

/// The declared type of the body that was sent. api.unsupported-type.
Result<const BodyType*> body_type_of(const Operation& operation, const net::HttpRequest& request);

/// JSON under limits, held against its schema. api.bad-body; api.invalid-body with all `faults`.
Result<std::shared_ptr<const nlohmann::json>> read_json(std::string_view body, const Schema& schema,
                                                        std::vector<Error>& faults);
inline constexpr int kMaxJsonDepth = 64;

/// %XX decoded; empty for what is not. With `plus`, "+" is a blank.
std::optional<std::string> percent_decoded(std::string_view text, bool plus);

}  // namespace sealgate::api
