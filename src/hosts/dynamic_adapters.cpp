#include "hosts/dynamic_adapters.h"

#include <algorithm>

#include "base/text.h"
#include "hosts/errors.h"
#include "messaging/property_names.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;

constexpr std::size_t kMaximumAddress = 2048;
constexpr std::string_view kFileScheme = "file://";
constexpr std::string_view kSoapScheme = "soap://";

tl::unexpected<Error> bad_address(const artifacts::SendPort& port, const std::string& what) {
  return fail(kBadAddress, what, "send port " + port.name,
              "BTS.OutboundTransportLocation is file:///folder/name, http://..., https://... or SOAP://...; "
              "terminate the message "
              "and send it again with a right one");
}

bool has_prefix(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && iequals(text.substr(0, prefix.size()), prefix);
}

template <typename Settings>
Settings settings_of(const artifacts::SendPort& port) {
  const auto* settings = std::get_if<Settings>(&port.transport);
  return settings == nullptr ? Settings{} : *settings;
}

Result<artifacts::SendTransport> file_transport(const artifacts::SendPort& port, std::string_view location) {
  if (has_prefix(location, kFileScheme)) location.remove_prefix(kFileScheme.size());
  if (!location.starts_with('/')) return bad_address(port, "the file address is not an absolute path");
  for (std::string_view rest = location; !rest.empty();) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    if (rest.substr(0, end) == "..") return bad_address(port, "the file address goes up to another folder with '..'");
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  auto settings = settings_of<artifacts::FileSendSettings>(port);
  const std::size_t slash = location.rfind('/');
  if (slash + 1 < location.size()) settings.file_name = location.substr(slash + 1);
  settings.folder = slash == 0 ? "/" : location.substr(0, slash);
  return settings;
}

Result<artifacts::SendTransport> http_transport(const artifacts::SendPort& port, std::string_view location) {
  if (!has_prefix(location, "http://") && !has_prefix(location, "https://")) {
    return bad_address(port, "the address of an HTTP transmission is not a URL of http or https");
  }
  auto settings = settings_of<artifacts::HttpSendSettings>(port);
  settings.url = location;
  return settings;
}

/// "SOAP://host/path" is how BizTalk writes it; the transport is HTTP.
Result<artifacts::SendTransport> soap_transport(const artifacts::SendPort& port, std::string_view location) {
  std::string url(location);
  if (has_prefix(location, kSoapScheme)) url = "http://" + url.substr(kSoapScheme.size());
  auto settings = settings_of<artifacts::SoapSendSettings>(port);
  if (!has_prefix(url, "http://") && !has_prefix(url, "https://")) {
    return bad_address(port, "the address of a SOAP transmission is not a URL of http or https");
  }
  settings.http.url = std::move(url);
  return settings;
}

}  // namespace

Result<artifacts::SendTransport> dynamic_transport(const artifacts::SendPort& port,
                                                   const messaging::MessageContext& context) {
  const std::string location = context.text_or_empty(names::kOutboundTransportLocation);
  const std::string type = context.text_or_empty(names::kOutboundTransportType);
  if (location.empty()) {
    return fail(kNoAddress, "the message does not say where a dynamic send port shall send it",
                "send port " + port.name,
                "BTS.OutboundTransportLocation must be set before it is published, for example by a promoted value");
  }
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  if (location.size() > kMaximumAddress || std::ranges::any_of(location, is_control)) {
    return bad_address(port, "the address is longer than 2,048 characters or has control characters in it");
  }
  if (iequals(type, "FILE")) return file_transport(port, location);
  if (iequals(type, "HTTP")) return http_transport(port, location);
  if (iequals(type, "SOAP") || (type.empty() && has_prefix(location, kSoapScheme))) {
    return soap_transport(port, location);
  }
  if (!type.empty()) {
    return bad_address(port,
                       "there is no adapter of the name in BTS.OutboundTransportType (FILE, HTTP and SOAP are; SFTP "
                       "needs a port of its own)");
  }
  if (has_prefix(location, kFileScheme)) return file_transport(port, location);
  return http_transport(port, location);
}

std::unique_ptr<DynamicAdapters::Place> DynamicAdapters::enter(const artifacts::SendTransport& transport) {
  std::string key = std::string(artifacts::adapter_name(transport)) + " " + artifacts::address(transport);
  const std::lock_guard lock(mutex_);
  auto found = entries_.find(key);
  if (found == entries_.end()) {
    if (entries_.size() >= kKept) forget_oldest();
    found = entries_.emplace(key, Entry{make_(transport), 0, 0}).first;
    if (cancelled_) found->second.adapter->cancel();
  }
  Entry& entry = found->second;
  if (entry.in_use >= at_once_) return nullptr;
  ++entry.in_use;
  entry.last_use = ++uses_;
  return std::make_unique<Place>(*this, std::move(key), entry.adapter);
}

void DynamicAdapters::leave(const std::string& key) {
  const std::lock_guard lock(mutex_);
  --entries_.at(key).in_use;
}

void DynamicAdapters::forget_oldest() {
  auto oldest = entries_.end();
  for (auto at = entries_.begin(); at != entries_.end(); ++at) {
    if (at->second.in_use > 0) continue;
    if (oldest == entries_.end() || at->second.last_use < oldest->second.last_use) oldest = at;
  }
  // Those in use are as many as there are workers at most.
  if (oldest != entries_.end()) entries_.erase(oldest);
}

void DynamicAdapters::cancel() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  for (auto& [key, entry] : entries_) entry.adapter->cancel();
}

std::size_t DynamicAdapters::kept() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace sealgate::hosts
