#include "cli/log_level.h"

#include <array>
#include <filesystem>

#include "base/bytes.h"
#include "cli/errors.h"
#include "io/file.h"

namespace sealgate::cli {
namespace {

constexpr std::array<std::pair<std::string_view, LogLevel>, 4> kWords = {{{"debug", LogLevel::Debug},
                                                                          {"info", LogLevel::Info},
                                                                          {"warning", LogLevel::Warning},
                                                                          {"error", LogLevel::Error}}};
/// More than the longest line; a file of somebody else's is not read.
constexpr std::size_t kLongest = 100;

std::filesystem::path file_of(const std::string& data) {
  return std::filesystem::path(data) / "log-level";
}

}  // namespace

std::optional<LogLevel> log_level_of(std::string_view word) {
  for (const auto& [known, level] : kWords) {
    if (word == known) return level;
  }
  return std::nullopt;
}

std::string_view word_of(LogLevel level) {
  for (const auto& [word, known] : kWords) {
    if (level == known) return word;
  }
  return "info";
}

std::optional<ChosenLogLevel> read_log_level(const std::string& data, Time now) {
  const auto content = io::read_file(file_of(data).string(), kLongest);
  if (!content) return std::nullopt;
  std::string_view line = as_text(*content);
  line = line.substr(0, line.find('\n'));
  const auto blank = line.find(' ');
  const auto level = log_level_of(line.substr(0, blank));
  if (!level) return std::nullopt;
  if (blank == std::string_view::npos) return ChosenLogLevel{*level, {}};
  const auto until = parse_rfc3339(line.substr(blank + 1));
  if (!until || *until <= now) return std::nullopt;
  return ChosenLogLevel{*level, *until};
}

Result<> write_log_level(const std::string& data, const ChosenLogLevel& chosen) {
  std::string line(word_of(chosen.level));
  if (chosen.until) line += " " + to_rfc3339(*chosen.until);
  return io::write_file_atomically(file_of(data).string(), as_bytes(line + "\n"), 0644);
}

Result<> forget_log_level(const std::string& data) {
  std::error_code problem;
  std::filesystem::remove(file_of(data), problem);
  if (!problem) return {};
  return fail(kLogLevelStays, "the file cannot be removed: " + problem.message(), file_of(data).string(),
              "remove it, or let the user of the gateway do so");
}

}  // namespace sealgate::cli
