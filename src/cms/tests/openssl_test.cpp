// Both ways with the openssl program: what it writes we read, what we write it reads.

#include <gtest/gtest.h>

#include "cms/format.h"
#include "cms/tests/writing.h"

namespace sealgate::cms::test {
namespace {

using crypto::ContentCipher;
using crypto::DigestAlgorithm;

constexpr const char* kProviders = " -provider legacy -provider default ";

Bytes decoded(const std::string& path) {
  BufferSink sink;
  const auto decoder = make_auto_decoder(sink);
  EXPECT_TRUE(decoder->write(read_file(path)));
  EXPECT_TRUE(decoder->finish());
  return sink.take();
}

class Openssl : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return folder_.path(name); }
  void content(ByteView bytes) const { write_file(path("in"), bytes); }
  bool cms(const std::string& arguments) const { return run("openssl cms" + (kProviders + arguments)); }

 private:
  TemporaryFolder folder_;
};

TEST_F(Openssl, ReadsOurSignatures) {
  // Ed25519 is missing: OpenSSL 3.0 cannot use it in CMS.
  for (const char* kind : {"rsa", "p256", "p384", "p521", "dsa"}) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{70000}, std::size_t{300000}}) {
      SCOPED_TRACE(std::string(kind) + ' ' + std::to_string(size));
      const Bytes bytes = sample(size);
      SignerSpec spec =
          signer(kind, std::string_view(kind) == "p521" ? DigestAlgorithm::Sha512 : DigestAlgorithm::Sha256);
      spec.signing_time = *parse_rfc3339("2026-11-21T07:30:00Z");
      spec.algorithm_protection = true;
      write_file(path("signed"), sign(signed_by(spec), bytes, 4096));
      ASSERT_TRUE(cms("-verify -binary -noverify -inform DER -in " + path("signed") + " -out " + path("out")));
      EXPECT_EQ(read_file(path("out")), bytes);

      SignedDataOptions detached = signed_by(spec);
      detached.detached = true;
      write_file(path("signed"), sign(std::move(detached), bytes, 4096));
      content(bytes);
      ASSERT_TRUE(cms("-verify -binary -noverify -inform DER -in " + path("signed") + " -content " + path("in") +
                      " -out " + path("out")));
      EXPECT_EQ(read_file(path("out")), bytes);
    }
  }
}

TEST_F(Openssl, ReadsOurVariantsOfSignatures) {
  const Bytes bytes = sample(1000);
  for (const DigestAlgorithm digest :
       {DigestAlgorithm::Md5, DigestAlgorithm::Sha1, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512}) {
    for (const bool pss : {false, true}) {
      for (const bool attributes : {false, true}) {
        SCOPED_TRACE(std::string(crypto::name(digest)) + (pss ? " pss" : "") + (attributes ? "" : " no attributes"));
        SignerSpec spec = signer("rsa", digest);
        if (pss) spec.signature = crypto::SignatureKind::RsaPss;
        spec.signed_attributes = attributes;
        spec.identify_by_key_id = pss;
        write_file(path("signed"), sign(signed_by(spec), bytes));
        ASSERT_TRUE(cms("-verify -binary -noverify -inform DER -in " + path("signed") + " -out " + path("out")));
        EXPECT_EQ(read_file(path("out")), bytes);
      }
    }
  }
}

TEST_F(Openssl, ReadsOurEnvelopes) {
  const Bytes bytes = sample(200000);
  for (const char* kind : {"rsa", "p256", "p384", "p521", "dh"}) {
    for (const ContentCipher cipher :
         {ContentCipher::DesCbc, ContentCipher::Des3Cbc, ContentCipher::Rc2_40Cbc, ContentCipher::Rc2_64Cbc,
          ContentCipher::Rc2_128Cbc, ContentCipher::Aes128Cbc, ContentCipher::Aes192Cbc, ContentCipher::Aes256Cbc,
          ContentCipher::Aes128Gcm, ContentCipher::Aes256Gcm}) {
      const bool agreement = std::string_view(kind) != "rsa";
      // Neither side wraps the short keys of single DES and RC2 under a key-agreement key.
      if (agreement && (cipher == ContentCipher::DesCbc || crypto::is_rc2(cipher))) continue;
      SCOPED_TRACE(std::string(kind) + ' ' + std::string(crypto::name(cipher)));
      write_file(path("sealed"), seal(sealed_for(kind, cipher), bytes, 10000));
      const Identity& own = identity(kind);
      ASSERT_TRUE(cms("-decrypt -binary -inform DER -in " + path("sealed") + " -inkey " + own.key_path + " -recip " +
                      own.cert_path + " -out " + path("out")));
      EXPECT_EQ(read_file(path("out")), bytes);
    }
  }
}

TEST_F(Openssl, ReadsOurOaepPasswordAndSecretKeyRecipients) {
  const Bytes bytes = sample(200);
  EnvelopedDataOptions options;
  CertificateRecipient oaep{identity("rsa").certificate};
  oaep.oaep = true;
  oaep.identify_by_key_id = true;
  options.recipients.emplace_back(std::move(oaep));
  options.recipients.emplace_back(SecretKeyRecipient{Secret(Bytes(16, 0x11)), Bytes{0xab, 0xcd}});
  options.recipients.emplace_back(PasswordRecipient{Secret::from_text("swordfish"), 2000});
  write_file(path("sealed"), seal(std::move(options), bytes));
  const std::string common = "-decrypt -binary -inform DER -in " + path("sealed") + " -out " + path("out");
  for (const std::string& key : {" -inkey " + identity("rsa").key_path + " -recip " + identity("rsa").cert_path,
                                 std::string(" -secretkey 11111111111111111111111111111111 -secretkeyid abcd"),
                                 std::string(" -pwri_password swordfish")}) {
    ASSERT_TRUE(cms(common + key)) << key;
    EXPECT_EQ(read_file(path("out")), bytes);
    write_file(path("out"), {});
  }
}

TEST_F(Openssl, WeReadItsSignatures) {
  const Bytes bytes = sample(100000);
  content(bytes);
  for (const char* kind : {"rsa", "p256", "dsa"}) {
    for (const char* more : {"", " -stream", " -noattr", " -nosmimecap", " -keyid", " -md sha512", " -nocerts",
                             " -keyopt rsa_padding_mode:pss", " -outform PEM", " -cades"}) {
      const bool rsa_only = std::string_view(more).find("rsa_") != std::string_view::npos;
      const bool no_such_dsa = std::string_view(kind) == "dsa" && std::string_view(more) == " -md sha512";
      if ((rsa_only && std::string_view(kind) != "rsa") || no_such_dsa) continue;
      SCOPED_TRACE(std::string(kind) + more);
      const Identity& own = identity(kind);
      const std::string form = std::string_view(more).find("PEM") == std::string_view::npos ? " -outform DER" : "";
      ASSERT_TRUE(cms("-sign -binary -nodetach -in " + path("in") + form + " -signer " + own.cert_path + " -inkey " +
                      own.key_path + more + " -out " + path("signed")));
      const MemorySignerProvider signers({own.certificate});
      ReaderOptions options;
      options.signers = &signers;
      const ReadResult result = read_all(decoded(path("signed")), options, 5000);
      EXPECT_EQ(result.outcome(), "ok") << (result.layer.error ? result.layer.error->to_string() : "");
      EXPECT_EQ(result.content, bytes);
    }
  }
}

TEST_F(Openssl, WeReadItsEnvelopes) {
  const Bytes bytes = sample(100000);
  content(bytes);
  for (const char* kind : {"rsa", "p256", "p521", "dh"}) {
    for (const char* more : {" -aes-256-cbc", " -aes-128-gcm", " -aes-256-gcm -stream", " -des3 -stream", " -des",
                             " -rc2-40", " -rc2-64", " -rc2-128", " -aes128 -keyid",
                             " -aes128 -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256",
                             " -aes128 -keyopt ecdh_kdf_md:sha384"}) {
      const bool rsa = std::string_view(kind) == "rsa";
      const std::string_view option = more;
      const bool needs_rsa =
          option.find("rsa_") != option.npos || option.find("rc2") != option.npos || option == " -des";
      const bool needs_ec = option.find("ecdh") != option.npos;
      if ((needs_rsa && !rsa) || (needs_ec && kind[0] != 'p')) continue;
      SCOPED_TRACE(std::string(kind) + more);
      const Keys keys(kind);
      std::string arguments = more;
      std::string key_options;
      if (const auto at = arguments.find(" -keyopt"); at != std::string::npos) {
        key_options = arguments.substr(at);
        arguments.resize(at);
      }
      ASSERT_TRUE(cms("-encrypt -binary -in " + path("in") + " -outform DER" + arguments + " -out " + path("sealed") +
                      " -recip " + identity(kind).cert_path + key_options));
      const ReadResult result = read_all(read_file(path("sealed")), keys.options, 5000);
      EXPECT_EQ(result.outcome(), "ok") << (result.layer.error ? result.layer.error->to_string() : "");
      EXPECT_EQ(result.content, bytes);
    }
  }
}

TEST_F(Openssl, WeReadItsDigestedAndEncryptedData) {
  const Bytes bytes = sample(1000);
  content(bytes);
  ASSERT_TRUE(cms("-digest_create -md sha256 -binary -in " + path("in") + " -outform DER -out " + path("out")));
  EXPECT_EQ(read_all(read_file(path("out"))).outcome(), "ok");
  EXPECT_EQ(read_all(read_file(path("out"))).layer.algorithms(), std::vector<std::string>{"sha256"});
  ASSERT_TRUE(cms("-EncryptedData_encrypt -aes128 -secretkey 22222222222222222222222222222222 -binary -in " +
                  path("in") + " -outform DER -out " + path("out")));
  MemoryKeyProvider provider;
  provider.add_secret(Secret(Bytes(16, 0x22)));
  ReaderOptions options;
  options.keys = &provider;
  EXPECT_EQ(read_all(read_file(path("out")), options).content, bytes);
  ASSERT_TRUE(cms("-data_create -binary -in " + path("in") + " -outform DER -out " + path("out")));
  const ReadResult data = read_all(read_file(path("out")));
  EXPECT_EQ(data.layer.kind, LayerKind::Data);
  EXPECT_EQ(data.content, bytes);
}

}  // namespace
}  // namespace sealgate::cms::test
