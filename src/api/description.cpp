#include "api/description.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>

#include "api/errors.h"
#include "base/text.h"

namespace sealgate::api {
namespace {

constexpr std::uint64_t kUsualMaxBody = std::uint64_t{64} * 1024;

struct Method {
  const char* key;
  const char* name;
};
constexpr std::array kMethods{Method{"get", "GET"}, Method{"put", "PUT"}, Method{"post", "POST"},
                              Method{"delete", "DELETE"}};

tl::unexpected<Error> bad(const std::string& what, const std::string& where) {
  return fail(kBadDescription, what, where, "this is a defect of the program");
}

std::vector<std::string> segments_of(const std::string& path) {
  std::vector<std::string> segments;
  for (std::size_t at = 1; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    segments.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return segments;
}

class Reader {
 public:
  explicit Reader(YAML::Node root) : root_(std::move(root)) {}

  Result<Description> read() const {
    Description description;
    description.base_path = root_["servers"][0]["url"].Scalar();
    for (const auto& path : root_["paths"]) {
      for (const Method& method : kMethods) {
        if (!path.second[method.key]) continue;
        auto operation = read_operation(path.first.Scalar(), method, path.second);
        if (!operation) return fail(std::move(operation).error().at(path.first.Scalar()));
        description.operations.push_back(std::move(*operation));
      }
    }
    return description;
  }

 private:
  Result<YAML::Node> resolve(const std::string& reference) const {
    if (!reference.starts_with("#/")) return bad("'" + reference + "' is no reference to this document", {});
    YAML::Node node = root_;
    for (const std::string& step : segments_of(reference.substr(1))) {
      if (!node.IsMap() || !std::as_const(node)[step]) return bad("'" + reference + "' refers to nothing", {});
      node.reset(std::as_const(node)[step]);
    }
    return node;
  }

  Result<YAML::Node> followed(const YAML::Node& node) const {
    if (!node["$ref"]) return node;
    return resolve(node["$ref"].Scalar());
  }

  Result<Schema> schema(const YAML::Node& node) const {
    return Schema::read(node, [this](const std::string& reference) { return resolve(reference); });
  }

  Result<Operation> read_operation(const std::string& path, const Method& method, const YAML::Node& item) const {
    const YAML::Node node = item[method.key];
    Operation operation;
    operation.id = node["operationId"].as<std::string>("");
    if (operation.id.empty()) return bad("an operation has no operationId", method.name);
    operation.method = method.name;
    operation.path = path;
    operation.segments = segments_of(path);
    for (const YAML::Node& list : {item["parameters"], node["parameters"]}) {
      if (list) SG_TRY(read_parameters(operation, list));
    }
    if (node["requestBody"]) SG_TRY(read_body(operation, node));
    SG_TRY(read_responses(operation, node["responses"]));
    SG_TRY(read_permission(operation, node["x-permission"]));
    operation.audit = node["x-audit"].as<std::string>("");
    operation.records_itself = operation.audit == "by-itself";
    operation.recorded_before = node["x-audit-first"].as<bool>(false);
    operation.recorded_begun = node["x-audit-begun"].as<bool>(false);
    if (operation.audit.empty() && (operation.changes() || operation.shows_content())) {
      return bad("what changes something or shows content has x-audit", operation.id);
    }
    return operation;
  }

  Result<> read_parameters(Operation& operation, const YAML::Node& list) const {
    for (const auto& entry : list) {
      SG_TRY_ASSIGN(const YAML::Node node, followed(entry));
      Parameter parameter;
      parameter.name = node["name"].Scalar();
      const std::string place = node["in"].Scalar();
      if (place != "path" && place != "query" && place != "header") {
        return bad("parameters in '" + place + "' are not read", parameter.name);
      }
      parameter.place = place == "path"    ? ParameterPlace::Path
                        : place == "query" ? ParameterPlace::Query
                                           : ParameterPlace::Header;
      parameter.required = node["required"].as<bool>(false);
      SG_TRY_ASSIGN(parameter.schema, schema(node["schema"]));
      if (parameter.schema.simple_type() == Schema::Simple::Other) {
        return bad("the parameter is of no simple type", parameter.name);
      }
      operation.parameters.push_back(std::move(parameter));
    }
    return {};
  }

  Result<> read_body(Operation& operation, const YAML::Node& node) const {
    operation.body_required = node["requestBody"]["required"].as<bool>(false);
    operation.max_body = node["x-max-body"].as<std::uint64_t>(kUsualMaxBody);
    for (const auto& entry : node["requestBody"]["content"]) {
      BodyType type;
      type.media_type = ascii_lower(entry.first.Scalar());
      SG_TRY_ASSIGN(type.schema, schema(entry.second["schema"]));
      operation.bodies.push_back(std::move(type));
    }
    return {};
  }

  Result<> read_responses(Operation& operation, const YAML::Node& responses) const {
    for (const auto& entry : responses) {
      operation.statuses.push_back(entry.first.as<int>(0));
      SG_TRY_ASSIGN(const YAML::Node response, followed(entry.second));
      for (const auto& content : response["content"]) {
        SG_TRY(schema(content.second["schema"]));  // answers, too, say only what tests can hold them to
        const std::string& type = content.first.Scalar();
        const bool good = operation.statuses.back() < 300;
        if (good && std::ranges::find(operation.produces, type) == operation.produces.end()) {
          operation.produces.push_back(type);
        }
      }
    }
    return {};
  }

  static Result<> read_permission(Operation& operation, const YAML::Node& node) {
    std::vector<std::string> words;
    if (node && node.IsScalar()) words.push_back(node.Scalar());
    if (node && node.IsSequence()) words = node.as<std::vector<std::string>>(std::vector<std::string>());
    if (words.empty()) return bad("an operation does not say who may", operation.id);
    for (const std::string& word : words) {
      const auto permission = access::parse_permission(word);
      operation.open_to_all |= word == "none";
      if (permission) operation.permissions.push_back(*permission);
      if (!permission && word != "none" && word != "signed-in")
        return bad("there is no permission " + word, operation.id);
    }
    return {};
  }

  YAML::Node root_;
};

}  // namespace

bool Operation::shows_content() const {
  return std::ranges::find(permissions, Permission::ViewBody) != permissions.end();
}

bool Operation::documents(int status) const {
  return std::ranges::find(statuses, status) != statuses.end();
}

Result<Description> Description::read(std::string_view yaml) {
  try {  // yaml-cpp says by exceptions what it cannot read
    return Reader(YAML::Load(std::string(yaml))).read();
  } catch (const YAML::Exception& problem) {
    return bad(problem.what(), "openapi.yaml");
  }
}

}  // namespace sealgate::api
