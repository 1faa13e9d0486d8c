#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "base/clock.h"
#include "base/log_level.h"

namespace sealgate {
namespace {

std::atomic<LogFormat> format_{LogFormat::Text};
std::atomic<bool> to_journal_{false};

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("sealgate", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return spdlog::level::debug;
    case LogLevel::Info:
      return spdlog::level::info;
    case LogLevel::Warning:
      return spdlog::level::warn;
    case LogLevel::Error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

/// "<3>": how the journal is told of a line's priority.
std::string_view priority(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return "<7>";
    case LogLevel::Info:
      return "<6>";
    case LogLevel::Warning:
      return "<4>";
    case LogLevel::Error:
      return "<3>";
  }
  return "<3>";
}

/// $JOURNAL_STREAM names the device and inode of the stream that leads to the journal (systemd.exec(5)).
bool leads_to_journal(int descriptor) {
  const char* stream = std::getenv("JOURNAL_STREAM");  // NOLINT(concurrency-mt-unsafe): never set here
  struct stat status {};
  if (stream == nullptr || ::fstat(descriptor, &status) != 0) return false;
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) == stream;
}

std::string_view name(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return "debug";
    case LogLevel::Info:
      return "info";
    case LogLevel::Warning:
      return "warning";
    case LogLevel::Error:
      return "error";
  }
  return "error";
}

/// JSON string escapes; control characters become \u00XX, so a partner's value cannot forge a line.
void append_quoted(std::string& line, std::string_view value) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  line += '"';
  for (const char c : value) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (code < 0x20 || code == 0x7F) {
      line += "\\u00";
      line += kDigits[code >> 4U];
      line += kDigits[code & 0x0FU];
    } else {
      line += c;
    }
  }
  line += '"';
}

}  // namespace

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (!logger().should_log(to_spdlog(level))) return;
  std::string line(to_journal_ ? priority(level) : std::string_view());
  const std::string time = to_rfc3339(SystemClock().now());
  if (format_ == LogFormat::Json) {
    line += "{\"time\":\"" + time + "\",\"level\":\"" + std::string(name(level)) + "\",\"message\":";
    append_quoted(line, message);
    for (const auto& [key, value] : fields) {
      line += ',';
      // The text has that name already, and a reader would keep one of the two.
      append_quoted(line, key == "message" ? "message_id" : key);
      line += ':';
      append_quoted(line, value);
    }
    line += '}';
  } else {
    line += time + " " + std::string(name(level)) + " " + std::string(message);
    for (const auto& [key, value] : fields) {
      line += ' ';
      line += key;
      line += '=';
      append_quoted(line, value);
    }
  }
  logger().log(to_spdlog(level), line);
}

void configure_log(LogLevel minimum, LogFormat format) {
  format_ = format;
  to_journal_ = leads_to_journal(STDERR_FILENO);
  set_log_level(minimum);
}

void set_log_level(LogLevel minimum) {
  logger().set_level(to_spdlog(minimum));
}

}  // namespace sealgate
