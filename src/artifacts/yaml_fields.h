#pragma once
// Strict reading of a YAML mapping into typed fields. For .cpp files of this folder only: it includes yaml-cpp.
//
// The first fault is kept in the Reading that all parts of a document share; after it everything else is a no-op, so
// that the code that reads an artifact is a plain list of its fields.

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifacts/artifacts.h"
#include "artifacts/scalars.h"

namespace sealgate::artifacts {

class Reading {
 public:
  explicit Reading(std::string source) : source_(std::move(source)) {}
  bool failed() const { return fault_.has_value(); }
  const std::optional<Error>& fault() const { return fault_; }
  void fail_at(const YAML::Mark& mark, ErrorCode code, std::string what, std::string remedy);
  std::string place(const YAML::Mark& mark) const;
  /// The name of the file, or what it is called in messages.
  const std::string& source() const { return source_; }

 private:
  std::string source_;
  std::optional<Error> fault_;
};

enum class Need { Required, Optional };

class Fields {
 public:
  /// `owner` names the thing for messages: "SendPort", "locations".
  Fields(Reading& reading, const YAML::Node& node, std::string owner);

  void text(std::string_view key, std::string& out, Need need = Need::Optional);
  /// 1 to 128 characters, no control characters, no blanks at the ends.
  void name(std::string_view key, std::string& out, Need need);
  void boolean(std::string_view key, bool& out);
  void integer(std::string_view key, int& out, int minimum, int maximum);
  void size(std::string_view key, std::uint64_t& out);
  void duration(std::string_view key, Duration& out, Duration minimum, Duration maximum);
  /// A day means its beginning in UTC.
  void time(std::string_view key, Time& out, Need need);
  void time(std::string_view key, std::optional<Time>& out);
  void thumbprint(std::string_view key, std::optional<Thumbprint>& out);
  /// A list of thumbprints and of mappings with `certificate`, `from`, `until`, each certificate once. With `single`
  /// one thumbprint or mapping may stand there without a list.
  void assignments(std::string_view key, CertificateAssignments& out, bool single = false);
  /// A list of names, each once.
  void names(std::string_view key, std::vector<std::string>& out);
  /// A list of texts of 1 to `maximum_size` bytes, each once and good to `is_good`, else a fault with `remedy`. With
  /// `single` one text may stand there without a list.
  void texts(std::string_view key, std::vector<std::string>& out, std::size_t maximum_size,
             bool (*is_good)(std::string_view), std::string_view remedy, bool single = false);
  template <typename Enum, std::size_t N>
  void choice(std::string_view key, Enum& out, const Enum (&values)[N]) {
    const auto word = scalar(key);
    if (!word) return;
    std::string allowed;
    for (const Enum value : values) {
      if (to_string(value) == *word) {
        out = value;
        return;
      }
      allowed += (allowed.empty() ? "" : ", ") + std::string(to_string(value));
    }
    bad_value(key, "'" + *word + "' is not a value of '" + std::string(key) + "'", "use one of " + allowed);
  }

  /// The scalar of a key that may be absent; a list or a mapping there is a fault.
  std::optional<std::string> scalar(std::string_view key);
  /// A mapping; absent when the key is.
  std::optional<Fields> map(std::string_view key);
  /// The mappings of a list.
  std::vector<Fields> maps(std::string_view key);
  bool has(std::string_view key) const;
  /// All keys, for a mapping whose keys are the user's.
  std::vector<std::string> keys() const;
  /// The key exists, whatever it holds: for no_other_keys().
  void known(std::string_view key) { known_.emplace_back(key); }
  void required(std::string_view key);
  /// A fault at the value of `key`.
  void bad_value(std::string_view key, std::string what, std::string remedy, ErrorCode code = kBadValueCode);
  /// A fault for every key that nobody asked for.
  void no_other_keys();
  std::string place() const { return reading_->place(node_.Mark()); }
  Reading& reading() { return *reading_; }

 private:
  static const ErrorCode kBadValueCode;
  YAML::Node find(std::string_view key);
  /// The single values of a list, with their places; a fault at anything else.
  std::vector<YAML::Node> list(std::string_view key, std::string_view entry, std::string_view remedy,
                               bool single = false);
  /// The entries of a list, whatever they are; with `single` what is no list counts as the only entry.
  std::vector<YAML::Node> entries(std::string_view key, std::string_view entry, bool single = false);
  YAML::Mark mark_of(std::string_view key) const;

  Reading* reading_;
  YAML::Node node_;
  std::string owner_;
  std::vector<std::string> known_;
};

}  // namespace sealgate::artifacts
