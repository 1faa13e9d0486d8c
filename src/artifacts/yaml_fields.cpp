#include "artifacts/yaml_fields.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "artifacts/errors.h"
#include "base/nearest.h"
#include "base/text.h"

namespace sealgate::artifacts {
namespace {

constexpr std::size_t kMaximumName = 128;
constexpr std::size_t kMaximumListLength = 10'000;

std::string suggestion(const std::string& key, const std::vector<std::string>& known) {
  const std::string best = nearest(key, known);
  if (!best.empty()) return "did you mean '" + best + "'?";
  std::string list;
  for (const std::string& candidate : known) list += (list.empty() ? "" : ", ") + candidate;
  return "use one of " + list;
}

std::string_view kind_of_node(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Map:
      return "a mapping";
    case YAML::NodeType::Sequence:
      return "a list";
    case YAML::NodeType::Scalar:
      return "a single value";
    case YAML::NodeType::Null:
    case YAML::NodeType::Undefined:
      return "nothing";
  }
  return "nothing";
}

constexpr const char* kNameRemedy = "names have 1 to 128 printable characters and no blanks at their ends";

bool is_good_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaximumName && is_clean_text(text) && trim(text) == text;
}

}  // namespace

const ErrorCode Fields::kBadValueCode = kBadValue;

std::string Reading::place(const YAML::Mark& mark) const {
  if (mark.is_null()) return source_;
  return source_ + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
}

void Reading::fail_at(const YAML::Mark& mark, ErrorCode code, std::string what, std::string remedy) {
  if (!fault_) fault_ = Error{code, std::move(what), place(mark), std::move(remedy)};
}

Fields::Fields(Reading& reading, const YAML::Node& node, std::string owner)
    : reading_(&reading), node_(node), owner_(std::move(owner)) {
  if (!node_.IsMap()) {
    reading.fail_at(node_.Mark(), kWrongType,
                    owner_ + " is " + std::string(kind_of_node(node_)) + ", a mapping was expected",
                    "write 'key: value' lines");
    return;
  }
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    if (!entry.first.IsScalar()) {
      reading.fail_at(entry.first.Mark(), kWrongType, "a key of " + owner_ + " is not a word",
                      "write 'key: value' lines");
    } else if (!seen.insert(entry.first.Scalar()).second) {
      reading.fail_at(entry.first.Mark(), kDuplicateKey, "'" + entry.first.Scalar() + "' is there twice",
                      "keep one of them");
    }
  }
}

YAML::Node Fields::find(std::string_view key) {
  known_.emplace_back(key);
  if (reading_->failed()) return YAML::Node(YAML::NodeType::Undefined);
  for (const auto& entry : node_) {
    if (entry.first.Scalar() == key) return entry.second;
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

YAML::Mark Fields::mark_of(std::string_view key) const {
  if (!node_.IsMap()) return node_.Mark();
  for (const auto& entry : node_) {
    if (entry.first.Scalar() == key) {
      // Only a single value has a place that people look at; an empty one has none.
      return entry.second.IsScalar() && !entry.second.Mark().is_null() ? entry.second.Mark() : entry.first.Mark();
    }
  }
  return node_.Mark();
}

bool Fields::has(std::string_view key) const {
  if (!node_.IsMap()) return false;
  return std::any_of(node_.begin(), node_.end(), [&](const auto& entry) { return entry.first.Scalar() == key; });
}

std::vector<std::string> Fields::keys() const {
  std::vector<std::string> all;
  if (reading_->failed()) return all;
  for (const auto& entry : node_) all.push_back(entry.first.Scalar());
  return all;
}

void Fields::required(std::string_view key) {
  if (has(key)) return;
  reading_->fail_at(node_.Mark(), kMissingKey, owner_ + " has no '" + std::string(key) + "'",
                    "add a line '" + std::string(key) + ": ...'");
}

void Fields::bad_value(std::string_view key, std::string what, std::string remedy, ErrorCode code) {
  reading_->fail_at(mark_of(key), code, std::move(what), std::move(remedy));
}

std::optional<std::string> Fields::scalar(std::string_view key) {
  const YAML::Node value = find(key);
  if (!value.IsDefined()) return std::nullopt;
  if (!value.IsScalar()) {
    bad_value(key,
              "'" + std::string(key) + "' is " + std::string(kind_of_node(value)) + ", a single value was expected",
              "write '" + std::string(key) + ": value', or leave the line out", kWrongType);
    return std::nullopt;
  }
  return value.Scalar();
}

void Fields::text(std::string_view key, std::string& out, Need need) {
  if (need == Need::Required) required(key);
  const auto value = scalar(key);
  if (!value) return;
  if (!is_clean_text(*value)) {
    return bad_value(key, "'" + std::string(key) + "' has characters that cannot be shown",
                     "use printable characters in UTF-8, on one line");
  }
  if (need == Need::Required && value->empty()) {
    return bad_value(key, "'" + std::string(key) + "' is empty", "write a value");
  }
  out = *value;
}

void Fields::name(std::string_view key, std::string& out, Need need) {
  if (need == Need::Required) required(key);
  const auto value = scalar(key);
  if (!value) return;
  if (!is_good_name(*value)) return bad_value(key, "this is not a good name", kNameRemedy, kBadName);
  out = *value;
}

void Fields::boolean(std::string_view key, bool& out) {
  const auto value = scalar(key);
  if (!value) return;
  if (*value == "true" || *value == "false") {
    out = *value == "true";
  } else {
    bad_value(key, "'" + std::string(key) + "' is neither true nor false", "write true or false", kWrongType);
  }
}

void Fields::integer(std::string_view key, int& out, int minimum, int maximum) {
  const auto value = scalar(key);
  if (!value) return;
  int number = 0;
  const char* end = value->data() + value->size();
  const auto [rest, problem] = std::from_chars(value->data(), end, number);
  const std::string range = std::to_string(minimum) + " to " + std::to_string(maximum);
  if (problem == std::errc::invalid_argument || rest != end) {
    return bad_value(key, "'" + std::string(key) + "' is not a whole number", "write a number, " + range, kWrongType);
  }
  if (problem != std::errc() || number < minimum || number > maximum) {
    return bad_value(key, "'" + std::string(key) + "' is out of its range", "write a number, " + range);
  }
  out = number;
}

void Fields::size(std::string_view key, std::uint64_t& out) {
  const auto value = scalar(key);
  if (!value) return;
  const auto parsed = parse_size(*value);
  if (!parsed) {
    return bad_value(key, "'" + std::string(key) + "' is not a size", "write bytes, or 64KiB, 16MiB, 4GiB",
                     kWrongType);
  }
  out = *parsed;
}

void Fields::duration(std::string_view key, Duration& out, Duration minimum, Duration maximum) {
  const auto value = scalar(key);
  if (!value) return;
  const auto parsed = parse_duration(*value);
  const std::string range = format_duration(minimum) + " to " + format_duration(maximum);
  if (!parsed) {
    return bad_value(key, "'" + std::string(key) + "' is not a duration",
                     "write a number and a unit: 500ms, 30s, 5m, 2h, 7d", kWrongType);
  }
  if (*parsed < minimum || *parsed > maximum) {
    return bad_value(key, "'" + std::string(key) + "' is out of its range", "write a duration, " + range);
  }
  out = *parsed;
}

void Fields::time(std::string_view key, Time& out, Need need) {
  if (need == Need::Required) required(key);
  std::optional<Time> time;
  this->time(key, time);
  out = time.value_or(out);
}

void Fields::time(std::string_view key, std::optional<Time>& out) {
  const auto value = scalar(key);
  if (!value) return;
  const auto parsed = parse_rfc3339(value->size() == 10 ? *value + "T00:00:00Z" : *value);
  if (!parsed) {
    return bad_value(key, "'" + std::string(key) + "' is not a time",
                     "write a day as 2027-06-30, or a time as 2027-06-30T12:00:00Z", kWrongType);
  }
  out = *parsed;
}

void Fields::thumbprint(std::string_view key, std::optional<Thumbprint>& out) {
  const auto value = scalar(key);
  if (!value) return;
  auto parsed = Thumbprint::parse(*value);
  if (!parsed) return bad_value(key, parsed.error().what, parsed.error().remedy, kBadThumbprint);
  out = std::move(*parsed);
}

std::vector<YAML::Node> Fields::entries(std::string_view key, std::string_view entry, bool single) {
  std::vector<YAML::Node> items;
  const YAML::Node value = find(key);
  if (!value.IsDefined()) return items;
  if (single && (value.IsScalar() || value.IsMap())) return {value};
  if (!value.IsSequence()) {
    bad_value(key, "'" + std::string(key) + "' is " + std::string(kind_of_node(value)) + ", a list was expected",
              "write one line '- " + std::string(entry) + "' for each", kWrongType);
    return items;
  }
  if (value.size() > kMaximumListLength) {
    bad_value(key, "the list is too long", "split it up", kTooLarge);
    return items;
  }
  for (const YAML::Node& item : value) items.push_back(item);
  return items;
}

std::vector<YAML::Node> Fields::list(std::string_view key, std::string_view entry, std::string_view remedy,
                                     bool single) {
  std::vector<YAML::Node> items = entries(key, entry, single);
  for (const YAML::Node& item : items) {
    if (item.IsScalar()) continue;
    reading_->fail_at(item.Mark(), kWrongType, "a " + std::string(entry) + " is expected here", std::string(remedy));
    return {};
  }
  return items;
}

void Fields::assignments(std::string_view key, CertificateAssignments& out, bool single) {
  for (const YAML::Node& item : entries(key, "thumbprint", single)) {
    std::optional<Thumbprint> certificate;
    std::optional<Time> from;
    std::optional<Time> until;
    if (item.IsMap()) {
      Fields entry(*reading_, item, "an entry of '" + std::string(key) + "'");
      entry.required("certificate");
      entry.thumbprint("certificate", certificate);
      entry.time("from", from);
      entry.time("until", until);
      entry.no_other_keys();
      if (from && until && *until <= *from) {
        entry.bad_value("until", "'until' is not after 'from', so that the certificate would never be used",
                        "write a later time, or leave one of them out");
      }
    } else if (item.IsScalar()) {
      auto parsed = Thumbprint::parse(item.Scalar());
      if (!parsed) return reading_->fail_at(item.Mark(), kBadThumbprint, parsed.error().what, parsed.error().remedy);
      certificate = *parsed;
    } else {
      return reading_->fail_at(item.Mark(), kWrongType, "a thumbprint is expected here",
                               "write 40 or 64 digits, or a mapping of certificate, from and until");
    }
    if (reading_->failed()) return;
    if (std::ranges::find(out, *certificate, &CertificateAssignment::certificate) != out.end()) {
      return reading_->fail_at(item.Mark(), kDuplicateThumbprint, "this certificate is in the list twice",
                               "remove one of the lines");
    }
    out.push_back({*certificate, from, until});
  }
}

void Fields::texts(std::string_view key, std::vector<std::string>& out, std::size_t maximum_size,
                   bool (*is_good)(std::string_view), std::string_view remedy, bool single) {
  for (const YAML::Node& item : list(key, "value", remedy, single)) {
    const std::string& text = item.Scalar();
    if (text.empty() || text.size() > maximum_size || !is_clean_text(text) || !is_good(text)) {
      return reading_->fail_at(item.Mark(), kBadValue, "this is not allowed in '" + std::string(key) + "'",
                               std::string(remedy));
    }
    if (std::ranges::find(out, text) != out.end()) {
      return reading_->fail_at(item.Mark(), kDuplicateName, "'" + text + "' is in the list twice",
                               "remove one of the lines");
    }
    out.push_back(text);
  }
}

void Fields::names(std::string_view key, std::vector<std::string>& out) {
  std::set<std::string_view> seen;
  const std::vector<YAML::Node> items = list(key, "name", kNameRemedy);
  for (const YAML::Node& item : items) {
    if (!is_good_name(item.Scalar())) {
      return reading_->fail_at(item.Mark(), kBadName, "this is not a good name", kNameRemedy);
    }
    if (!seen.insert(item.Scalar()).second) {
      return reading_->fail_at(item.Mark(), kDuplicateName, "'" + item.Scalar() + "' is in the list twice",
                               "remove one of the lines");
    }
    out.push_back(item.Scalar());
  }
}

std::optional<Fields> Fields::map(std::string_view key) {
  const YAML::Node value = find(key);
  if (!value.IsDefined()) return std::nullopt;
  Fields inner(*reading_, value, "'" + std::string(key) + "'");
  return reading_->failed() ? std::nullopt : std::optional(std::move(inner));
}

std::vector<Fields> Fields::maps(std::string_view key) {
  std::vector<Fields> all;
  const YAML::Node value = find(key);
  if (!value.IsDefined()) return all;
  if (!value.IsSequence()) {
    bad_value(key, "'" + std::string(key) + "' is " + std::string(kind_of_node(value)) + ", a list was expected",
              "start each entry with '- '", kWrongType);
    return all;
  }
  if (value.size() > kMaximumListLength) {
    bad_value(key, "the list is too long", "split it up", kTooLarge);
    return all;
  }
  for (const YAML::Node& item : value) {
    all.emplace_back(*reading_, item, "an entry of '" + std::string(key) + "'");
    if (reading_->failed()) return {};
  }
  return all;
}

void Fields::no_other_keys() {
  if (reading_->failed()) return;
  for (const auto& entry : node_) {
    const std::string& key = entry.first.Scalar();
    if (std::ranges::find(known_, key) != known_.end()) continue;
    const std::string shown = is_clean_text(key) ? key.substr(0, 64) : "?";
    return reading_->fail_at(entry.first.Mark(), kUnknownKey, owner_ + " has no key '" + shown + "'",
                             suggestion(key, known_));
  }
}

}  // namespace sealgate::artifacts
