#pragma once
// Certificates and revocation lists made on the spot for tests of this and higher folders.

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "certificates/certificate.h"
#include "certificates/crl.h"
#include "crypto/key.h"

namespace sealgate::certificates::testing {

inline constexpr Time kNow{std::chrono::sys_days{std::chrono::year(2026) / 6 / 15}};

struct Identity {
  Certificate certificate;
  crypto::PrivateKey key;
};

struct Request {
  std::vector<std::pair<std::string, std::string>> subject = {{"CN", "Test"}};  ///< most general first
  const Identity* issuer = nullptr;                                             ///< null: self-signed
  crypto::PrivateKey key = {};                                                  ///< empty: a new EC P-256 key
  std::vector<std::pair<int, std::string>> extensions = {};  ///< NID and OpenSSL's configuration text
  Time not_before = kNow - std::chrono::hours(24);
  Time not_after = kNow + std::chrono::hours(24 * 365);
  long serial = 1;
  const char* digest = "SHA256";
};

inline std::vector<std::pair<int, std::string>> ca_extensions() {
  return {{NID_basic_constraints, "critical,CA:TRUE"}, {NID_key_usage, "critical,keyCertSign,cRLSign"}};
}

inline std::time_t to_time_t(Time time) {
  return static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
}

inline void sign_with(const crypto::PrivateKey& key, const char* digest, auto&& sign) {
  const auto type = key.type();
  const bool own_digest = type == crypto::KeyType::Ed25519;
  sign(key.native(), own_digest ? nullptr : EVP_get_digestbyname(digest));
}

inline Identity issue(const Request& request) {
  const crypto::PrivateKey key = request.key ? request.key : crypto::generate_ec("P-256").value();
  std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), X509_free);
  X509_set_version(x509.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), request.serial);
  X509_NAME* name = X509_get_subject_name(x509.get());
  for (const auto& [field, value] : request.subject) {
    X509_NAME_add_entry_by_txt(name, field.c_str(), MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(value.data()), static_cast<int>(value.size()),
                               -1, 0);
  }
  X509* issuer = request.issuer == nullptr ? x509.get() : request.issuer->certificate.native();
  X509_set_issuer_name(x509.get(), X509_get_subject_name(issuer));
  ASN1_TIME_set(X509_getm_notBefore(x509.get()), to_time_t(request.not_before));
  ASN1_TIME_set(X509_getm_notAfter(x509.get()), to_time_t(request.not_after));
  X509_set_pubkey(x509.get(), key.native());
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, x509.get(), nullptr, nullptr, 0);
  for (const auto& [nid, text] : request.extensions) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, text.c_str());
    X509_add_ext(x509.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  sign_with(request.issuer == nullptr ? key : request.issuer->key, request.digest,
            [&](EVP_PKEY* signer, const EVP_MD* digest) { X509_sign(x509.get(), signer, digest); });
  return {Certificate::from_native(x509.get()).value(), key};
}

inline Identity issue_ca(const std::string& name, const Identity* issuer = nullptr) {
  return issue({.subject = {{"O", "Tests"}, {"CN", name}}, .issuer = issuer, .extensions = ca_extensions()});
}

inline Crl issue_crl(const Identity& issuer, const std::vector<long>& revoked_serials, Time this_update = kNow,
                     std::chrono::hours validity = std::chrono::hours(24)) {
  std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> crl(X509_CRL_new(), X509_CRL_free);
  X509_CRL_set_version(crl.get(), 1);
  X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(issuer.certificate.native()));
  std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> time(ASN1_TIME_set(nullptr, to_time_t(this_update)),
                                                             ASN1_TIME_free);
  X509_CRL_set1_lastUpdate(crl.get(), time.get());
  for (const long serial : revoked_serials) {
    X509_REVOKED* entry = X509_REVOKED_new();
    std::unique_ptr<ASN1_INTEGER, decltype(&ASN1_INTEGER_free)> number(ASN1_INTEGER_new(), ASN1_INTEGER_free);
    ASN1_INTEGER_set(number.get(), serial);
    X509_REVOKED_set_serialNumber(entry, number.get());
    X509_REVOKED_set_revocationDate(entry, time.get());
    X509_CRL_add0_revoked(crl.get(), entry);
  }
  ASN1_TIME_set(time.get(), to_time_t(this_update + validity));
  X509_CRL_set1_nextUpdate(crl.get(), time.get());
  sign_with(issuer.key, "SHA256",
            [&](EVP_PKEY* signer, const EVP_MD* digest) { X509_CRL_sign(crl.get(), signer, digest); });
  unsigned char* raw = nullptr;
  const int length = i2d_X509_CRL(crl.get(), &raw);
  const Bytes der(raw, raw + length);
  OPENSSL_free(raw);
  return Crl::from_der(der).value();
}

/// A numbered list with reasons, or a delta of one.
struct ListRequest {
  const Identity* issuer = nullptr;
  std::vector<std::pair<long, int>> entries = {};  ///< serial number and CRL_REASON_…
  Time this_update = kNow;
  std::chrono::hours validity{24};
  long number = 1;
  long base = 0;  ///< of a delta: the number of the complete list
  std::vector<std::pair<int, std::string>> extensions = {};
};

inline Crl issue_list(const ListRequest& request) {
  const auto take = [](auto* made, auto free) {
    return std::unique_ptr<std::decay_t<decltype(*made)>, decltype(free)>(made, free);
  };
  const Crl plain = issue_crl(*request.issuer, {}, request.this_update, request.validity);
  const auto crl = take(X509_CRL_dup(plain.native()), &X509_CRL_free);
  const auto number = take(ASN1_INTEGER_new(), &ASN1_INTEGER_free);
  for (const auto& [serial, reason] : request.entries) {
    X509_REVOKED* entry = X509_REVOKED_new();
    ASN1_INTEGER_set(number.get(), serial);
    X509_REVOKED_set_serialNumber(entry, number.get());
    X509_REVOKED_set_revocationDate(entry, const_cast<ASN1_TIME*>(X509_CRL_get0_lastUpdate(crl.get())));
    const auto code = take(ASN1_ENUMERATED_new(), &ASN1_ENUMERATED_free);
    ASN1_ENUMERATED_set(code.get(), reason);
    X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, code.get(), 0, 0);
    X509_CRL_add0_revoked(crl.get(), entry);
  }
  ASN1_INTEGER_set(number.get(), request.number);
  X509_CRL_add1_ext_i2d(crl.get(), NID_crl_number, number.get(), 0, 0);
  if (request.base > 0) {
    ASN1_INTEGER_set(number.get(), request.base);
    X509_CRL_add1_ext_i2d(crl.get(), NID_delta_crl, number.get(), 1, 0);
  }
  for (const auto& [nid, text] : request.extensions) {
    const auto extension = take(X509V3_EXT_conf_nid(nullptr, nullptr, nid, text.c_str()), &X509_EXTENSION_free);
    X509_CRL_add_ext(crl.get(), extension.get(), -1);
  }
  sign_with(request.issuer->key, "SHA256",
            [&](EVP_PKEY* signer, const EVP_MD* digest) { X509_CRL_sign(crl.get(), signer, digest); });
  unsigned char* raw = nullptr;
  const int length = i2d_X509_CRL(crl.get(), &raw);
  const Bytes der(raw, raw + length);
  OPENSSL_free(raw);
  return Crl::from_der(der).value();
}

}  // namespace sealgate::certificates::testing
