#pragma once
// One certificate revocation list (RFC 5280 section 5) as a value; copies share one immutable object.

#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"

struct X509_crl_st;  // OpenSSL's X509_CRL

namespace sealgate::certificates {

class Crl {
 public:
  /// Exactly one DER list; anything else is certificates.malformed-crl.
  static Result<Crl> from_der(ByteView der);

  ByteView der() const;
  /// SHA-256 over der(), upper-case hex.
  std::string sha256() const;
  std::string issuer() const;
  Bytes issuer_der() const;
  Time this_update() const;
  /// Absent when the list names none (old lists do not).
  std::optional<Time> next_update() const;
  /// Upper-case hex; empty without a CRL number extension.
  std::string number() const;
  bool is_delta() const;
  std::size_t revoked_count() const;

  /// Borrowed; for certificates/ and net/ only.
  X509_crl_st* native() const;

 private:
  struct Data;
  explicit Crl(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

}  // namespace sealgate::certificates
