#include "cli/output.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string on_one_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Words that YAML 1.1 or 1.2 take for something else than text.
bool is_plain(const std::string& text) {
  static const std::vector<std::string> kWords = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan"};
  if (text.empty() || text.size() > 200) return false;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (!letter(text.front()) || text.back() == ' ') return false;
  std::string lower;
  for (const char c : text) {
    const bool plain =
        letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '/' || c == ' ';
    if (!plain) return false;
    lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return std::find(kWords.begin(), kWords.end(), lower) == kWords.end();
}

/// A string in the quotes of JSON is a string in YAML as well.
std::string scalar(const Json& json) {
  if (json.is_string() && is_plain(json.get_ref<const std::string&>())) return json.get<std::string>();
  return on_one_line(json);
}

void add_yaml(std::string& text, const Json& json, std::size_t depth);

/// What stands behind "key:" or "-": on the same line, or below it.
void add_value(std::string& text, const Json& json, std::size_t depth) {
  if (!json.is_structured() || json.empty()) {
    text += " " + scalar(json) + "\n";
    return;
  }
  text += "\n";
  add_yaml(text, json, depth);
}

void add_yaml(std::string& text, const Json& json, std::size_t depth) {
  const std::string indent(depth * 2, ' ');
  if (json.is_object()) {
    for (const auto& [name, value] : json.items()) {
      text += indent + scalar(Json(name)) + ":";
      add_value(text, value, depth + 1);
    }
    return;
  }
  for (const Json& element : json) {
    if (!element.is_object() || element.empty()) {
      text += indent + "-";
      add_value(text, element, depth + 1);
      continue;
    }
    // The first key stands beside the dash.
    std::string block;
    add_yaml(block, element, depth + 1);
    block.replace(depth * 2, 1, "-");
    text += block;
  }
}

void append_document(const Json& document) {
  if (!document.is_array()) {
    const std::string line = on_one_line(document);
    if (!shown_before(line)) std::puts(line.c_str());
    return;
  }
  for (const Json& element : document) {
    const std::string line = on_one_line(element);
    if (!shown_before(line)) std::puts(line.c_str());
  }
}

}  // namespace

void add_form_option(CLI::App& app, std::string& form, std::vector<std::string> forms) {
  form = forms.front();
  forms.emplace_back("json");
  forms.emplace_back("yaml");
  std::string list;
  for (const std::string& one : forms) {
    list += (list.empty() ? "" : &one == &forms.back() ? " or " : ", ") + one;
  }
  app.add_option("-o,--output", form, "Form of the output: " + list)
      ->type_name("FORM")
      ->check(CLI::IsMember(forms))
      ->capture_default_str();
}

bool is_document(const std::string& form) {
  return form == "json" || form == "yaml";
}

std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string to_yaml(const Json& document) {
  if (!document.is_structured() || document.empty()) return scalar(document) + "\n";
  std::string text;
  add_yaml(text, document, 0);
  return text;
}

void print_document(const Json& document, const std::string& form) {
  if (is_appending()) return append_document(document);
  const std::string text = form == "yaml" ? to_yaml(document) : dump(document) + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace sealgate::cli
