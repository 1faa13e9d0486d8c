#include "certificates/export.h"

#include "certificates/errors.h"
#include "certificates/openssl_handles.h"

namespace sealgate::certificates {
namespace {

/// OWASP's figure for PBKDF2-HMAC-SHA-256 in 2023; about a third of a second a derivation.
constexpr int kIterations = 600'000;
constexpr std::size_t kPemLine = 64;

std::string base64(ByteView bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

X509StackHandle make_stack(std::span<const Certificate> certificates) {
  X509StackHandle stack(sk_X509_new_null());
  for (const Certificate& certificate : certificates) {
    if (!stack || X509_up_ref(certificate.native()) != 1) return {};
    if (sk_X509_push(stack.get(), certificate.native()) <= 0) {
      X509_free(certificate.native());
      return {};
    }
  }
  return stack;
}

tl::unexpected<Error> failed() {
  return fail(kExportFailed, "the cryptographic library could not write the file", {},
              "try again; report it if it stays");
}

}  // namespace

std::string export_pem(std::span<const Certificate> certificates) {
  std::string text;
  for (const Certificate& certificate : certificates) {
    const std::string body = base64(certificate.der());
    text += "-----BEGIN CERTIFICATE-----\n";
    for (std::size_t position = 0; position < body.size(); position += kPemLine) {
      text += body.substr(position, kPemLine) + "\n";
    }
    text += "-----END CERTIFICATE-----\n";
  }
  return text;
}

Result<Bytes> export_pkcs7(std::span<const Certificate> certificates) {
  const ErrorQueueGuard guard;
  const Pkcs7Handle message(PKCS7_new());
  if (!message || PKCS7_set_type(message.get(), NID_pkcs7_signed) != 1 ||
      PKCS7_content_new(message.get(), NID_pkcs7_data) != 1 || PKCS7_set_detached(message.get(), 1) != 1) {
    return failed();
  }
  for (const Certificate& certificate : certificates) {
    if (PKCS7_add_certificate(message.get(), certificate.native()) != 1) return failed();
  }
  Bytes der = encode_der<const PKCS7>(i2d_PKCS7, message.get());
  if (der.empty()) return failed();
  return der;
}

Result<Bytes> export_pkcs12(const Pkcs12Contents& contents, const Secret& password) {
  if (password.empty()) {
    return fail(kExportPasswordRequired, "a private key is never written without a password", {},
                "give a password: --password-file FILE");
  }
  SG_TRY(contents.key.check_exportable());
  SG_TRY_ASSIGN(const crypto::PublicKey public_key, contents.certificate.public_key());
  if (!crypto::matches(contents.key, public_key)) {
    return fail(kExportKeyMismatch, "the private key does not belong to the certificate",
                contents.certificate.subject(), "export the certificate with its own key");
  }
  const ErrorQueueGuard guard;
  Secret terminated(password.size() + 1);
  std::copy(password.view().begin(), password.view().end(), terminated.data());
  const char* text = terminated.text().data();
  const X509StackHandle chain = make_stack(contents.chain);
  if (!chain) return failed();
  const char* name = contents.friendly_name.empty() ? nullptr : contents.friendly_name.c_str();
  const Pkcs12Handle store(PKCS12_create(text, name, contents.key.native(), contents.certificate.native(),
                                         chain.get(), NID_aes_256_cbc, NID_aes_256_cbc, kIterations, -1, 0));
  if (!store || PKCS12_set_mac(store.get(), text, -1, nullptr, 0, kIterations, EVP_sha256()) != 1) return failed();
  Bytes der = encode_der<const PKCS12>(i2d_PKCS12, store.get());
  if (der.empty()) return failed();
  return der;
}

}  // namespace sealgate::certificates
