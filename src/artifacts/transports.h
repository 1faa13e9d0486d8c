#pragma once
// The settings of the adapters on ports and locations. Times are std::chrono durations; in documents "500ms", "30s",
// "5m", "2h", "7d".

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "certificates/thumbprint.h"

namespace sealgate::artifacts {

using Duration = std::chrono::milliseconds;

struct FileReceiveSettings {
  std::string folder = {};  ///< absolute
  std::string mask = "*";   ///< one mask with * and ?
  Duration polling_interval{std::chrono::seconds(1)};
  int batch_size = 20;  ///< files in one round, 1-256
  friend bool operator==(const FileReceiveSettings&, const FileReceiveSettings&) = default;
};

struct HttpReceiveSettings {
  std::string path = {};  ///< "/orders"; unique in the host. A query string of the request is ignored for matching.
  /// A message that fails is suspended here and answered 202; false: it is refused with 500 and nothing is kept.
  bool suspend_failed_requests = true;
  bool return_correlation_handle = true;  ///< the message id in the body of the 202
  std::uint64_t maximum_body = 0;         ///< bytes; 0: the group's limit
  friend bool operator==(const HttpReceiveSettings&, const HttpReceiveSettings&) = default;
};

enum class FileCopyMode { Append, Overwrite, CreateNew };

struct FileSendSettings {
  std::string folder = {};                    ///< absolute
  std::string file_name = "%MessageID%.xml";  ///< with macros
  FileCopyMode copy_mode = FileCopyMode::CreateNew;
  friend bool operator==(const FileSendSettings&, const FileSendSettings&) = default;
};

struct HttpSendSettings {
  std::string url = {};  ///< http[s]://host[:port]/path?query, at most 256 characters
  bool chunked = true;
  Duration timeout{0};            ///< of the whole request; 0: from the size
  std::string content_type = {};  ///< empty: that of the message, else text/xml
  /// What the gateway proves itself with, in the Personal store of the sending host's account. https only.
  std::optional<certificates::Thumbprint> client_certificate = {};
  friend bool operator==(const HttpSendSettings&, const HttpSendSettings&) = default;
};

using ReceiveTransport = std::variant<FileReceiveSettings, HttpReceiveSettings>;
using SendTransport = std::variant<FileSendSettings, HttpSendSettings>;

/// "FILE", "HTTP": as in BTS.InboundTransportType.
std::string_view adapter_name(const ReceiveTransport& transport);
std::string_view adapter_name(const SendTransport& transport);
/// The URI of the endpoint, as in BTS.InboundTransportLocation: "/in/orders/*.xml", "/orders", "https://…".
std::string address(const ReceiveTransport& transport);
std::string address(const SendTransport& transport);
std::string_view to_string(FileCopyMode mode);  ///< append, overwrite, create-new

}  // namespace sealgate::artifacts
