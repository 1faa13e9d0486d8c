#pragma once
// The macros that the file name of a send port may hold, for documents and for the adapters that replace them.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace sealgate::artifacts {

inline constexpr std::array<std::string_view, 11> kFileMacros{"MessageID",
                                                              "SourceFileName",
                                                              "datetime",
                                                              "datetime.tz",
                                                              "datetime_bts2000",
                                                              "time",
                                                              "time.tz",
                                                              "SourceParty",
                                                              "SourcePartyQualifier",
                                                              "DestinationParty",
                                                              "DestinationPartyQualifier"};

/// The first word between percent signs that looks like a macro and is none: "messageid" of "%messageid%.xml". Empty:
/// there is none. Percent signs around anything but letters, digits, "_" and "." are plain characters.
inline std::string_view unknown_file_macro(std::string_view pattern) {
  constexpr std::string_view kWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
  for (std::size_t at = pattern.find('%'); at != std::string_view::npos;) {
    const std::size_t end = pattern.find('%', at + 1);
    if (end == std::string_view::npos) break;
    const std::string_view word = pattern.substr(at + 1, end - at - 1);
    if (std::ranges::find(kFileMacros, word) != kFileMacros.end()) {
      at = pattern.find('%', end + 1);
      continue;
    }
    if (!word.empty() && word.find_first_not_of(kWord) == std::string_view::npos) return word;
    at = end;  // a plain percent sign: the closing one may open the next macro
  }
  return {};
}

}  // namespace sealgate::artifacts
