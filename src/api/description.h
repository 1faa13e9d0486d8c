#pragma once
// openapi.yaml as the server uses it: operations with their paths, parameters, bodies and permissions.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/gatekeeper.h"
#include "api/schema.h"

namespace sealgate::api {

/// The text that is built into the program.
std::string_view description_text();

enum class ParameterPlace { Path, Query, Header };

struct Parameter {
  std::string name = {};
  ParameterPlace place = ParameterPlace::Query;
  bool required = false;
  Schema schema = {};
};

struct BodyType {
  std::string media_type = {};  ///< lower case
  Schema schema = {};
};

struct Operation {
  std::string id = {};                     ///< operationId
  std::string audit = {};                  ///< x-audit: what the audit log calls it; empty: it only looks
  bool records_itself = false;             ///< x-audit: by-itself; access/ does it
  bool recorded_before = false;            ///< x-audit-first: nothing is given out that is not in the log
  bool recorded_begun = false;             ///< x-audit-begun: before it is done, and how it ended after
  std::string method = {};                 ///< "GET"
  std::string path = {};                   ///< "/artifacts/{kind}", below base_path
  std::vector<std::string> segments = {};  ///< of `path`; a parameter begins with "{"
  std::vector<Parameter> parameters = {};
  bool body_required = false;
  std::vector<BodyType> bodies = {};         ///< empty: it takes no body
  std::uint64_t max_body = 0;                ///< bytes
  std::vector<std::string> produces = {};    ///< media types of its 2xx answers, the usual one first; may be empty
  std::vector<int> statuses = {};            ///< that it may answer with
  bool open_to_all = false;                  ///< x-permission: none
  std::vector<Permission> permissions = {};  ///< any of them; empty: whoever is signed in
  bool documents(int status) const;
  bool changes() const { return method != "GET"; }
  /// Only whoever may see the content of messages gets an answer.
  bool shows_content() const;
};

struct Description {
  std::string base_path = {};  ///< "/api/v1"
  std::vector<Operation> operations = {};

  /// api.bad-description for what is not enforced, or missing.
  static Result<Description> read(std::string_view yaml);
};

}  // namespace sealgate::api
