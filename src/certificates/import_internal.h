#pragma once
// The parts of import.cpp, one per format. Private to certificates/.

#include "certificates/import.h"
#include "certificates/openssl_handles.h"

namespace sealgate::certificates {

/// Collects what is found under the limits of the options; duplicates are dropped.
class BundleBuilder {
 public:
  explicit BundleBuilder(const ImportOptions& options) : options_(options) {}

  const ImportOptions& options() const { return options_; }
  Result<> add_certificate(Certificate certificate, std::string friendly_name = {});
  Result<> add_key(crypto::PrivateKey key);
  Result<> add_crl(Crl crl);
  void note(std::string text);
  /// Pairs keys with certificates; those with a key come first if `leaf_first`.
  Result<ImportBundle> finish(ImportKind kind, bool leaf_first);

 private:
  Result<> count();
  const ImportOptions& options_;
  ImportBundle bundle_;
  std::size_t objects_ = 0;
};

/// One key: PKCS#8, encrypted PKCS#8 or traditional, DER; or, with its headers, a whole PEM block.
Result<> import_key(BundleBuilder& builder, ByteView data);
Result<> import_pkcs7(BundleBuilder& builder, ByteView der);
Result<> import_pkcs12(BundleBuilder& builder, ByteView der);

/// import.too-many-iterations when deriving the key for `algorithm` would take longer than the options allow.
Result<> check_iterations(const X509_ALGOR* algorithm, const ImportOptions& options);
Result<> check_iterations(const ASN1_INTEGER* iterations, const ImportOptions& options);

tl::unexpected<Error> password_required(std::string_view of_what);
tl::unexpected<Error> wrong_password(std::string_view of_what);

}  // namespace sealgate::certificates
