#include "adapters/common/file_name.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>

#include "adapters/common/errors.h"
#include "adapters/common/name_filter.h"
#include "base/text.h"

namespace sealgate::adapters {

namespace {

constexpr std::size_t kMaxName = 255;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

/// What a value may bring into a name. Beyond the slash: what Windows refuses, since the folder may be a share, and
/// the percent sign, so that a value never looks like a macro.
bool is_harmless(std::string_view value, bool at_start) {
  if (value.empty() || (at_start && value.front() == '.')) return false;
  for (const char c : value) {
    if (is_control(c) || std::string_view("/\\:*?\"<>|%").find(c) != std::string_view::npos) return false;
  }
  return true;
}

std::tm utc(Time time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

std::tm local(Time time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return parts;
}

std::string padded(int value, std::size_t width) {
  std::string digits = std::to_string(value);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return digits;
}

std::string date_of(const std::tm& parts, std::string_view separator) {
  std::string text = padded(parts.tm_year + 1900, 4);
  text.append(separator).append(padded(parts.tm_mon + 1, 2)).append(separator).append(padded(parts.tm_mday, 2));
  return text;
}

std::string time_of(const std::tm& parts) {
  return padded(parts.tm_hour, 2) + padded(parts.tm_min, 2) + padded(parts.tm_sec, 2);
}

/// "+0100"
std::string offset_of(const std::tm& parts) {
  const auto minutes = static_cast<int>(parts.tm_gmtoff / 60);
  const int distance = minutes < 0 ? -minutes : minutes;
  return (minutes < 0 ? "-" : "+") + padded(distance / 60, 2) + padded(distance % 60, 2);
}

std::string milliseconds_of(Time time) {
  const auto since_second = time - std::chrono::floor<std::chrono::seconds>(time);
  return padded(static_cast<int>(since_second.count()), 3);
}

std::optional<std::string> macro_value(std::string_view macro, const OutboundMessage& message,
                                       const Destination& destination, Time now) {
  if (macro == "MessageID") return std::string(message.message_id());
  if (macro == "datetime") return date_of(utc(now), "-") + "T" + time_of(utc(now));
  if (macro == "datetime.tz") return date_of(local(now), "-") + "T" + time_of(local(now)) + offset_of(local(now));
  if (macro == "time") return time_of(utc(now));
  if (macro == "time.tz") return time_of(local(now)) + offset_of(local(now));
  if (macro == "datetime_bts2000") return date_of(utc(now), "") + time_of(utc(now)) + milliseconds_of(now);
  if (macro == "SourceFileName") {
    auto path = message.property("FILE.ReceivedFileName");
    if (!path) path = message.property("SFTP.ReceivedFileName");
    if (path) *path = path->substr(path->find_last_of('/') + 1);
    return path;
  }
  if (macro == "SourceParty") return message.property("Party.Name");
  if (macro == "SourcePartyQualifier") return message.property("BTS.SourcePartyEvidenceQualifier");
  if (macro == "DestinationParty") return destination.party;
  if (macro == "DestinationPartyQualifier") return destination.qualifier;
  return std::nullopt;
}

Result<> check_pattern(std::string_view pattern) {
  constexpr const char* kRemedy = "give a name without folders, such as %MessageID%.xml";
  if (pattern.empty()) return fail(kBadName, "the file name is empty", {}, kRemedy);
  for (const char c : pattern) {
    if (c == '/' || is_control(c)) {
      return fail(kBadName, "the file name holds a slash or a control character", std::string(pattern), kRemedy);
    }
  }
  return {};
}

}  // namespace

Result<ExpandedName> expand_file_name(std::string_view pattern, const OutboundMessage& message,
                                      const Destination& destination, Time now) {
  SG_TRY(check_pattern(pattern));
  ExpandedName result;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t end = pattern[at] == '%' ? pattern.find('%', at + 1) : std::string_view::npos;
    if (end == std::string_view::npos) {
      result.name.push_back(pattern[at++]);
      continue;
    }
    const std::string_view macro = pattern.substr(at + 1, end - at - 1);
    const auto value = macro_value(macro, message, destination, now);
    if (!value || !is_harmless(*value, result.name.empty())) {
      // Literally, without the closing sign: that may open the next macro ("100%%MessageID%").
      result.name.append(pattern.substr(at, end - at));
      at = end;
      continue;
    }
    if (macro == "MessageID") result.unique = true;
    result.name.append(*value);
    at = end + 1;
  }
  if (result.name.front() == '.' || result.name.size() > kMaxName) {
    return fail(kBadName, "the file name would be hidden or longer than 255 bytes", result.name.substr(0, kMaxName),
                "change the file name of the send port");
  }
  return result;
}

std::string temporary_name(std::string_view delivery_id) {
  std::string name = ".sealgate-";
  for (const char c : delivery_id.substr(0, 200)) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    name.push_back(plain ? c : '_');
  }
  return name.append(".tmp");
}

}  // namespace sealgate::adapters
