#include "probe/handshake.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <memory>

#include "base/deleter.h"
#include "net/errors.h"
#include "probe/errors.h"

namespace sealgate::probe {
namespace {

using ContextHandle = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>>;
using SslHandle = std::unique_ptr<SSL, Deleter<SSL_free>>;
using MemoryHandle = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using CertificateHandle = std::unique_ptr<X509, Deleter<X509_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;

constexpr std::array<unsigned char, 12> kAlpn{2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

/// What the callbacks fill; the connection points to it.
struct Notes {
  Handshake seen;
  bool only_hello = false;
  bool chosen = false;  ///< the server's hello is here
};

Notes& notes_of(const SSL* connection) {
  return *static_cast<Notes*>(SSL_get_app_data(connection));
}

std::string version_name(int version) {
  return version >= TLS1_VERSION && version <= TLS1_3_VERSION ? to_string(static_cast<TlsVersion>(version))
                                                              : std::string();
}

void note_cipher(Notes& notes, const SSL_CIPHER* cipher) {
  if (cipher == nullptr) return;
  const char* standard = SSL_CIPHER_standard_name(cipher);
  notes.seen.cipher_openssl = SSL_CIPHER_get_name(cipher);
  notes.seen.cipher = standard == nullptr ? notes.seen.cipher_openssl : standard;
}

/// The server's certificates as it sent them; all are accepted here, since they are judged elsewhere.
int keep_certificates(X509_STORE_CTX* context, void* /*unused*/) {
  const auto* connection =
      static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
  Handshake& seen = notes_of(connection).seen;
  STACK_OF(X509)* sent = X509_STORE_CTX_get0_untrusted(context);
  seen.certificates.clear();
  seen.certificates_sent = static_cast<std::size_t>(std::max(0, sk_X509_num(sent)));
  for (int index = 0; index < sk_X509_num(sent) && seen.certificates.size() < kMaxSentCertificates; ++index) {
    unsigned char* raw = nullptr;
    const int length = i2d_X509(sk_X509_value(sent, index), &raw);
    if (length > 0) seen.certificates.emplace_back(raw, raw + length);
    OPENSSL_free(raw);
  }
  return 1;
}

/// Called when the server asks who we are.
int note_question(SSL* connection, void* /*unused*/) {
  Handshake& seen = notes_of(connection).seen;
  seen.asks_for_certificate = true;
  const STACK_OF(X509_NAME)* names = SSL_get0_peer_CA_list(connection);
  seen.authorities.clear();
  seen.authority_names.clear();
  for (int index = 0; index < sk_X509_NAME_num(names) && seen.authorities.size() < kMaxAuthorities; ++index) {
    const X509_NAME* name = sk_X509_NAME_value(names, index);
    unsigned char* raw = nullptr;
    const int length = i2d_X509_NAME(name, &raw);
    if (length > 0) seen.authorities.emplace_back(raw, raw + length);
    OPENSSL_free(raw);
    const MemoryHandle text(BIO_new(BIO_s_mem()));
    char* data = nullptr;
    if (text && X509_NAME_print_ex(text.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
      const long size = BIO_get_mem_data(text.get(), &data);
      seen.authority_names.emplace_back(data, static_cast<std::size_t>(std::max(0L, size)));
    }
  }
  return 1;
}

/// The server chose a version that it was not offered.
bool is_of_version(unsigned long error) {
  const int reason = ERR_GET_REASON(error);
  return reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_WRONG_SSL_VERSION ||
         reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_BAD_PROTOCOL_VERSION_NUMBER;
}

/// ServerHello: version 2, random 32, session id 1 + n, cipher suite 2 (RFC 8446 section 4.1.3, RFC 5246 7.4.1.3).
void note_message(int from_us, int /*version*/, int type, const void* data, std::size_t size, SSL* connection,
                  void* /*unused*/) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  if (from_us != 0 || type != SSL3_RT_HANDSHAKE || size < 39 || bytes[0] != SSL3_MT_SERVER_HELLO) return;
  const std::size_t at = std::size_t{39} + bytes[38];
  if (size < at + 2) return;
  Notes& notes = notes_of(connection);
  notes.chosen = true;
  note_cipher(notes, SSL_CIPHER_find(connection, bytes + at));
}

/// The chain and key of ours, for a server that asks.
Result<> use_identity(SSL_CTX* context, const net::TlsIdentity& identity) {
  const auto bad = [] {
    ERR_clear_error();
    return fail(net::kBadTlsIdentity, "our client certificate or its private key cannot be used", {},
                "check them with sealgate check");
  };
  const auto memory = [](ByteView bytes) {
    return MemoryHandle(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  };
  const MemoryHandle chain = memory(identity.certificate_chain);
  const CertificateHandle leaf(chain ? PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return bad();
  while (X509* next = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, next) != 1) {
      X509_free(next);
      return bad();
    }
  }
  const ByteView der = identity.private_key->view();
  const unsigned char* position = der.data();
  const KeyHandle key(d2i_AutoPrivateKey(nullptr, &position, static_cast<long>(der.size())));
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) return bad();
  ERR_clear_error();
  return {};
}

Result<ContextHandle> make_context(const HandshakeOffer& offer) {
  ContextHandle context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* raw = context.get();
  const bool ready =
      raw != nullptr && SSL_CTX_set_min_proto_version(raw, static_cast<int>(offer.lowest)) == 1 &&
      SSL_CTX_set_max_proto_version(raw, static_cast<int>(offer.highest)) == 1 &&
      (offer.ciphers.empty() || SSL_CTX_set_cipher_list(raw, offer.ciphers.c_str()) == 1) &&
      (offer.suites.empty() || SSL_CTX_set_ciphersuites(raw, offer.suites.c_str()) == 1) &&
      (!offer.alpn || SSL_CTX_set_alpn_protos(raw, kAlpn.data(), static_cast<unsigned>(kAlpn.size())) == 0);
  if (!ready) {
    ERR_clear_error();
    return fail(kCannotProbe, "OpenSSL does not offer these versions and ciphers");
  }
  SSL_CTX_set_options(raw, SSL_OP_LEGACY_SERVER_CONNECT);  // old servers are to be described, not refused
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(raw, keep_certificates, nullptr);
  SSL_CTX_set_cert_cb(raw, note_question, nullptr);
  SSL_CTX_set_msg_callback(raw, note_message);
  SSL_CTX_set_tlsext_status_type(raw, TLSEXT_STATUSTYPE_ocsp);
  SSL_CTX_set_max_cert_list(raw, static_cast<long>(kMaxHandshakeBytes));
  if (offer.identity != nullptr) SG_TRY(use_identity(raw, *offer.identity));
  return context;
}

/// "HTTP/1.1 400 Bad Request": the first line of what is no TLS.
std::string first_line(ByteView bytes) {
  std::string line;
  for (const Byte byte : bytes) {
    if (byte == '\r' || byte == '\n' || line.size() == 60) break;
    line += std::isprint(byte) != 0 ? static_cast<char>(byte) : '.';
  }
  return line;
}

/// A record of TLS: its type is handshake or alert, its version 3.x (RFC 8446 section 5.1).
bool looks_like_tls(ByteView bytes) {
  return (bytes[0] == SSL3_RT_HANDSHAKE || bytes[0] == SSL3_RT_ALERT) && (bytes.size() < 2 || bytes[1] == 3);
}

/// The connection, moved by hand: OpenSSL reads and writes memory, so that no write to a closed socket raises a
/// signal, every byte counts, and the first ones can be looked at.
class Conversation {
 public:
  Conversation(const io::FileDescriptor& socket, SSL* connection, Notes& notes, Deadline deadline)
      : socket_(socket), connection_(connection), notes_(notes), deadline_(deadline) {}

  void run() {
    while (true) {
      ERR_clear_error();
      const int result = SSL_connect(connection_);
      const int state = SSL_get_error(connection_, result);
      const unsigned long error = ERR_peek_error();
      const bool other_version = state == SSL_ERROR_SSL && is_of_version(error);
      if (notes_.only_hello && notes_.chosen && !other_version) return end(HandshakeEnd::Done, "");
      const bool sent = flush();  // also the alert that tells the server why we go
      if (result == 1) return end(HandshakeEnd::Done, "");
      if (state != SSL_ERROR_WANT_READ) return refused(error);
      if (!sent && !readable_now()) return end(HandshakeEnd::Cut, "the connection was closed");
      if (!receive()) return;
    }
  }

 private:
  void end(HandshakeEnd how, std::string reason) {
    notes_.seen.end = how;
    notes_.seen.reason = std::move(reason);
  }

  void refused(unsigned long error) {
    const int reason = ERR_GET_REASON(error);
    if (ERR_GET_LIB(error) == ERR_LIB_SSL && reason > SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256) {
      notes_.seen.alert = reason - SSL_AD_REASON_OFFSET;
      return end(HandshakeEnd::Alert, SSL_alert_desc_string_long(notes_.seen.alert));
    }
    const char* words = ERR_reason_error_string(error);
    end(HandshakeEnd::Failed, words == nullptr ? "the handshake failed" : words);
  }

  bool wait_for(short events) const {
    pollfd watched{socket_.get(), events, 0};
    int ready = 0;
    do {
      ready = ::poll(&watched, 1, left_until(deadline_));
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
  }

  bool readable_now() const {
    pollfd watched{socket_.get(), POLLIN, 0};
    return ::poll(&watched, 1, 0) > 0;
  }

  /// False when the server takes no more.
  bool flush() {
    BIO* waiting = SSL_get_wbio(connection_);
    std::array<char, 4096> block{};
    while (BIO_pending(waiting) > 0) {
      const int size = BIO_read(waiting, block.data(), static_cast<int>(block.size()));
      int done = 0;
      while (done < size) {
        const auto sent =
            ::send(socket_.get(), block.data() + done, static_cast<std::size_t>(size - done), MSG_NOSIGNAL);
        if (sent > 0) {
          done += static_cast<int>(sent);
        } else if (errno == EINTR) {
          continue;
        } else if ((errno != EAGAIN && errno != EWOULDBLOCK) || !wait_for(POLLOUT)) {
          return false;
        }
      }
    }
    return true;
  }

  bool receive() {
    if (!wait_for(POLLIN)) {
      end(received_ == 0 ? HandshakeEnd::Silent : HandshakeEnd::Slow,
          received_ == 0 ? "not a byte came" : "the handshake did not come to its end");
      return false;
    }
    std::array<Byte, 16 * 1024> block{};
    const auto got = ::recv(socket_.get(), block.data(), block.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got <= 0) {
      end(HandshakeEnd::Cut, got == 0 ? "the connection was closed" : "the connection was reset");
      return false;
    }
    const ByteView bytes(block.data(), static_cast<std::size_t>(got));
    if (received_ == 0 && !looks_like_tls(bytes)) {
      end(HandshakeEnd::NotTls, first_line(bytes));
      return false;
    }
    received_ += bytes.size();
    if (received_ > kMaxHandshakeBytes) {
      end(HandshakeEnd::TooMuch, "the server sent more than " + std::to_string(kMaxHandshakeBytes) + " bytes");
      return false;
    }
    if (BIO_write(SSL_get_rbio(connection_), bytes.data(), static_cast<int>(got)) == got) return true;
    end(HandshakeEnd::Failed, "out of memory");
    return false;
  }

  const io::FileDescriptor& socket_;
  SSL* connection_;
  Notes& notes_;
  const Deadline deadline_;
  std::size_t received_ = 0;
};

void note_result(SSL* connection, Notes& notes) {
  Handshake& seen = notes.seen;
  if (notes.chosen) seen.version = version_name(SSL_version(connection));
  note_cipher(notes, SSL_get_current_cipher(connection));
  const unsigned char* data = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(connection, &data, &size);
  if (size != 0) seen.alpn.assign(reinterpret_cast<const char*>(data), size);
  const long staple = SSL_get_tlsext_status_ocsp_resp(connection, &data);
  if (staple > 0 && data != nullptr) seen.staple.assign(data, data + staple);
  const long group = seen.end == HandshakeEnd::Done ? SSL_get_negotiated_group(connection) : 0;
  const char* name = group > 0 ? OBJ_nid2sn(static_cast<int>(group)) : nullptr;
  if (name != nullptr && group != NID_undef) seen.group = name;
}

}  // namespace

std::string to_string(TlsVersion version) {
  return "TLS 1." + std::to_string(static_cast<int>(version) - static_cast<int>(TlsVersion::Tls10));
}

Result<Handshake> shake_hands(const io::FileDescriptor& socket, const HandshakeOffer& offer, Deadline deadline) {
  SG_TRY_ASSIGN(const ContextHandle context, make_context(offer));
  const SslHandle connection(SSL_new(context.get()));
  MemoryHandle input(BIO_new(BIO_s_mem()));
  MemoryHandle output(BIO_new(BIO_s_mem()));
  if (!connection || !input || !output) return fail(kCannotProbe, "out of memory");
  Notes notes;
  notes.only_hello = offer.only_hello;
  SSL_set_app_data(connection.get(), &notes);
  SSL_set_bio(connection.get(), input.release(), output.release());
  // SSL_set_tlsext_host_name(), whose cast our warnings refuse.
  std::string name = offer.server_name;
  if (!name.empty()) {
    SSL_ctrl(connection.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  }
  Conversation(socket, connection.get(), notes, deadline).run();
  note_result(connection.get(), notes);
  ERR_clear_error();
  return std::move(notes.seen);
}

}  // namespace sealgate::probe
