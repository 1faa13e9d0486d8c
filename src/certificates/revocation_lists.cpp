#include "certificates/revocation_lists.h"

#include <algorithm>
#include <array>

#include "certificates/openssl_handles.h"

namespace sealgate::certificates {
namespace {

enum class Listing { Absent, Removed, Held, Revoked };

Listing look_up(const Certificate& certificate, const Crl& crl) {
  X509_REVOKED* entry = nullptr;
  // 1: named; 2: named as removeFromCRL. Compares the names of the issuers, too.
  const int named = X509_CRL_get0_by_cert(crl.native(), &entry, certificate.native());
  if (named == 2) return Listing::Removed;
  if (named != 1) return Listing::Absent;
  const std::unique_ptr<ASN1_ENUMERATED, Deleter<ASN1_ENUMERATED_free>> reason(
      static_cast<ASN1_ENUMERATED*>(X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, nullptr, nullptr)));
  const bool held = reason && ASN1_ENUMERATED_get(reason.get()) == CRL_REASON_CERTIFICATE_HOLD;
  return held ? Listing::Held : Listing::Revoked;
}

/// The encoded value of an extension; empty without it.
Bytes extension_of(const Crl& list, int nid) {
  const int place = X509_CRL_get_ext_by_NID(list.native(), nid, -1);
  if (place < 0) return {};
  const ASN1_OCTET_STRING* value = X509_EXTENSION_get_data(X509_CRL_get_ext(list.native(), place));
  const unsigned char* data = ASN1_STRING_get0_data(value);
  return {data, data + ASN1_STRING_length(value)};
}

/// A complete list takes back what it no longer names, a delta only what it says to be removed.
bool takes_back(const Certificate& certificate, const Crl& list) {
  const Listing listing = look_up(certificate, list);
  return listing == Listing::Removed || (listing == Listing::Absent && !list.is_delta());
}

/// Of the same issuer, key and scope.
bool are_alike(const Crl& list, const Crl& other) {
  if (X509_CRL_cmp(list.native(), other.native()) != 0) return false;
  return std::ranges::all_of(std::array{NID_issuing_distribution_point, NID_authority_key_identifier},
                             [&](int nid) { return extension_of(list, nid) == extension_of(other, nid); });
}

/// Numbers of lists are positive and have up to 20 octets.
bool is_larger(const std::string& number, const std::string& other) {
  return number.size() != other.size() ? number.size() > other.size() : number > other;
}

}  // namespace

bool is_signed_by(const Crl& list, const Certificate& issuer) {
  const ErrorQueueGuard guard;
  EVP_PKEY* key = X509_get0_pubkey(issuer.native());
  return key != nullptr && X509_CRL_verify(list.native(), key) == 1;
}

std::string base_number(const Crl& list) {
  const ErrorQueueGuard guard;
  const std::unique_ptr<ASN1_INTEGER, Deleter<ASN1_INTEGER_free>> number(
      static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(list.native(), NID_delta_crl, nullptr, nullptr)));
  if (!number) return {};
  return to_hex_upper(
      {ASN1_STRING_get0_data(number.get()), static_cast<std::size_t>(ASN1_STRING_length(number.get()))});
}

bool supersedes(const Crl& newer, const Crl& older, std::span<const Crl> all) {
  if (newer.is_delta() != older.is_delta() || !are_alike(newer, older)) return false;
  const bool later = newer.this_update() != older.this_update() ? newer.this_update() > older.this_update()
                                                                : is_larger(newer.number(), older.number());
  if (!later || !newer.is_delta()) return later;
  const std::string base = base_number(newer);
  return !is_larger(base, base_number(older)) || std::ranges::any_of(all, [&](const Crl& complete) {
    return !complete.is_delta() && are_alike(complete, newer) && !is_larger(base, complete.number());
  });
}

bool is_listed_as_revoked(const Certificate& certificate, std::span<const Crl> crls) {
  const ErrorQueueGuard guard;
  return std::ranges::any_of(crls, [&](const Crl& crl) {
    const Listing listing = look_up(certificate, crl);
    if (listing != Listing::Held) return listing == Listing::Revoked;
    return std::ranges::none_of(crls, [&](const Crl& other) {
      return other.this_update() > crl.this_update() && other.issuer_der() == crl.issuer_der() &&
             takes_back(certificate, other);
    });
  });
}

}  // namespace sealgate::certificates
