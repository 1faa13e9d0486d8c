#include "api/schema.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "api/errors.h"
#include "base/clock.h"
#include "messaging/ids.h"

namespace sealgate::api {

using Json = nlohmann::json;

struct Schema::Node {
  std::set<std::string> types;  ///< empty: any
  std::vector<Json> allowed;    ///< enum or const
  std::string format;
  std::optional<std::size_t> min_length, max_length, min_items, max_items;
  std::optional<double> minimum, maximum;
  std::optional<Json> by_default;
  std::vector<std::string> required;
  std::map<std::string, std::shared_ptr<const Node>> properties;
  std::shared_ptr<const Node> items;
  std::shared_ptr<const Node> more;  ///< additionalProperties with a schema
  bool closed = false;               ///< additionalProperties: false
};

namespace {

using Resolve = std::function<Result<YAML::Node>(const std::string&)>;
constexpr int kMaxDepth = 32;

tl::unexpected<Error> bad(const std::string& what, const YAML::Node& node) {
  return fail(kBadDescription, what, "openapi.yaml line " + std::to_string(node.Mark().line + 1),
              "this is a defect of the program");
}

/// A scalar of the description as JSON, as YAML's core schema reads it.
Json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;
  if (text == "true" || text == "false") return text == "true";
  const Json number = Json::parse(text, nullptr, false);
  return number.is_number() ? number : Json(text);
}

/// Keywords that only tell something to readers.
constexpr std::array kSilent{"description", "examples", "contentEncoding"};

class Reader {
 public:
  explicit Reader(const Resolve& resolve) : resolve_(resolve) {}

  Result<std::shared_ptr<const Schema::Node>> read(const YAML::Node& given, int depth = 0) {
    if (depth > kMaxDepth) return bad("schemas refer to each other in a circle", given);
    YAML::Node node = given;
    while (std::as_const(node)["$ref"]) {
      SG_TRY_ASSIGN(const YAML::Node target, resolve_(std::as_const(node)["$ref"].Scalar()));
      node.reset(target);
    }
    auto made = std::make_shared<Schema::Node>();
    for (const auto& entry : node) SG_TRY(read_keyword(*made, entry.first.Scalar(), entry.second, depth));
    return made;
  }

 private:
  Result<> read_keyword(Schema::Node& made, const std::string& word, const YAML::Node& value, int depth) {
    if (std::ranges::find(kSilent, word) != kSilent.end()) return {};
    if (word == "type") {
      if (value.IsScalar()) made.types.insert(value.Scalar());
      for (const auto& one : value) made.types.insert(one.Scalar());
    } else if (word == "enum") {
      for (const auto& one : value) made.allowed.push_back(scalar(one));
    } else if (word == "const") {
      made.allowed.push_back(scalar(value));
    } else if (word == "format") {
      made.format = value.Scalar();
    } else if (word == "default") {
      made.by_default = scalar(value);
    } else if (word == "required") {
      for (const auto& one : value) made.required.push_back(one.Scalar());
    } else if (word == "items") {
      SG_TRY_ASSIGN(made.items, read(value, depth + 1));
    } else if (word == "properties") {
      for (const auto& one : value) {
        SG_TRY_ASSIGN(made.properties[one.first.Scalar()], read(one.second, depth + 1));
      }
    } else if (word == "additionalProperties") {
      if (value.IsMap()) {
        SG_TRY_ASSIGN(made.more, read(value, depth + 1));
      } else {
        made.closed = !value.as<bool>(true);
      }
    } else {
      return read_bound(made, word, value);
    }
    return {};
  }

  static Result<> read_bound(Schema::Node& made, const std::string& word, const YAML::Node& value) {
    const std::map<std::string, std::optional<std::size_t>*> sizes{{"minLength", &made.min_length},
                                                                   {"maxLength", &made.max_length},
                                                                   {"minItems", &made.min_items},
                                                                   {"maxItems", &made.max_items}};
    if (const auto size = sizes.find(word); size != sizes.end()) {
      *size->second = value.as<std::size_t>(0);
    } else if (word == "minimum") {
      made.minimum = value.as<double>(0);
    } else if (word == "maximum") {
      made.maximum = value.as<double>(0);
    } else {
      return bad("the keyword '" + word + "' is not enforced", value);
    }
    return {};
  }

  const Resolve& resolve_;
};

std::string type_of(const Json& value) {
  if (value.is_number_integer()) return "integer";
  if (value.is_number_float()) {
    const double number = value.get<double>();
    return std::trunc(number) == number && std::abs(number) < 9.0e15 ? "integer" : "number";
  }
  if (value.is_array()) return "array";
  return value.type_name();  // object, string, boolean, null
}

bool has_format(const std::string& text, const std::string& format) {
  if (format == "uuid") return messaging::parse_uuid(text).has_value();
  if (format == "date-time") return parse_rfc3339(text).has_value();
  return true;
}

std::string list_of(const std::vector<Json>& values) {
  std::string text;
  for (const Json& value : values) {
    text += (text.empty() ? "" : ", ") + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text;
}

class Checker {
 public:
  void check(const Schema::Node& node, const Json& value, const std::string& where) {
    if (faults_.size() >= kMaxFaults) return;
    const std::string type = type_of(value);
    if (!node.types.empty() && !node.types.contains(type) && !(type == "integer" && node.types.contains("number"))) {
      std::string wanted;
      for (const std::string& one : node.types) wanted += (wanted.empty() ? "" : " or ") + one;
      return add(where, "is no " + wanted);
    }
    if (!node.allowed.empty() && std::ranges::find(node.allowed, value) == node.allowed.end()) {
      return add(where, "is none of " + list_of(node.allowed));
    }
    if (value.is_string()) check_text(node, value.get_ref<const std::string&>(), where);
    if (value.is_number()) check_number(node, value.get<double>(), where);
    if (value.is_array()) check_list(node, value, where);
    if (value.is_object()) check_object(node, value, where);
  }
  std::vector<SchemaFault> faults() && { return std::move(faults_); }

 private:
  void add(const std::string& where, std::string what) { faults_.push_back({where, std::move(what)}); }

  void check_text(const Schema::Node& node, const std::string& text, const std::string& where) {
    const std::size_t length = characters(text);
    if (node.min_length && length < *node.min_length) {
      add(where, "is shorter than " + std::to_string(*node.min_length) + " characters");
    }
    if (node.max_length && length > *node.max_length) {
      add(where, "is longer than " + std::to_string(*node.max_length) + " characters");
    }
    if (!has_format(text, node.format)) add(where, "is no " + node.format);
  }
  void check_number(const Schema::Node& node, double number, const std::string& where) {
    if (node.minimum && number < *node.minimum) add(where, "is less than " + Json(*node.minimum).dump());
    if (node.maximum && number > *node.maximum) add(where, "is more than " + Json(*node.maximum).dump());
  }
  void check_list(const Schema::Node& node, const Json& list, const std::string& where) {
    if (node.min_items && list.size() < *node.min_items) {
      add(where, "has fewer than " + std::to_string(*node.min_items) + " items");
    }
    if (node.max_items && list.size() > *node.max_items) {
      return add(where, "has more than " + std::to_string(*node.max_items) + " items");
    }
    for (std::size_t i = 0; node.items && i < list.size(); ++i) {
      check(*node.items, list[i], where + "[" + std::to_string(i) + "]");
    }
  }
  void check_object(const Schema::Node& node, const Json& object, const std::string& where) {
    const std::string prefix = where.empty() ? "" : where + ".";
    for (const std::string& name : node.required) {
      if (!object.contains(name)) add(prefix + name, "is missing");
    }
    for (const auto& [name, value] : object.items()) {
      const auto known = node.properties.find(name);
      if (known != node.properties.end()) {
        check(*known->second, value, prefix + name);
      } else if (node.closed) {
        add(prefix + name.substr(0, 64), "is not known here");
      } else if (node.more) {
        check(*node.more, value, prefix + name.substr(0, 64));
      }
    }
  }

  std::vector<SchemaFault> faults_;
};

}  // namespace

Result<Schema> Schema::read(const YAML::Node& node, const Resolve& resolve) {
  SG_TRY_ASSIGN(auto made, Reader(resolve).read(node));
  return Schema(std::move(made));
}

std::vector<SchemaFault> Schema::check(const Json& value) const {
  Checker checker;
  if (node_) checker.check(*node_, value, {});
  return std::move(checker).faults();
}

const Json* Schema::default_value() const {
  return node_ && node_->by_default ? &*node_->by_default : nullptr;
}

Schema::Simple Schema::simple_type() const {
  if (!node_ || node_->types.size() != 1) return Simple::Other;
  const std::string& type = *node_->types.begin();
  if (type == "string") return Simple::Text;
  if (type == "integer") return Simple::Integer;
  if (type == "number") return Simple::Number;
  if (type == "boolean") return Simple::Boolean;
  return type == "array" ? Simple::List : Simple::Other;
}

Schema Schema::items() const {
  return node_ ? Schema(node_->items) : Schema();
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t more = first < 0x80          ? 0
                             : (first >> 5U) == 6  ? 1
                             : (first >> 4U) == 14 ? 2
                             : (first >> 3U) == 30 ? 3
                                                   : 9;
    if (more == 9 || at + more >= text.size()) return false;
    std::uint32_t point = more == 0 ? first : first & (0x3FU >> more);
    for (std::size_t i = 1; i <= more; ++i) {
      const auto next = static_cast<unsigned char>(text[at + i]);
      if ((next & 0xC0U) != 0x80U) return false;
      point = point << 6U | (next & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 4> kLeast{0, 0x80, 0x800, 0x10000};
    if (point < kLeast.at(more) || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
    at += more + 1;
  }
  return true;
}

}  // namespace sealgate::api
