// TLS of the server: several certificates by name, new ones while connections are open, client certificates,
// versions, sessions that are resumed.

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "net/errors.h"
#include "net/tests/support.h"
#include "net/tests/tls_support.h"

namespace sealgate::net::tests {
namespace {

template <typename T, void (*free)(T*)>
struct Free {
  void operator()(T* object) const { free(object); }
};
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX, SSL_CTX_free>>;
using Connection = std::unique_ptr<SSL, Free<SSL, SSL_free>>;
using Session = std::unique_ptr<SSL_SESSION, Free<SSL_SESSION, SSL_SESSION_free>>;

struct ClientOptions {
  const char* name = nullptr;  ///< asked for
  const TlsIdentity* identity = nullptr;
  int version = 0;
  SSL_SESSION* resumes = nullptr;
};

/// A client that speaks TLS over a blocking socket.
class TlsClient {
 public:
  TlsClient(std::uint16_t port, const ClientOptions& options = {})
      : socket_(port), context_(SSL_CTX_new(TLS_client_method())) {
    if (options.version != 0) {
      SSL_CTX_set_min_proto_version(context_.get(), options.version);
      SSL_CTX_set_max_proto_version(context_.get(), options.version);
    }
    if (options.identity != nullptr) use(*options.identity);
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT);
    connection_.reset(SSL_new(context_.get()));
    SSL_set_fd(connection_.get(), socket_.descriptor());
    if (options.name != nullptr) ask_for(options.name);
    if (options.resumes != nullptr) SSL_set_session(connection_.get(), options.resumes);
    connected_ = SSL_connect(connection_.get()) == 1;
  }
  ~TlsClient() { ERR_clear_error(); }

  bool connected() const { return connected_; }
  bool resumed() const { return SSL_session_reused(connection_.get()) == 1; }
  /// Common name of the server's certificate.
  std::string server() const {
    const std::unique_ptr<X509, Free<X509, X509_free>> certificate(SSL_get1_peer_certificate(connection_.get()));
    if (!certificate) return "";
    char name[100] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof name);
    return name;
  }
  /// The body of the answer to a POST; "" when the connection broke.
  std::string post(const std::string& path) {
    const std::string request = "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx";
    if (SSL_write(connection_.get(), request.data(), static_cast<int>(request.size())) <= 0) return "";
    std::string answer;
    char buffer[4096];
    while (answer.find("\r\n\r\n") == std::string::npos || !answer.ends_with("\n") || answer.ends_with("\r\n\r\n")) {
      const int got = SSL_read(connection_.get(), buffer, sizeof buffer);
      if (got <= 0) return "";
      answer.append(buffer, static_cast<std::size_t>(got));
    }
    return answer.substr(answer.find("\r\n\r\n") + 4);
  }
  Session session() { return Session(SSL_get1_session(connection_.get())); }

 private:
  /// SSL_set_tlsext_host_name without the old-style cast of that macro.
  void ask_for(std::string name) {
    SSL_ctrl(connection_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  }
  void use(const TlsIdentity& identity) {
    const auto open = [](ByteView bytes) {
      return std::unique_ptr<BIO, decltype(&BIO_free)>(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())),
                                                       BIO_free);
    };
    const std::unique_ptr<X509, Free<X509, X509_free>> certificate(
        PEM_read_bio_X509(open(identity.certificate_chain).get(), nullptr, nullptr, nullptr));
    const std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>> key(
        PEM_read_bio_PrivateKey(open(identity.private_key->view()).get(), nullptr, nullptr, nullptr));
    SSL_CTX_use_certificate(context_.get(), certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), key.get());
  }
  RawClient socket_;
  Context context_;
  Connection connection_;
  bool connected_ = false;
};

HttpServerOptions with(TlsServerSettings settings) {
  HttpServerOptions options;
  options.tls = std::move(settings);
  return options;
}

TEST(TlsServer, AClientGetsTheCertificateOfTheNameItAsksFor) {
  TestHandler handler;
  TlsServerSettings settings(make_identity("first.example", "DNS:first.example"));
  settings.identities.push_back(make_identity("second.example", "DNS:second.example,DNS:*.second.example"));
  const RunningServer server(handler, with(settings));
  const auto asked = [&](const char* name) { return TlsClient(server.port(), {.name = name}).server(); };
  EXPECT_EQ(asked("first.example"), "first.example");
  EXPECT_EQ(asked("second.example"), "second.example");
  EXPECT_EQ(asked("SECOND.example"), "second.example");
  EXPECT_EQ(asked("orders.second.example"), "second.example");
  EXPECT_EQ(asked("a.b.second.example"), "first.example");
  EXPECT_EQ(asked("elsewhere.example"), "first.example");
  EXPECT_EQ(asked(nullptr), "first.example");
}

TEST(TlsServer, ANewCertificateIsForNewConnectionsAndOpenOnesGoOn) {
  TestHandler handler;
  const RunningServer server(handler, with(make_identity("old.example")));
  TlsClient open(server.port());
  EXPECT_EQ(open.server(), "old.example");
  EXPECT_EQ(open.post("/a"), "POST /a 1\n");
  ASSERT_TRUE(server.server->set_tls(make_identity("new.example")));
  EXPECT_EQ(TlsClient(server.port()).server(), "new.example");
  EXPECT_EQ(open.post("/b"), "POST /b 1\n");
  // What cannot be used changes nothing.
  TlsIdentity bad = make_identity("bad.example");
  bad.private_key = make_identity("other").private_key;
  EXPECT_EQ(server.server->set_tls(bad).error().code, kBadTlsIdentity);
  EXPECT_EQ(server.server->set_tls(TlsServerSettings()).error().code, kBadTlsIdentity);
  EXPECT_EQ(TlsClient(server.port()).server(), "new.example");
  const RunningServer plain(handler);
  EXPECT_EQ(plain.server->set_tls(make_identity("x")).error().code, kBadTlsIdentity);
}

TEST(TlsServer, SessionsAreResumedAlsoUnderTheNextCertificate) {
  TestHandler handler;
  const RunningServer server(handler, with(make_identity("old.example")));
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient first(server.port(), {.version = version});
    EXPECT_FALSE(first.resumed());
    EXPECT_EQ(first.post("/"), "POST / 1\n");  // TLS 1.3 sends its tickets after the handshake
    const Session session = first.session();
    TlsClient second(server.port(), {.version = version, .resumes = session.get()});
    EXPECT_TRUE(second.resumed()) << version;
    EXPECT_EQ(second.post("/"), "POST / 1\n");
    const Session next = second.session();  // the first one was replaced when its ticket was
    ASSERT_TRUE(server.server->set_tls(make_identity("new.example")));
    EXPECT_TRUE(TlsClient(server.port(), {.version = version, .resumes = next.get()}).resumed()) << version;
  }
}

TEST(TlsServer, AsksForClientCertificatesOrInsists) {
  TestHandler handler;
  std::string seen;
  handler.on_finish = [&](const HttpRequest& request, const std::string&) {
    seen = request.client_certificate ? request.client_certificate->sha256_thumbprint : "none";
    return HttpResponse::plain(200, "ok");
  };
  const TlsIdentity client = make_identity("client");
  TlsServerSettings settings(make_identity("server"));
  const RunningServer off(handler, with(settings));
  EXPECT_EQ(TlsClient(off.port(), {.identity = &client}).post("/"), "ok\n");
  EXPECT_EQ(seen, "none");
  settings.client_certificates = ClientCertificateMode::Request;
  const RunningServer request(handler, with(settings));
  EXPECT_EQ(TlsClient(request.port(), {.identity = &client}).post("/"), "ok\n");
  EXPECT_EQ(seen.size(), 64U);
  EXPECT_EQ(TlsClient(request.port()).post("/"), "ok\n");
  EXPECT_EQ(seen, "none");
  settings.client_certificates = ClientCertificateMode::Require;
  const RunningServer require(handler, with(settings));
  EXPECT_EQ(TlsClient(require.port(), {.identity = &client}).post("/"), "ok\n");
  EXPECT_EQ(TlsClient(require.port()).post("/"), "");
  EXPECT_FALSE(TlsClient(require.port(), {.version = TLS1_2_VERSION}).connected());
  // A resumed session brings the certificate along, and one without is of no use where one is required since.
  TlsClient first(require.port(), {.identity = &client});
  EXPECT_EQ(first.post("/"), "ok\n");
  const Session session = first.session();
  seen.clear();
  TlsClient again(require.port(), {.resumes = session.get()});
  EXPECT_EQ(again.post("/"), "ok\n");
  EXPECT_TRUE(again.resumed());
  EXPECT_EQ(seen.size(), 64U);
  TlsClient without(off.port());
  EXPECT_EQ(without.post("/"), "ok\n");
  const Session bare = without.session();
  ASSERT_TRUE(off.server->set_tls(settings));
  EXPECT_EQ(TlsClient(off.port(), {.resumes = bare.get()}).post("/"), "");
}

TEST(TlsServer, SpeaksNoOlderVersionThanItMay) {
  TestHandler handler;
  TlsServerSettings settings(make_identity("server"));
  const RunningServer usual(handler, with(settings));
  EXPECT_FALSE(TlsClient(usual.port(), {.version = TLS1_1_VERSION}).connected());
  EXPECT_TRUE(TlsClient(usual.port(), {.version = TLS1_2_VERSION}).connected());
  EXPECT_TRUE(TlsClient(usual.port(), {.version = TLS1_3_VERSION}).connected());
  settings.tls13_only = true;
  const RunningServer strict(handler, with(settings));
  EXPECT_FALSE(TlsClient(strict.port(), {.version = TLS1_2_VERSION}).connected());
  EXPECT_TRUE(TlsClient(strict.port(), {.version = TLS1_3_VERSION}).connected());
}

TEST(TlsServer, APlainClientAtATlsPortAndNoiseAreTurnedAway) {
  TestHandler handler;
  const RunningServer server(handler, with(make_identity("server")));
  for (const std::string& noise : {std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), std::string(200, '\x16'),
                                   std::string("\x16\x03\x01\xff\xff", 5) + std::string(70'000, 'x')}) {
    RawClient client(server.port());
    client.send(noise);
    client.end_sending();
    EXPECT_EQ(client.read_all().find("HTTP/1.1 2"), std::string::npos);
  }
  EXPECT_EQ(handler.begun, 0);
  EXPECT_EQ(TlsClient(server.port()).post("/"), "POST / 1\n");
}

}  // namespace
}  // namespace sealgate::net::tests
