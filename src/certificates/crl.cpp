#include "certificates/crl.h"

#include <openssl/sha.h>

#include <algorithm>

#include "certificates/errors.h"
#include "certificates/openssl_handles.h"

namespace sealgate::certificates {

struct Crl::Data {
  X509CrlHandle crl;
  Bytes der;
};

Result<Crl> Crl::from_der(ByteView der) {
  const ErrorQueueGuard guard;
  const unsigned char* cursor = der.data();
  X509CrlHandle crl(der.empty() ? nullptr : d2i_X509_CRL(nullptr, &cursor, static_cast<long>(der.size())));
  if (!crl) {
    return fail(kMalformedCrl, "this is not a certificate revocation list in DER form", {},
                "fetch the list again from its issuer");
  }
  const auto used = static_cast<std::size_t>(cursor - der.data());
  const ByteView rest = der.subspan(used);
  if (!std::all_of(rest.begin(), rest.end(), [](Byte byte) { return byte == 0 || byte == '\n' || byte == '\r'; })) {
    return fail(kMalformedCrl, std::to_string(rest.size()) + " bytes follow the revocation list",
                "offset " + std::to_string(used), "fetch the list again from its issuer");
  }
  const ByteView own = der.first(used);
  return Crl(std::make_shared<const Data>(Data{std::move(crl), Bytes(own.begin(), own.end())}));
}

ByteView Crl::der() const {
  return data_->der;
}
X509_crl_st* Crl::native() const {
  return data_->crl.get();
}

std::string Crl::sha256() const {
  std::array<Byte, SHA256_DIGEST_LENGTH> digest{};
  SHA256(data_->der.data(), data_->der.size(), digest.data());
  return to_hex_upper(digest);
}

std::string Crl::issuer() const {
  return name_to_string(X509_CRL_get_issuer(native()), false);
}

Bytes Crl::issuer_der() const {
  const unsigned char* der = nullptr;
  std::size_t size = 0;
  if (X509_NAME_get0_der(X509_CRL_get_issuer(native()), &der, &size) != 1) return {};
  return {der, der + size};
}

Time Crl::this_update() const {
  return to_time(X509_CRL_get0_lastUpdate(native()), Time::max());
}

std::optional<Time> Crl::next_update() const {
  const ASN1_TIME* next = X509_CRL_get0_nextUpdate(native());
  if (next == nullptr) return std::nullopt;
  return to_time(next, Time::min());
}

std::string Crl::number() const {
  const ErrorQueueGuard guard;
  const std::unique_ptr<ASN1_INTEGER, Deleter<ASN1_INTEGER_free>> number(
      static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(native(), NID_crl_number, nullptr, nullptr)));
  if (!number) return {};
  return to_hex_upper(
      {ASN1_STRING_get0_data(number.get()), static_cast<std::size_t>(ASN1_STRING_length(number.get()))});
}

bool Crl::is_delta() const {
  return X509_CRL_get_ext_by_NID(native(), NID_delta_crl, -1) >= 0;
}

std::size_t Crl::revoked_count() const {
  const int count = sk_X509_REVOKED_num(X509_CRL_get_REVOKED(native()));
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

}  // namespace sealgate::certificates
