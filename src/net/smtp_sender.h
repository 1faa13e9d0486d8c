#pragma once
// Sends a short text as mail (libcurl), for notices to operators. smtps:// checks the server's certificate; smtp://
// uses TLS where the server offers it (STARTTLS) and checks nothing, as mail servers of one's own network are.

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace sealgate::net {

struct Mail {
  std::string url = {};  ///< smtp://host[:port] or smtps://host[:port], without a user name
  std::string from = {};
  std::vector<std::string> to = {};
  std::string subject = {};     ///< printable ASCII; anything else becomes "?"
  std::string text = {};        ///< UTF-8
  std::string message_id = {};  ///< without brackets, the same for every attempt; empty: none
  Time date = {};
  std::chrono::milliseconds timeout{30'000};  ///< of the whole conversation
};

/// One conversation; when it returns, the server has taken the mail for all of its recipients. net.bad-url,
/// net.bad-header (an address that would break out of its line), net.mail-refused, and those of the HTTP client for
/// a server that cannot be reached. Ends with net.cancelled soon after `cancelled` becomes true.
Result<> send_mail(const Mail& mail, const std::atomic<bool>& cancelled);

}  // namespace sealgate::net
