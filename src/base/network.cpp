#include "base/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace sealgate {
namespace {

using Address = std::array<std::uint8_t, 16>;
constexpr std::size_t kMappedPrefix = 12;

struct Parsed {
  Address bytes{};
  bool v4 = false;
};

std::optional<Parsed> parse_address(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  const std::string copy(text);
  Parsed parsed;
  in_addr v4{};
  if (::inet_pton(AF_INET, copy.c_str(), &v4) == 1) {
    parsed.v4 = true;
    parsed.bytes[10] = parsed.bytes[11] = 0xFF;
    const auto* first = reinterpret_cast<const std::uint8_t*>(&v4);
    std::copy(first, first + sizeof v4, parsed.bytes.begin() + kMappedPrefix);
    return parsed;
  }
  if (::inet_pton(AF_INET6, copy.c_str(), parsed.bytes.data()) == 1) return parsed;
  return std::nullopt;
}

bool bit(const Address& bytes, unsigned number) {
  return (bytes[number / 8] >> (7 - number % 8) & 1) != 0;
}

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network network;
  network.bytes_ = address->bytes;
  if (slash == std::string_view::npos) return network;
  const std::string_view digits = text.substr(slash + 1);
  const unsigned most = address->v4 ? 32 : 128;
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || bits > most) {
    return std::nullopt;
  }
  network.bits_ = bits + 128 - most;
  for (unsigned at = network.bits_; at < 128; ++at) {
    if (bit(network.bytes_, at)) return std::nullopt;
  }
  return network;
}

bool Network::contains(std::string_view address) const {
  const auto parsed = parse_address(address);
  if (!parsed) return false;
  for (unsigned at = 0; at < bits_; ++at) {
    if (bit(parsed->bytes, at) != bit(bytes_, at)) return false;
  }
  return true;
}

std::vector<Network> parse_networks(const std::vector<std::string>& texts) {
  std::vector<Network> networks;
  for (const std::string& text : texts) {
    if (const auto network = Network::parse(text)) networks.push_back(*network);
  }
  return networks;
}

bool any_contains(const std::vector<Network>& networks, std::string_view address) {
  return std::ranges::any_of(networks, [&](const Network& network) { return network.contains(address); });
}

std::optional<std::string> normal_address(std::string_view text) {
  const auto parsed = parse_address(text);
  if (!parsed) return std::nullopt;
  const bool mapped = std::all_of(parsed->bytes.begin(), parsed->bytes.begin() + 10, [](auto b) { return b == 0; }) &&
                      parsed->bytes[10] == 0xFF && parsed->bytes[11] == 0xFF;
  std::array<char, INET6_ADDRSTRLEN> out{};
  const void* from = mapped ? parsed->bytes.data() + kMappedPrefix : parsed->bytes.data();
  if (::inet_ntop(mapped ? AF_INET : AF_INET6, from, out.data(), out.size()) == nullptr) return std::nullopt;
  return std::string(out.data());
}

std::optional<std::pair<std::string, std::uint16_t>> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view address = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  } else if (address.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (port.empty() || error != std::errc{} || end != port.data() + port.size()) return std::nullopt;
  return std::pair{address.empty() ? std::string("0.0.0.0") : std::string(address), number};
}

}  // namespace sealgate
