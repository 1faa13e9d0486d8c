#include "net/server/tls_context.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "net/errors.h"

namespace sealgate::net::server {

namespace {

struct FreeOpenSsl {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <typename T>
using Owned = std::unique_ptr<T, FreeOpenSsl>;

Owned<BIO> reader(ByteView bytes) {
  return Owned<BIO>(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

bool is_pem(ByteView bytes) {
  return as_text(bytes).find("-----BEGIN ") != std::string_view::npos;
}

/// An encrypted key must fail, not ask at the terminal.
int no_password(char*, int, int, void*) {
  return -1;
}

auto bad_identity(std::string what, std::string remedy) {
  ERR_clear_error();
  return fail(kBadTlsIdentity, std::move(what), "TLS identity of the HTTP listener", std::move(remedy));
}

Result<> use_certificates(SSL_CTX* context, ByteView bytes) {
  const Owned<BIO> bio = reader(bytes);
  const bool pem = is_pem(bytes);
  const Owned<X509> leaf(pem ? PEM_read_bio_X509_AUX(bio.get(), nullptr, no_password, nullptr)
                             : d2i_X509_bio(bio.get(), nullptr));
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return bad_identity("the certificate cannot be used", "give an X.509 certificate in PEM or DER");
  }
  while (pem) {
    Owned<X509> intermediate(PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr));
    if (!intermediate) break;
    if (SSL_CTX_add0_chain_cert(context, intermediate.get()) != 1) {
      return bad_identity("an intermediate certificate cannot be used", "check the PEM chain");
    }
    static_cast<void>(intermediate.release());  // the context owns it now
  }
  ERR_clear_error();
  return {};
}

Result<> use_key(SSL_CTX* context, ByteView bytes) {
  const Owned<BIO> bio = reader(bytes);
  const Owned<EVP_PKEY> key(is_pem(bytes) ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr)
                                          : d2i_PrivateKey_bio(bio.get(), nullptr));
  if (!key) return bad_identity("the private key cannot be read", "give an unencrypted private key in PEM or DER");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return bad_identity("the private key does not belong to the certificate", "give the key of this certificate");
  }
  return {};
}

/// Which certificates are good is decided above, per location; here the client only proves that it holds the key.
int accept_any_certificate(int, X509_STORE_CTX*) {
  return 1;
}

int verify_mode(ClientCertificateMode mode) {
  switch (mode) {
    case ClientCertificateMode::Off:
      return SSL_VERIFY_NONE;
    case ClientCertificateMode::Request:
      return SSL_VERIFY_PEER;
    case ClientCertificateMode::Require:
      return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  }
  return SSL_VERIFY_NONE;
}

Result<SslContext> make_context(const TlsServerSettings& settings, const TlsIdentity& identity,
                                const TicketKey& tickets) {
  SslContext context(SSL_CTX_new(TLS_server_method()));
  if (!context) return bad_identity("OpenSSL has no TLS", "check the installation of OpenSSL 3");
  SSL_CTX_set_min_proto_version(context.get(), settings.tls13_only ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(),
                      SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Peers in the field close without close_notify; the length of a request says whether it is whole.
  SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  SG_TRY(use_certificates(context.get(), identity.certificate_chain));
  SG_TRY(use_key(context.get(), identity.private_key ? identity.private_key->view() : ByteView{}));
  // A session that began without a client certificate is not resumed where one is asked for since.
  std::array<unsigned char, 9> session_context{'s', 'e', 'a', 'l', 'g', 'a', 't', 'e', '0'};
  session_context.back() += static_cast<unsigned char>(settings.client_certificates);
  SSL_CTX_set_session_id_context(context.get(), session_context.data(), session_context.size());
  // Tickets carry everything; a cache would only be memory that clients fill.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  auto key = tickets.bytes;
  if (SSL_CTX_set_tlsext_ticket_keys(context.get(), key.data(), static_cast<long>(key.size())) != 1) {
    return bad_identity("OpenSSL does not take the key of session tickets", "check the installation of OpenSSL 3");
  }
  SSL_CTX_set_verify(context.get(), verify_mode(settings.client_certificates), accept_any_certificate);
  return context;
}

int choose_by_name(SSL* connection, int*, void* contexts) {
  const char* name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
  SSL_CTX* chosen = static_cast<const TlsContexts*>(contexts)->find(name);
  if (chosen == nullptr) return SSL_TLSEXT_ERR_NOACK;  // the first one's certificate tells the client what it reached
  SSL_set_SSL_CTX(connection, chosen);
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

TicketKey make_ticket_key() {
  TicketKey key;
  key.made = std::chrono::steady_clock::now();
  if (RAND_priv_bytes(key.bytes.data(), static_cast<int>(key.bytes.size())) != 1) std::abort();  // never without
  return key;
}

Result<std::shared_ptr<const TlsContexts>> TlsContexts::create(const TlsServerSettings& settings,
                                                               const TicketKey& tickets) {
  auto contexts = std::make_shared<TlsContexts>();
  for (const TlsIdentity& identity : settings.identities) {
    SG_TRY_ASSIGN(SslContext context, make_context(settings, identity, tickets));
    X509* certificate = SSL_CTX_get0_certificate(context.get());
    contexts->contexts_.push_back({certificate, std::move(context)});
  }
  if (contexts->contexts_.empty()) return bad_identity("there is no certificate", "name at least one");
  SSL_CTX* first = contexts->first();
  // OpenSSL's own macro for this is an old-style cast.
  SSL_CTX_callback_ctrl(first, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, reinterpret_cast<void (*)()>(&choose_by_name));
  SSL_CTX_set_tlsext_servername_arg(first, contexts.get());
  return std::shared_ptr<const TlsContexts>(std::move(contexts));
}

SSL_CTX* TlsContexts::find(std::string_view server_name) const {
  for (const Named& one : contexts_) {
    if (X509_check_host(one.certificate, server_name.data(), server_name.size(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
                        nullptr) == 1) {
      return one.context.get();
    }
  }
  return nullptr;
}

namespace {

/// Empty when it cannot be written.
Bytes der_of(const X509* certificate) {
  const int size = i2d_X509(certificate, nullptr);
  if (size <= 0) return {};
  Bytes der(static_cast<std::size_t>(size));
  unsigned char* out = der.data();
  i2d_X509(certificate, &out);
  return der;
}

}  // namespace

std::optional<TlsClientCertificate> client_certificate_of(SSL* connection) {
  const Owned<X509> certificate(SSL_get1_peer_certificate(connection));
  if (!certificate) return std::nullopt;
  TlsClientCertificate result;
  result.der = der_of(certificate.get());
  if (result.der.empty()) return std::nullopt;
  const STACK_OF(X509)* chain = SSL_get_peer_cert_chain(connection);
  for (int at = 0; at < std::min(sk_X509_num(chain), kMaxSentAlong); ++at) {  // -1 without a chain
    result.sent_along.push_back(der_of(sk_X509_value(chain, at)));
  }
  for (auto [algorithm, thumbprint] :
       {std::pair{EVP_sha1(), &result.sha1_thumbprint}, std::pair{EVP_sha256(), &result.sha256_thumbprint}}) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned digest_size = 0;
    if (X509_digest(certificate.get(), algorithm, digest.data(), &digest_size) != 1) return std::nullopt;
    *thumbprint = to_hex_upper(ByteView(digest.data(), digest_size));
  }
  return result;
}

}  // namespace sealgate::net::server
