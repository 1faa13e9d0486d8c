#pragma once
// What a Certificate shares. Private to certificates/.

#include <mutex>
#include <utility>

#include "certificates/certificate.h"
#include "certificates/openssl_handles.h"

namespace sealgate::certificates {

/// Made when it is asked for first. Thread-safe.
template <typename Value>
class Lazy {
 public:
  template <typename Make>
  const Value& get(const Make& make) const {
    std::call_once(once_, [&] { value_ = make(); });
    return value_;
  }

 private:
  mutable std::once_flag once_;
  mutable Value value_{};
};

struct Certificate::Data {
  Data(X509Handle parsed, Bytes encoding, const Thumbprint& by_sha1, const Thumbprint& by_sha256)
      : x509(std::move(parsed)), der(std::move(encoding)), sha1(by_sha1), sha256(by_sha256) {}

  const X509Handle x509;
  const Bytes der;
  const Thumbprint sha1;
  const Thumbprint sha256;

  // What each message that names the certificate asks again.
  Lazy<std::string> subject;
  Lazy<std::string> issuer;
  Lazy<Bytes> serial;
  Lazy<std::pair<Time, Time>> validity;
  Lazy<bool> self_signed;
  Lazy<std::vector<std::string>> emails;
  Lazy<std::optional<std::uint16_t>> key_usage;
  Lazy<std::optional<std::vector<std::string>>> extended_key_usage;
  Lazy<std::string> key_description;
};

}  // namespace sealgate::certificates
