#pragma once
// Networks of IP addresses, "192.0.2.0/24", and whether an address lies in one.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sealgate {

/// A network, or one address. IPv4 addresses are kept in their IPv6 form (::ffff:0:0/96), so that both ways in which
/// a system may name a client mean the same.
class Network {
 public:
  /// "192.0.2.7", "192.0.2.0/24", "2001:db8::/32". nullopt for anything else, also when bits behind the prefix are
  /// set.
  static std::optional<Network> parse(std::string_view text);
  /// False for what is no numeric address.
  bool contains(std::string_view address) const;
  friend bool operator==(const Network&, const Network&) = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};  ///< the IPv6 form
  unsigned bits_ = 128;
};

/// Those of a list that are networks.
std::vector<Network> parse_networks(const std::vector<std::string>& texts);
bool any_contains(const std::vector<Network>& networks, std::string_view address);

/// The numeric address in the form that the system writes it in ("::ffff:192.0.2.1" is 192.0.2.1); nullopt for what
/// is none.
std::optional<std::string> normal_address(std::string_view text);

/// "127.0.0.1:8080", "[::1]:0", ":8080" (all IPv4 addresses of this computer) as address and port. The address is not
/// looked at. nullopt for another form.
std::optional<std::pair<std::string, std::uint16_t>> parse_endpoint(std::string_view text);

}  // namespace sealgate
