#include "admin/artifact_json.h"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "artifacts/documents.h"

namespace sealgate::admin {
namespace {

nlohmann::ordered_json json_of(const YAML::Node& node) {
  if (node.IsMap()) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (const auto& entry : node) object[entry.first.Scalar()] = json_of(entry.second);
    return object;
  }
  if (node.IsSequence()) {
    nlohmann::ordered_json array = nlohmann::ordered_json::array();
    for (const YAML::Node& item : node) array.push_back(json_of(item));
    return array;
  }
  const std::string& text = node.Scalar();
  // The canonical form quotes every text that could be taken for something else.
  const bool plain = node.Tag() != "!";
  if (plain && (text == "true" || text == "false")) return text == "true";
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, number);
  if (plain && problem == std::errc() && rest == end) return number;
  return text;
}

}  // namespace

nlohmann::ordered_json artifact_json(const artifacts::Artifact& artifact) {
  return json_of(YAML::Load(artifacts::to_yaml(artifact)));
}

}  // namespace sealgate::admin
