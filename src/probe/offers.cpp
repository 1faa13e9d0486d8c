#include "probe/offers.h"

#include <algorithm>
#include <array>

namespace sealgate::probe {
namespace {

constexpr std::string_view kAllCiphers = "ALL:COMPLEMENTOFALL";
constexpr std::string_view kNoLevel = ":@SECLEVEL=0";
constexpr std::array<std::string_view, 5> kSuites{"TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
                                                  "TLS_AES_128_GCM_SHA256", "TLS_AES_128_CCM_SHA256",
                                                  "TLS_AES_128_CCM_8_SHA256"};
constexpr std::array kVersions{TlsVersion::Tls10, TlsVersion::Tls11, TlsVersion::Tls12, TlsVersion::Tls13};

bool contains(const std::vector<std::string>& all, std::string_view name) {
  return std::ranges::find(all, name) != all.end();
}

/// All but those that the server has chosen already; false when nothing is left.
bool offer_rest(HandshakeOffer& offer, TlsVersion version, const std::vector<std::string>& taken) {
  if (version == TlsVersion::Tls13) {
    offer.suites.clear();
    for (const std::string_view suite : kSuites) {
      if (!contains(taken, suite)) offer.suites += (offer.suites.empty() ? "" : ":") + std::string(suite);
    }
    return !offer.suites.empty();
  }
  offer.ciphers = kAllCiphers;
  for (const std::string& name : taken) offer.ciphers += ":!" + name;
  offer.ciphers += kNoLevel;
  return true;
}

}  // namespace

bool is_weak_cipher(std::string_view name) {
  constexpr std::array<std::string_view, 7> kSigns{"NULL", "_anon_", "RC4", "DES", "EXPORT", "_MD5", "_RC2"};
  return std::ranges::any_of(kSigns,
                             [&](std::string_view sign) { return name.find(sign) != std::string_view::npos; });
}

HandshakeOffer widest_offer() {
  HandshakeOffer offer;
  offer.lowest = TlsVersion::Tls10;
  offer.ciphers = std::string(kAllCiphers) + std::string(kNoLevel);
  offer_rest(offer, TlsVersion::Tls13, {});
  return offer;
}

std::vector<AcceptedVersion> find_accepted(const HandshakeOffer& base, const TryOffer& attempt, Deadline deadline) {
  std::vector<AcceptedVersion> all;
  int left = kMaxOffers;
  for (const TlsVersion version : kVersions) {
    AcceptedVersion found;
    found.version = version;
    HandshakeOffer offer = base;
    offer.lowest = offer.highest = version;
    offer.only_hello = true;
    std::vector<std::string> taken;
    while (offer_rest(offer, version, taken)) {
      found.complete = left-- > 0 && left_until(deadline) > 0;
      if (!found.complete) break;
      const auto handshake = attempt(offer);
      if (!handshake) {
        found.reason = handshake.error().what;
        found.complete = false;
        break;
      }
      // A server that takes the hello but chooses what it was not offered gets no second attempt.
      if (handshake->end != HandshakeEnd::Done || contains(taken, handshake->cipher_openssl)) {
        if (taken.empty()) found.reason = handshake->reason;
        // Another ending than a refusal, after others succeeded, may be a limit of the server.
        found.complete = taken.empty() || handshake->end == HandshakeEnd::Alert ||
                         handshake->end == HandshakeEnd::Cut || handshake->end == HandshakeEnd::Failed;
        break;
      }
      found.accepted = true;
      taken.push_back(handshake->cipher_openssl);
      found.ciphers.push_back({handshake->cipher, is_weak_cipher(handshake->cipher)});
    }
    all.push_back(std::move(found));
  }
  return all;
}

}  // namespace sealgate::probe
