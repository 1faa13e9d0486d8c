#pragma once
// Owning handles for the OpenSSL types of this folder, and the conversions that every file here needs. Private to
// certificates/.

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/deleter.h"

namespace sealgate::certificates {

inline void free_openssl_memory(void* memory) {
  OPENSSL_free(memory);
}
inline void free_certificate_stack(STACK_OF(X509) * stack) {
  sk_X509_pop_free(stack, X509_free);
}
inline void free_crl_stack(STACK_OF(X509_CRL) * stack) {
  sk_X509_CRL_pop_free(stack, X509_CRL_free);
}

using X509Handle = std::unique_ptr<X509, Deleter<X509_free>>;
using X509CrlHandle = std::unique_ptr<X509_CRL, Deleter<X509_CRL_free>>;
using X509StackHandle = std::unique_ptr<STACK_OF(X509), Deleter<free_certificate_stack>>;
using X509CrlStackHandle = std::unique_ptr<STACK_OF(X509_CRL), Deleter<free_crl_stack>>;
using BioHandle = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using EvpKeyHandle = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Pkcs7Handle = std::unique_ptr<PKCS7, Deleter<PKCS7_free>>;
using Pkcs12Handle = std::unique_ptr<PKCS12, Deleter<PKCS12_free>>;
using OpensslMemory = std::unique_ptr<unsigned char, Deleter<free_openssl_memory>>;

/// OpenSSL's encoder functions (i2d_…) into our bytes; empty when encoding fails.
template <typename T>
Bytes encode_der(int (*encoder)(T*, unsigned char**), T* object) {
  unsigned char* raw = nullptr;
  const int length = encoder(object, &raw);
  const OpensslMemory owner(raw);
  if (length <= 0 || raw == nullptr) return {};
  return {raw, raw + length};
}

/// Nothing of ours reads OpenSSL's error queue later: leave it as clean as we found it.
class ErrorQueueGuard {
 public:
  ErrorQueueGuard() { ERR_set_mark(); }
  ErrorQueueGuard(const ErrorQueueGuard&) = delete;
  ErrorQueueGuard& operator=(const ErrorQueueGuard&) = delete;
  ~ErrorQueueGuard() { ERR_pop_to_mark(); }
};

/// `fallback` when the field cannot be read.
Time to_time(const ASN1_TIME* time, Time fallback);
/// XN_FLAG_RFC2253 form; with `readable`, UTF-8 instead of escapes.
std::string name_to_string(const X509_NAME* name, bool readable);
std::string oid_to_string(const ASN1_OBJECT* object);

using NameHandle = std::unique_ptr<X509_NAME, Deleter<X509_NAME_free>>;
/// Null for what is no name.
NameHandle parse_name(ByteView der);
/// Two's complement octets without redundant leading ones, so that numbers compare by value.
ByteView minimal_number(ByteView number);
/// SHA-1 of the public key's bits (RFC 5280 section 4.2.1.2, method 1); empty when there are none.
Bytes key_id_of_bits(const X509* certificate);

}  // namespace sealgate::certificates
