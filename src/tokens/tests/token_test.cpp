// Keys in a SoftHSM token of our own: made in a folder for this process, two keys in it.

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <p11-kit/pkcs11.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "crypto/errors.h"
#include "crypto/key_agreement.h"
#include "crypto/key_transport.h"
#include "crypto/random.h"
#include "crypto/signature.h"
#include "tokens/errors.h"
#include "tokens/pin.h"
#include "tokens/token_key.h"

namespace sealgate::tokens {
namespace {

namespace fs = std::filesystem;
constexpr const char* kLibrary = "/usr/lib/softhsm/libsofthsm2.so";

void write_file(const fs::path& path, const std::string& text, mode_t mode = 0600) {
  std::ofstream(path) << text;
  ASSERT_EQ(::chmod(path.c_str(), mode), 0);
}

/// The library as another program in this process would use it: what it does to sessions, our own see.
CK_FUNCTION_LIST* bare_library() {
  void* const handle = ::dlopen(kLibrary, RTLD_NOW);
  if (handle == nullptr) return nullptr;
  const auto get = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(handle, "C_GetFunctionList"));
  CK_FUNCTION_LIST* functions = nullptr;
  return get != nullptr && get(&functions) == CKR_OK ? functions : nullptr;
}

class TokenTest : public testing::Test {
 public:
  static void SetUpTestSuite() {
    std::string name = (fs::temp_directory_path() / "sealgate-token-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder() = name;
    fs::create_directory(folder() / "tokens");
    write_file(folder() / "softhsm2.conf", "directories.tokendir = " + (folder() / "tokens").string() +
                                               "\nobjectstore.backend = file\nlog.level = ERROR\n");
    ::setenv("SOFTHSM2_CONF", (folder() / "softhsm2.conf").c_str(), 1);
    write_file(folder() / "pin", "1234\n");
    write_file(folder() / "wrong", "4321\n");
    ASSERT_EQ(run("softhsm2-util --init-token --free --label unit --so-pin 5678 --pin 1234"), 0);
    rsa() = crypto::generate_rsa(2048).value();
    ec() = crypto::generate_ec("P-256").value();
    import("rsa", "01", rsa());
    import("ec", "02", ec());
    allow_agreement("ec");
  }
  static void TearDownTestSuite() { fs::remove_all(folder()); }

  static fs::path& folder() {
    static fs::path path;
    return path;
  }
  static crypto::PrivateKey& rsa() {
    static crypto::PrivateKey key;
    return key;
  }
  static crypto::PrivateKey& ec() {
    static crypto::PrivateKey key;
    return key;
  }

  static TokenUri uri(const std::string& object, const std::string& pin = "pin", const std::string& token = "unit") {
    return TokenUri::parse("pkcs11:token=" + token + ";object=" + object + "?module-path=" + kLibrary +
                           "&pin-source=file:" + (folder() / pin).string())
        .value();
  }

  static void close_all_sessions() {
    CK_FUNCTION_LIST* const library = bare_library();
    ASSERT_NE(library, nullptr);
    CK_SLOT_ID slots[8];
    CK_ULONG count = 8;
    ASSERT_EQ(library->C_GetSlotList(CK_TRUE, slots, &count), CKR_OK);
    for (CK_ULONG i = 0; i < count; ++i) library->C_CloseAllSessions(slots[i]);
  }

 private:
  /// softhsm2-util imports EC keys for signing alone.
  static void allow_agreement(std::string label) {
    CK_FUNCTION_LIST* const library = bare_library();
    ASSERT_NE(library, nullptr);
    ASSERT_EQ(library->C_Initialize(nullptr), CKR_OK);
    CK_SLOT_ID slots[8];
    CK_ULONG count = 8;
    ASSERT_EQ(library->C_GetSlotList(CK_TRUE, slots, &count), CKR_OK);
    CK_SESSION_HANDLE session = 0;
    ASSERT_EQ(library->C_OpenSession(slots[0], CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session),
              CKR_OK);
    Bytes pin = to_bytes("1234");
    ASSERT_EQ(library->C_Login(session, CKU_USER, pin.data(), pin.size()), CKR_OK);
    CK_OBJECT_CLASS kind = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &kind, sizeof kind}, {CKA_LABEL, label.data(), label.size()}};
    CK_OBJECT_HANDLE key = 0;
    ASSERT_EQ(library->C_FindObjectsInit(session, wanted, 2), CKR_OK);
    ASSERT_EQ(library->C_FindObjects(session, &key, 1, &count), CKR_OK);
    ASSERT_EQ(count, 1U);
    library->C_FindObjectsFinal(session);
    CK_BBOOL yes = CK_TRUE;
    CK_ATTRIBUTE derive{CKA_DERIVE, &yes, sizeof yes};
    ASSERT_EQ(library->C_SetAttributeValue(session, key, &derive, 1), CKR_OK);
    ASSERT_EQ(library->C_Finalize(nullptr), CKR_OK);
  }
  static int run(const std::string& command) { return std::system((command + " >/dev/null").c_str()); }
  static void import(const std::string& label, const std::string& id, const crypto::PrivateKey& key) {
    write_file(folder() / "key.pem", std::string(key.pem().value().text()));
    ASSERT_EQ(run("softhsm2-util --import " + (folder() / "key.pem").string() + " --token unit --label " + label +
                  " --id " + id + " --pin 1234"),
              0);
    fs::remove(folder() / "key.pem");
  }
};

std::string code_of(const auto& result) {
  return result ? "none" : std::string(result.error().code.id);
}

TEST_F(TokenTest, signs_and_decrypts_with_rsa) {
  const crypto::PublicKey public_key = rsa().public_key();
  const auto key = open_private_key(uri("rsa"), public_key);
  ASSERT_TRUE(key) << key.error().to_string();
  EXPECT_TRUE(prove_private_key(*key, public_key));
  EXPECT_EQ(key->type(), crypto::KeyType::Rsa);
  for (const auto kind : {crypto::SignatureKind::RsaPkcs1, crypto::SignatureKind::RsaPss}) {
    for (const auto digest : {crypto::DigestAlgorithm::Sha1, crypto::DigestAlgorithm::Sha256,
                              crypto::DigestAlgorithm::Sha384, crypto::DigestAlgorithm::Sha512}) {
      const crypto::SignatureScheme scheme{kind, digest};
      const auto signature = crypto::sign_message(*key, scheme, as_bytes("what is signed"));
      ASSERT_TRUE(signature) << signature.error().to_string();
      EXPECT_TRUE(crypto::verify_message(public_key, scheme, as_bytes("what is signed"), *signature));
      EXPECT_FALSE(crypto::verify_message(public_key, scheme, as_bytes("what was signed"), *signature));
    }
  }
  const Bytes content_key = crypto::random_bytes(32).value();
  const Bytes encrypted = crypto::rsa_pkcs1_encrypt(public_key, content_key).value();
  EXPECT_EQ(as_text(crypto::rsa_pkcs1_decrypt(*key, encrypted, 32)->view()), as_text(content_key));
  for (const auto digest : {crypto::DigestAlgorithm::Sha1, crypto::DigestAlgorithm::Sha256}) {
    for (const std::string label : {"", "label"}) {
      const crypto::OaepParameters oaep{digest, digest, to_bytes(label)};
      const Bytes sealed = crypto::rsa_oaep_encrypt(public_key, content_key, oaep).value();
      const auto opened = crypto::rsa_oaep_decrypt(*key, sealed, oaep);
      ASSERT_TRUE(opened) << opened.error().to_string();
      EXPECT_EQ(as_text(opened->view()), as_text(content_key));
      Bytes damaged = sealed;
      damaged[17] ^= 1;
      EXPECT_EQ(code_of(crypto::rsa_oaep_decrypt(*key, damaged, oaep)), "crypto.key-unwrap");
    }
  }
}

TEST_F(TokenTest, wrong_padding_gives_a_key_and_always_the_same) {
  const auto key = open_private_key(uri("rsa"), rsa().public_key());
  ASSERT_TRUE(key);
  Bytes noise = crypto::random_bytes(256).value();
  noise[0] = 0;
  const auto first = crypto::rsa_pkcs1_decrypt(*key, noise, 16);
  const auto second = crypto::rsa_pkcs1_decrypt(*key, noise, 16);
  ASSERT_TRUE(first && second) << code_of(first);
  EXPECT_EQ(as_text(first->view()), as_text(second->view()));
  EXPECT_EQ(crypto::rsa_pkcs1_decrypt(*key, Bytes(256, 0xff), 16)->size(), 16U);  // beyond the modulus
  EXPECT_EQ(crypto::rsa_pkcs1_decrypt(*key, Bytes(3, 1), 16)->size(), 16U);
}

TEST_F(TokenTest, signs_and_agrees_with_ec) {
  const crypto::PublicKey public_key = ec().public_key();
  const auto key = open_private_key(uri("ec"), public_key);
  ASSERT_TRUE(key) << key.error().to_string();
  EXPECT_TRUE(prove_private_key(*key, public_key));
  for (int i = 0; i < 20; ++i) {  // so that numbers with leading zeros and high bits come by
    const crypto::SignatureScheme scheme{crypto::SignatureKind::Ecdsa};
    const Bytes message = crypto::random_bytes(9).value();
    const auto signature = crypto::sign_message(*key, scheme, message);
    ASSERT_TRUE(signature) << signature.error().to_string();
    EXPECT_TRUE(crypto::verify_message(public_key, scheme, message, *signature));
    const crypto::PrivateKey ephemeral = crypto::generate_ephemeral(public_key).value();
    const auto shared = crypto::shared_secret(*key, ephemeral.public_key());
    ASSERT_TRUE(shared) << shared.error().to_string();
    EXPECT_EQ(as_text(shared->view()), as_text(crypto::shared_secret(ec(), ephemeral.public_key())->view()));
  }
  const crypto::PrivateKey other = crypto::generate_ec("P-384").value();
  EXPECT_EQ(code_of(crypto::shared_secret(*key, other.public_key())), "crypto.invalid-peer-key");
}

TEST_F(TokenTest, the_key_cannot_be_taken_out) {
  const auto key = open_private_key(uri("rsa"), rsa().public_key());
  ASSERT_TRUE(key);
  EXPECT_EQ(code_of(key->pkcs8_der()), "crypto.key-stays");
  EXPECT_EQ(code_of(key->pem()), "crypto.key-stays");
  EXPECT_EQ(code_of(key->encrypted_pem(Secret::from_text("x"))), "crypto.key-stays");
}

TEST_F(TokenTest, a_lost_session_is_opened_again) {
  const auto key = open_private_key(uri("rsa"), rsa().public_key());
  ASSERT_TRUE(key);
  const crypto::SignatureScheme scheme{crypto::SignatureKind::RsaPkcs1};
  ASSERT_TRUE(crypto::sign_message(*key, scheme, as_bytes("before")));
  for (int i = 0; i < 3; ++i) {
    close_all_sessions();
    const auto signature = crypto::sign_message(*key, scheme, as_bytes("after"));
    ASSERT_TRUE(signature) << signature.error().to_string();
    EXPECT_TRUE(crypto::verify_message(rsa().public_key(), scheme, as_bytes("after"), *signature));
  }
}

TEST_F(TokenTest, threads_share_sessions_while_some_are_lost) {
  const auto key = open_private_key(uri("rsa"), rsa().public_key());
  ASSERT_TRUE(key);
  const crypto::SignatureScheme scheme{crypto::SignatureKind::RsaPkcs1};
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        const auto signature = crypto::sign_message(*key, scheme, as_bytes("shared"));
        if (!signature || !crypto::verify_message(rsa().public_key(), scheme, as_bytes("shared"), *signature))
          ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(TokenTest, a_wrong_pin_is_sent_once) {
  close_all_sessions();  // nobody is logged in
  const auto refused = open_private_key(uri("rsa", "wrong"), rsa().public_key());
  EXPECT_EQ(code_of(refused), "tokens.wrong-pin");
  const auto again = open_private_key(uri("rsa", "wrong"), rsa().public_key());
  ASSERT_EQ(code_of(again), "tokens.wrong-pin");
  EXPECT_NE(again.error().what.find("before"), std::string::npos) << again.error().what;
  // The right one mends it without a restart.
  write_file(folder() / "wrong", "1234\n");
  EXPECT_TRUE(open_private_key(uri("rsa", "wrong"), rsa().public_key()));
  write_file(folder() / "wrong", "4321\n");
}

TEST_F(TokenTest, pins_come_from_private_files_only) {
  write_file(folder() / "open", "1234\n", 0644);
  EXPECT_EQ(code_of(read_pin(uri("rsa", "open"))), "tokens.pin-not-private");
  EXPECT_EQ(code_of(read_pin(uri("rsa", "nowhere"))), "tokens.pin-missing");
  write_file(folder() / "empty", "\n");
  EXPECT_EQ(code_of(read_pin(uri("rsa", "empty"))), "tokens.pin-missing");
  EXPECT_EQ(code_of(read_pin(TokenUri::parse("pkcs11:token=unit;object=rsa").value())), "tokens.pin-missing");
  const TokenUri credential = TokenUri::parse("pkcs11:token=unit;object=rsa?pin-source=credential:hsm").value();
  ::unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_EQ(code_of(read_pin(credential)), "tokens.pin-missing");
  ::setenv("CREDENTIALS_DIRECTORY", folder().c_str(), 1);
  write_file(folder() / "hsm", "1234\r\nsecond line");
  EXPECT_EQ(read_pin(credential)->text(), "1234");
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_F(TokenTest, says_what_is_missing) {
  EXPECT_EQ(code_of(open_private_key(uri("nobody"), rsa().public_key())), "tokens.key-missing");
  EXPECT_EQ(code_of(open_private_key(uri("rsa", "pin", "another"), rsa().public_key())), "tokens.token-missing");
  EXPECT_EQ(code_of(open_private_key(uri("ec"), rsa().public_key())), "tokens.device-failed");
  const crypto::PrivateKey stranger = crypto::generate_rsa(2048).value();
  EXPECT_EQ(code_of(open_private_key(uri("rsa"), stranger.public_key())), "tokens.key-missing");
  const auto no_library = TokenUri::parse("pkcs11:token=x;object=y?module-path=/nowhere/library.so");
  EXPECT_EQ(code_of(open_private_key(*no_library, rsa().public_key())), "tokens.no-module");
  const crypto::PrivateKey other_curve = crypto::generate_ec("P-256").value();
  const auto key = open_private_key(uri("ec"), other_curve.public_key());
  EXPECT_TRUE(!key || !prove_private_key(*key, other_curve.public_key()));
}

TEST_F(TokenTest, finds_a_token_that_comes_later) {
  EXPECT_EQ(code_of(open_private_key(uri("rsa", "pin", "late"), rsa().public_key())), "tokens.token-missing");
  ASSERT_EQ(std::system("softhsm2-util --init-token --free --label late --so-pin 5678 --pin 1234 >/dev/null"), 0);
  EXPECT_EQ(code_of(open_private_key(uri("rsa", "pin", "late"), rsa().public_key())), "tokens.key-missing");
  // The libraries were initialised anew for that; keys that were open before go on.
  const auto key = open_private_key(uri("rsa"), rsa().public_key());
  ASSERT_TRUE(key) << key.error().to_string();
  EXPECT_TRUE(prove_private_key(*key, rsa().public_key()));
}

TEST(TokenUri, refuses_what_is_no_address_of_a_key) {
  for (const char* text : {"", "pkcs11", "http://x", "pkcs11:", "pkcs11:token=x", "pkcs11:object=%zz",
                           "pkcs11:token=x;object=y?pin-value=1234", "pkcs11:token=x;object=y;unheard-of=1"}) {
    EXPECT_EQ(code_of(TokenUri::parse(text)), "tokens.bad-uri") << text;
  }
  EXPECT_EQ(code_of(TokenUri::parse("pkcs11:object=" + std::string(5000, 'x'))), "tokens.bad-uri");
  const auto refused = TokenUri::parse("pkcs11:token=x;object=y?pin-value=secret1234");
  EXPECT_EQ(refused.error().to_string().find("secret1234"), std::string::npos);
}

TEST(TokenUri, completes_an_address) {
  const auto uri = TokenUri::parse("pkcs11:token=My%20Token;id=%01%02");
  ASSERT_TRUE(uri);
  EXPECT_EQ(*uri->id(), (Bytes{1, 2}));
  EXPECT_FALSE(uri->label());
  const auto full = uri->with_defaults("file:/etc/pin", "/usr/lib/x.so");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->pin_source(), "file:/etc/pin");
  EXPECT_EQ(full->module_path(), "/usr/lib/x.so");
  EXPECT_EQ(full->display().find("pin"), std::string::npos);
  EXPECT_EQ(full->with_defaults("file:/other", "")->pin_source(), "file:/etc/pin");
}

}  // namespace
}  // namespace sealgate::tokens
