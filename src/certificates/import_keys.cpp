// Single private keys, and the limits on deriving keys from passwords.
#include "certificates/errors.h"
#include "certificates/import_internal.h"
#include "crypto/errors.h"

namespace sealgate::certificates {
namespace {

using SignatureHandle = std::unique_ptr<X509_SIG, Deleter<X509_SIG_free>>;

Result<> check_encrypted_key(ByteView der, const ImportOptions& options) {
  const ErrorQueueGuard guard;
  const unsigned char* cursor = der.data();
  const SignatureHandle encrypted(d2i_X509_SIG(nullptr, &cursor, static_cast<long>(der.size())));
  if (!encrypted) return {};  // not encrypted, or not a key at all: the loader says so
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(encrypted.get(), &algorithm, nullptr);
  return check_iterations(algorithm, options);
}

tl::unexpected<Error> too_many_iterations(const std::string& count, const ImportOptions& options) {
  return fail(kImportTooManyIterations,
              "deriving the key from the password would take " + count + " iterations, the limit is " +
                  std::to_string(options.max_iterations),
              {}, "export the file again with ordinary settings");
}

}  // namespace

Result<> check_iterations(const ASN1_INTEGER* iterations, const ImportOptions& options) {
  if (iterations == nullptr) return {};  // DEFAULT 1
  std::int64_t count = 0;
  if (ASN1_INTEGER_get_int64(&count, iterations) != 1) return too_many_iterations("more than 2^63", options);
  if (count < 1) {
    return fail(kImportMalformed, "the number of iterations is not positive", {}, "export the file again");
  }
  if (static_cast<std::uint64_t>(count) > options.max_iterations) {
    return too_many_iterations(std::to_string(count), options);
  }
  return {};
}

Result<> check_iterations(const X509_ALGOR* algorithm, const ImportOptions& options) {
  const ErrorQueueGuard guard;
  const ASN1_OBJECT* object = nullptr;
  int type = V_ASN1_UNDEF;
  const void* value = nullptr;
  X509_ALGOR_get0(&object, &type, &value, algorithm);
  if (object == nullptr || type != V_ASN1_SEQUENCE) return {};  // the loader refuses what it does not know
  const auto* parameters = static_cast<const ASN1_STRING*>(value);
  if (OBJ_obj2nid(object) != NID_pbes2) {
    const std::unique_ptr<PBEPARAM, Deleter<PBEPARAM_free>> scheme(
        static_cast<PBEPARAM*>(ASN1_item_unpack(parameters, ASN1_ITEM_rptr(PBEPARAM))));
    return scheme ? check_iterations(scheme->iter, options) : Result<>();
  }
  const std::unique_ptr<PBE2PARAM, Deleter<PBE2PARAM_free>> scheme(
      static_cast<PBE2PARAM*>(ASN1_item_unpack(parameters, ASN1_ITEM_rptr(PBE2PARAM))));
  if (!scheme || scheme->keyfunc == nullptr || OBJ_obj2nid(scheme->keyfunc->algorithm) != NID_id_pbkdf2 ||
      scheme->keyfunc->parameter == nullptr || scheme->keyfunc->parameter->type != V_ASN1_SEQUENCE) {
    return {};  // scrypt has a memory limit of its own in OpenSSL
  }
  const std::unique_ptr<PBKDF2PARAM, Deleter<PBKDF2PARAM_free>> derivation(static_cast<PBKDF2PARAM*>(
      ASN1_item_unpack(scheme->keyfunc->parameter->value.sequence, ASN1_ITEM_rptr(PBKDF2PARAM))));
  return derivation ? check_iterations(derivation->iter, options) : Result<>();
}

tl::unexpected<Error> password_required(std::string_view of_what) {
  return fail(kImportPasswordRequired, std::string(of_what) + " is protected by a password and none was given", {},
              "give the password in a file: --password-file FILE");
}

tl::unexpected<Error> wrong_password(std::string_view of_what) {
  return fail(kImportWrongPassword, "the password does not open " + std::string(of_what) + ", or the file is damaged",
              {}, "check the password (also its case and keyboard layout); ask the sender for it by telephone");
}

Result<> import_key(BundleBuilder& builder, ByteView data) {
  SG_TRY(check_encrypted_key(data, builder.options()));
  auto key = crypto::PrivateKey::load(data, builder.options().password);
  if (key) return builder.add_key(std::move(*key));
  if (key.error().code == crypto::kPasswordRequired) return password_required("the private key");
  if (key.error().code == crypto::kWrongPassword) return wrong_password("the private key");
  return fail(std::move(key.error()));
}

}  // namespace sealgate::certificates
