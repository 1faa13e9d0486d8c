#include "certificates/self_signed.h"

#include <openssl/rand.h>

#include <array>

#include "certificates/openssl_handles.h"
#include "crypto/errors.h"

namespace sealgate::certificates {
namespace {

tl::unexpected<Error> failed(const std::string& what) {
  ERR_clear_error();
  return fail(crypto::kBadParameter, "the certificate cannot be made: " + what, {},
              "check the names that it is to have");
}

bool add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_time(ASN1_TIME* field, Time time) {
  return ASN1_TIME_set(field, std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count()) != nullptr;
}

bool set_serial(X509* certificate) {
  std::array<unsigned char, 16> octets{};
  if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1) return false;
  octets[0] = static_cast<unsigned char>((octets[0] & 0x7fU) | 0x40U);  // positive, and always as long
  const std::unique_ptr<BIGNUM, Deleter<BN_free>> number(
      BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

/// Names are those of computers: with a comma in it one would become two.
bool is_plain(const std::string& name) {
  return !name.empty() && name.find_first_of(",;\n\r\\ ") == std::string::npos;
}

}  // namespace

Result<Certificate> make_self_signed(const SelfSignedRequest& request, const crypto::PrivateKey& key) {
  std::string names;
  for (const auto& [kind, list] : {std::pair{"DNS:", &request.dns_names}, std::pair{"IP:", &request.addresses}}) {
    for (const std::string& name : *list) {
      if (!is_plain(name)) return failed("a name has characters that names of computers do not have");
      names += (names.empty() ? "" : ",") + std::string(kind) + name;
    }
  }
  const X509Handle certificate(X509_new());
  X509* made = certificate.get();
  const auto* common_name = reinterpret_cast<const unsigned char*>(request.common_name.data());  // NOLINT
  X509_NAME* name = made == nullptr ? nullptr : X509_get_subject_name(made);
  const bool filled = name != nullptr && X509_set_version(made, X509_VERSION_3) == 1 && set_serial(made) &&
                      set_time(X509_getm_notBefore(made), request.not_before) &&
                      set_time(X509_getm_notAfter(made), request.not_after) &&
                      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, common_name,
                                                 static_cast<int>(request.common_name.size()), -1, 0) == 1 &&
                      X509_set_issuer_name(made, name) == 1 && X509_set_pubkey(made, key.native()) == 1;
  if (!filled) return failed("its fields are refused");
  const bool extended = add_extension(made, NID_basic_constraints, "critical,CA:FALSE") &&
                        add_extension(made, NID_key_usage, "critical,digitalSignature") &&
                        add_extension(made, NID_ext_key_usage, "serverAuth") &&
                        add_extension(made, NID_subject_key_identifier, "hash") &&
                        (names.empty() || add_extension(made, NID_subject_alt_name, names));
  if (!extended) return failed("its extensions are refused");
  if (X509_sign(made, key.native(), EVP_sha256()) == 0) return failed("the key does not sign");
  unsigned char* encoded = nullptr;
  const int size = i2d_X509(made, &encoded);
  if (size <= 0) return failed("it cannot be encoded");
  const Bytes der(encoded, encoded + size);
  OPENSSL_free(encoded);
  return Certificate::from_der(der);
}

}  // namespace sealgate::certificates
