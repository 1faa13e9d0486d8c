#include "api/call.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "api/errors.h"
#include "base/hex.h"
#include "base/text.h"

namespace sealgate::api {
namespace {

using Json = nlohmann::json;

/// Text of a URL or a header as the value that its schema wants; text where it is no such value.
Json value_of(const std::string& text, const Schema& schema) {
  switch (schema.simple_type()) {
    case Schema::Simple::Integer: {
      std::int64_t number = 0;
      const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (problem == std::errc() && end == text.data() + text.size()) return number;
      return text;
    }
    case Schema::Simple::Boolean:
      if (text == "true" || text == "false") return text == "true";
      return text;
    case Schema::Simple::List: {
      Json list = Json::array();
      const Schema items = schema.items();
      for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        list.push_back(value_of(text.substr(at, end - at), items));
        at = end + 1;
      }
      return list;
    }
    case Schema::Simple::Number:
    case Schema::Simple::Text:
    case Schema::Simple::Other:
      return text;
  }
  return text;
}

bool has_control_characters(const std::string& text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

tl::unexpected<Error> bad(const std::string& name, const std::string& what) {
  return fail(kBadParameter, "the parameter " + name + " " + what, name, "see its description in openapi.yaml");
}

Result<> put(Parameters& parameters, const Parameter& parameter, const std::string& text) {
  if (!is_utf8(text) || has_control_characters(text)) return bad(parameter.name, "is no plain text in UTF-8");
  Json value = value_of(text, parameter.schema);
  const auto faults = parameter.schema.check(value);
  if (!faults.empty()) return bad(parameter.name, faults.front().what);
  parameters.set(parameter.name, std::move(value));
  return {};
}

using Query = std::vector<std::pair<std::string, std::string>>;

Result<Query> read_query(const std::string& query) {
  Query pairs;
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string_view pair = std::string_view(query).substr(at, end - at);
    at = end + 1;
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = percent_decoded(pair.substr(0, equals), true);
    const auto value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value) {
      return fail(kBadParameter, "the query is not percent-encoded as it should be", {}, "encode % itself as %25");
    }
    pairs.emplace_back(*name, *value);
  }
  return pairs;
}

Result<> take_query(Parameters& parameters, const Operation& operation, const Query& query) {
  for (const auto& [name, value] : query) {
    const auto known = std::ranges::find_if(operation.parameters, [&name = name](const Parameter& one) {
      return one.place == ParameterPlace::Query && one.name == name;
    });
    if (known == operation.parameters.end()) {
      return fail(kBadParameter, "there is no such parameter of this operation",
                  is_utf8(name) ? name.substr(0, 64) : "", "see its description in openapi.yaml");
    }
    if (std::ranges::count(query, name, &Query::value_type::first) > 1) return bad(name, "is there twice");
    SG_TRY(put(parameters, *known, value));
  }
  return {};
}

/// "q=0" says that a type is not wanted.
bool is_refused(std::string_view parameters) {
  const std::string text = ascii_lower(parameters);
  const auto at = text.find("q=0");
  return at != std::string::npos && text.find_first_not_of("0. \t", at + 2) == std::string::npos;
}

}  // namespace

Parameters::Parameters() = default;
Parameters::Parameters(Parameters&&) noexcept = default;
Parameters& Parameters::operator=(Parameters&&) noexcept = default;
Parameters::~Parameters() = default;

void Parameters::set(const std::string& name, Json value) {
  values_[name] = std::make_unique<const Json>(std::move(value));
}

std::optional<std::string> Parameters::text(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || !found->second->is_string()) return std::nullopt;
  return found->second->get<std::string>();
}

std::optional<std::int64_t> Parameters::number(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || !found->second->is_number_integer()) return std::nullopt;
  return found->second->get<std::int64_t>();
}

std::optional<bool> Parameters::optional_flag(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || !found->second->is_boolean()) return std::nullopt;
  return found->second->get<bool>();
}

bool Parameters::flag(std::string_view name) const {
  return optional_flag(name).value_or(false);
}

std::optional<Time> Parameters::time(std::string_view name) const {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto parsed = parse_rfc3339(*value);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

std::vector<std::string> Parameters::list(std::string_view name) const {
  std::vector<std::string> words;
  const auto found = values_.find(name);
  if (found == values_.end() || !found->second->is_array()) return words;
  for (const Json& one : *found->second) words.push_back(one.get<std::string>());
  return words;
}

Result<Parameters> read_parameters(const Operation& operation, const std::vector<std::string>& path_values,
                                   const net::HttpRequest& request) {
  Parameters parameters;
  std::size_t at = 0;
  for (const std::string& segment : operation.segments) {
    if (!segment.starts_with("{")) continue;
    const std::string name = segment.substr(1, segment.size() - 2);
    const auto known = std::ranges::find(operation.parameters, name, &Parameter::name);
    if (known == operation.parameters.end()) return fail(kInternal, "a parameter of the path is not described", name);
    SG_TRY(put(parameters, *known, path_values.at(at++)));
  }
  SG_TRY_ASSIGN(const Query query, read_query(request.query));
  SG_TRY(take_query(parameters, operation, query));
  for (const Parameter& parameter : operation.parameters) {
    if (parameter.place == ParameterPlace::Header) {
      if (request.headers.count(parameter.name) > 1) return bad(parameter.name, "is there twice");
      const std::string* value = request.headers.find(parameter.name);
      if (value != nullptr) SG_TRY(put(parameters, parameter, *value));
    }
    const bool given = parameter.place == ParameterPlace::Query &&
                       std::ranges::find(query, parameter.name, &Query::value_type::first) != query.end();
    if (parameter.place != ParameterPlace::Query || given) continue;
    if (parameter.required) return bad(parameter.name, "is missing");
    if (const Json* value = parameter.schema.default_value()) parameters.set(parameter.name, *value);
  }
  return parameters;
}

Result<std::string> negotiate(const Operation& operation, const net::HttpRequest& request) {
  if (operation.produces.empty()) return std::string();
  const std::string* accept = request.headers.find("Accept");
  if (accept == nullptr || trim(*accept).empty()) return operation.produces.front();
  // In the order in which the client names them: weights other than 0 are rare, and any answer is one that it takes.
  for (std::size_t at = 0; at <= accept->size();) {
    const std::size_t end = std::min(accept->find(',', at), accept->size());
    const std::string_view one = std::string_view(*accept).substr(at, end - at);
    at = end + 1;
    const std::size_t semicolon = std::min(one.find(';'), one.size());
    const std::string range = ascii_lower(trim(one.substr(0, semicolon)));
    if (is_refused(one.substr(semicolon))) continue;
    for (const std::string& type : operation.produces) {
      const bool whole_family = range.ends_with("/*") && type.starts_with(range.substr(0, range.size() - 1));
      if (range == "*/*" || range == type || whole_family) return type;
    }
  }
  std::string types;
  for (const std::string& type : operation.produces) types += (types.empty() ? "" : ", ") + type;
  return fail(kNotAcceptable, "this operation gives nothing that Accept names", "Accept", "accept " + types);
}

Result<const BodyType*> body_type_of(const Operation& operation, const net::HttpRequest& request) {
  const std::string* given = request.headers.find("Content-Type");
  const std::string type = given == nullptr ? std::string() : net::media_type(*given);
  std::string types;
  for (const BodyType& one : operation.bodies) {
    if (one.media_type == type) return &one;
    types += (types.empty() ? "" : " or ") + one.media_type;
  }
  return fail(kUnsupportedType, "this operation does not take a body of this type", "Content-Type", "send " + types);
}

Result<std::shared_ptr<const Json>> read_json(std::string_view body, const Schema& schema,
                                              std::vector<Error>& faults) {
  bool too_deep = false;
  const auto watch = [&](int depth, Json::parse_event_t, Json&) {
    too_deep |= depth > kMaxJsonDepth;
    return !too_deep;
  };
  auto json = std::make_shared<Json>(Json::parse(body, watch, false));
  if (too_deep) return fail(kBadBody, "the JSON is nested too deeply", "body", "nest it less");
  if (json->is_discarded()) return fail(kBadBody, "the body is no JSON", "body", "send JSON in UTF-8");
  for (const SchemaFault& fault : schema.check(*json)) {
    faults.push_back(Error{kInvalidBody, (fault.where.empty() ? "the body" : fault.where) + " " + fault.what,
                           fault.where, "see the description of the body in openapi.yaml"});
  }
  if (!faults.empty()) return fail(faults.front());
  return std::shared_ptr<const Json>(std::move(json));
}

std::optional<std::string> percent_decoded(std::string_view text, bool plus) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      const auto octet = from_hex(text.substr(at + 1, 2));
      if (!octet || octet->size() != 1) return std::nullopt;
      decoded.push_back(static_cast<char>(octet->front()));
      at += 2;
    } else {
      decoded.push_back(plus && text[at] == '+' ? ' ' : text[at]);
    }
  }
  return decoded;
}

}  // namespace sealgate::api
