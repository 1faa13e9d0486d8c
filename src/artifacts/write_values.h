#pragma once
// Writing of a field by its type, the counterpart of read_values.h. For .cpp files of this folder only.

#include <optional>
#include <type_traits>

#include "artifacts/yaml_writer.h"
#include "crypto/algorithms.h"

namespace sealgate::artifacts {

template <typename T>
inline constexpr bool kIsAlgorithm =
    std::is_same_v<T, crypto::ContentCipher> || std::is_same_v<T, crypto::DigestAlgorithm>;

template <typename T>
struct IsVector : std::false_type {};
template <typename T>
struct IsVector<std::vector<T>> : std::true_type {};

/// A word for each value of an enumeration.
template <typename T>
std::string_view word_of(const T& value) {
  if constexpr (kIsAlgorithm<T>) {
    return crypto::name(value);
  } else {
    return to_string(value);
  }
}

template <typename T>
void write_value(Writer& out, std::string_view name, const T& value) {
  if constexpr (std::is_same_v<T, CertificateAssignments>) {
    out.assignments(name, value);
  } else if constexpr (IsVector<T>::value) {
    if (value.empty()) return out.empty_list(name);  // replaces the list that holds otherwise
    if constexpr (std::is_same_v<T, std::vector<std::string>>) {
      out.names(name, value);
    } else {
      std::vector<std::string> words;
      for (const auto& one : value) words.emplace_back(word_of(one));
      out.names(name, words);
    }
  } else if constexpr (std::is_enum_v<T>) {
    out.line(name, word_of(value));
  } else if constexpr (std::is_same_v<T, Time>) {
    out.line(name, to_rfc3339(value));
  } else {
    out.line(name, value);
  }
}
template <typename T>
void write_value(Writer& out, std::string_view name, const std::optional<T>& value) {
  if (value) write_value(out, name, *value);
}

/// The fields that differ from the usual ones, and those of which `always` says so. `each` calls a visitor for the
/// fields of settings, like each_field().
template <typename Settings, typename Each, typename Always>
void write_unusual(Writer& out, const Settings& settings, Each each, Always always) {
  const Settings usual;
  each(settings, [&](std::string_view name, const auto& value, auto... /*bounds*/) {
    each(usual, [&](std::string_view usual_name, const auto& usual_value, auto... /*bounds*/) {
      if constexpr (std::is_same_v<decltype(value), decltype(usual_value)>) {
        if (usual_name == name && (always(name) || !(value == usual_value))) write_value(out, name, value);
      }
    });
  });
}

}  // namespace sealgate::artifacts
