#include "certificates/import.h"

#include <gtest/gtest.h>

#include "certificates/export.h"
#include "certificates/key_protection.h"
#include "certificates/openssl_handles.h"
#include "certificates/tests/test_certificates.h"

namespace sealgate::certificates {
namespace {

using testing::Identity;
using testing::issue;
using testing::issue_ca;
using testing::issue_crl;

const Secret kPassword = Secret::from_text("pässword");

ImportOptions with_password(const Secret& password = kPassword) {
  ImportOptions options;
  options.password = &password;
  return options;
}

std::string code_of(ByteView data, const ImportOptions& options = {}) {
  const auto bundle = import_bundle(data, options);
  return bundle ? "ok" : std::string(bundle.error().code.id);
}
std::string code_of(std::string_view text, const ImportOptions& options = {}) {
  return code_of(as_bytes(text), options);
}

std::string pem_of(std::string_view label, ByteView der, std::size_t line = 64) {
  std::string base64(4 * ((der.size() + 2) / 3) + 1, '\0');
  base64.resize(static_cast<std::size_t>(
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), der.data(), static_cast<int>(der.size()))));
  std::string text = "-----BEGIN " + std::string(label) + "-----\n";
  for (std::size_t position = 0; position < base64.size(); position += line)
    text += base64.substr(position, line) + "\n";
  return text + "-----END " + std::string(label) + "-----\n";
}

/// Made once: RSA keys and the derivation of passwords take time.
struct Material {
  Identity root = issue_ca("Root");
  Identity leaf = issue({.subject = {{"CN", "Leaf"}}, .issuer = &root, .serial = 9});
  Crl crl = issue_crl(root, {1, 2});
  Bytes pkcs12 =
      export_pkcs12({leaf.certificate, leaf.key, std::span(&root.certificate, 1), "my key"}, kPassword).value();
};
const Material& material() {
  static const Material instance;
  return instance;
}

Bytes copy(ByteView view) {
  return {view.begin(), view.end()};
}

/// A PKCS#12 file with few iterations, so that thousands of damaged ones can be tried.
Bytes quick_pkcs12(const char* password, int certificate_scheme, int key_scheme, int mac_iterations = 1) {
  const Pkcs12Handle store(PKCS12_create(password, "quick", material().leaf.key.native(),
                                         material().leaf.certificate.native(), nullptr, key_scheme,
                                         certificate_scheme, 1, mac_iterations, 0));
  return encode_der<const PKCS12>(i2d_PKCS12, store.get());
}

TEST(Import, RecognisesByContent) {
  const auto& m = material();
  EXPECT_EQ(detect_import_kind(m.leaf.certificate.der()), ImportKind::Certificate);
  EXPECT_EQ(detect_import_kind(m.crl.der()), ImportKind::Crl);
  EXPECT_EQ(detect_import_kind(m.pkcs12), ImportKind::Pkcs12);
  EXPECT_EQ(detect_import_kind(export_pkcs7(std::span(&m.root.certificate, 1)).value()), ImportKind::Pkcs7);
  EXPECT_EQ(detect_import_kind(m.leaf.key.pkcs8_der()->view()), ImportKind::PrivateKey);
  EXPECT_EQ(detect_import_kind(as_bytes(export_pem(std::span(&m.root.certificate, 1)))), ImportKind::Pem);
  EXPECT_FALSE(detect_import_kind(as_bytes("hello")));
  EXPECT_FALSE(detect_import_kind({}));
}

TEST(Import, EachKindAlone) {
  const auto& m = material();
  const auto certificate = import_bundle(m.leaf.certificate.der()).value();
  ASSERT_EQ(certificate.certificates.size(), 1U);
  EXPECT_EQ(certificate.certificates[0].certificate, m.leaf.certificate);
  EXPECT_EQ(import_bundle(m.crl.der())->crls.at(0).revoked_count(), 2U);
  const auto key = import_bundle(m.leaf.key.pkcs8_der()->view()).value();
  EXPECT_TRUE(crypto::matches(key.keys.at(0), m.leaf.certificate.public_key().value()));
  const std::vector<Certificate> both{m.leaf.certificate, m.root.certificate};
  EXPECT_EQ(import_bundle(export_pkcs7(both).value())->certificates.size(), 2U);
}

TEST(Import, PemWithSeveralObjectsAndText) {
  const auto& m = material();
  const std::string key_pem(m.leaf.key.pem()->text());
  const std::string encrypted = m.leaf.key.encrypted_pem(kPassword).value();
  const std::vector<Certificate> both{m.root.certificate, m.leaf.certificate};
  const std::string text = "Bag Attributes\n    friendlyName: x\n" + export_pem(both) + "# key\n" + key_pem +
                           pem_of("X509 CRL", m.crl.der()) + pem_of("EC PARAMETERS", Bytes{6, 1, 42}) +
                           export_pem(both);
  const auto bundle = import_bundle(as_bytes(text)).value();
  EXPECT_EQ(bundle.kind, ImportKind::Pem);
  ASSERT_EQ(bundle.certificates.size(), 2U);  // without duplicates, in the order of the file
  EXPECT_EQ(bundle.certificates[0].certificate, m.root.certificate);
  EXPECT_FALSE(bundle.certificates[0].key_index);
  EXPECT_EQ(bundle.certificates[1].key_index, 0U);
  EXPECT_EQ(bundle.keys.size(), 1U);
  EXPECT_EQ(bundle.crls.size(), 1U);
  ASSERT_EQ(bundle.notes.size(), 1U);
  EXPECT_NE(bundle.notes[0].find("EC PARAMETERS"), std::string::npos);
  EXPECT_EQ(code_of(encrypted), "import.password-required");
  EXPECT_EQ(code_of(encrypted, with_password(Secret::from_text("x"))), "import.wrong-password");
  EXPECT_EQ(code_of(encrypted, with_password()), "ok");
}

TEST(Import, OddTextForms) {
  const auto& m = material();
  const std::string pem = export_pem(std::span(&m.leaf.certificate, 1));
  std::string crlf;
  std::string utf16("\xFF\xFE", 2);
  for (const char c : pem) {
    crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
    utf16 += c;
    utf16 += '\0';
  }
  const std::string bare = pem.substr(pem.find('\n') + 1, pem.rfind("-----END") - pem.find('\n') - 1);
  const std::string forms[] = {crlf,
                               utf16,
                               "\xEF\xBB\xBF" + pem,
                               pem_of("CERTIFICATE", m.leaf.certificate.der(), 100000),
                               pem_of("CERTIFICATE", m.leaf.certificate.der(), 1),
                               pem_of("X509 CERTIFICATE", m.leaf.certificate.der()),
                               pem.substr(0, pem.size() - 1),
                               bare};
  for (const std::string& form : forms) {
    const auto bundle = import_bundle(as_bytes(form));
    ASSERT_TRUE(bundle) << bundle.error().to_string() << "\n" << form.substr(0, 80);
    EXPECT_EQ(bundle->certificates.at(0).certificate, m.leaf.certificate);
  }
}

TEST(Import, BrokenPemNamesTheBlock) {
  const auto& m = material();
  const std::string good = export_pem(std::span(&m.leaf.certificate, 1));
  const auto where = [&](const std::string& text) {
    const auto bundle = import_bundle(as_bytes(text));
    EXPECT_FALSE(bundle);
    return bundle ? std::string() : bundle.error().where;
  };
  EXPECT_EQ(where(good + "-----BEGIN CERTIFICATE-----\nMII"), "PEM block 2");
  EXPECT_EQ(where(good + "-----BEGIN "), "PEM block 2");
  EXPECT_EQ(where(good + good + "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"), "PEM block 3");
  EXPECT_EQ(where("-----BEGIN CERTIFICATE-----\nMIIA\n-----END CERTIFICATE-----\n"), "PEM block 1");
  EXPECT_EQ(code_of("-----BEGIN PUBLIC KEY-----\nMIIA\n-----END PUBLIC KEY-----\n"), "import.empty");
}

TEST(Import, LimitsEverything) {
  const auto& m = material();
  EXPECT_EQ(code_of(std::string_view()), "import.empty");
  EXPECT_EQ(code_of("\xEF\xBB\xBF"), "import.empty");
  EXPECT_EQ(code_of("not a certificate"), "import.unknown-format");
  ImportOptions options;
  options.max_bytes = 100;
  EXPECT_EQ(code_of(m.leaf.certificate.der(), options), "import.too-large");
  options = {};
  options.max_objects = 1;
  const std::vector<Certificate> both{m.leaf.certificate, m.root.certificate};
  EXPECT_EQ(code_of(export_pem(both), options), "import.too-many-objects");
  EXPECT_EQ(code_of(export_pkcs7(both).value(), options), "import.too-many-objects");
  options = with_password();
  options.max_objects = 2;
  EXPECT_EQ(code_of(m.pkcs12, options), "import.too-many-objects");
  options = with_password();
  options.max_iterations = 1000;
  EXPECT_EQ(code_of(m.pkcs12, options), "import.too-many-iterations");
  const auto pem = m.leaf.key.encrypted_pem(kPassword).value();
  EXPECT_EQ(code_of(pem, options), "import.too-many-iterations");
}

TEST(Import, Pkcs12RoundTrip) {
  const auto& m = material();
  const auto bundle = import_bundle(m.pkcs12, with_password());
  ASSERT_TRUE(bundle) << bundle.error().to_string();
  EXPECT_EQ(bundle->kind, ImportKind::Pkcs12);
  ASSERT_EQ(bundle->certificates.size(), 2U);
  EXPECT_EQ(bundle->certificates[0].certificate, m.leaf.certificate);
  EXPECT_EQ(bundle->certificates[0].friendly_name, "my key");
  EXPECT_EQ(bundle->certificates[0].key_index, 0U);
  EXPECT_EQ(bundle->certificates[1].certificate, m.root.certificate);
  EXPECT_TRUE(bundle->notes.empty());
  EXPECT_EQ(code_of(m.pkcs12), "import.password-required");
  for (const std::string wrong : {"p", "PÄSSWORD", "password", "pässword ", "pässwor"}) {
    EXPECT_EQ(code_of(m.pkcs12, with_password(Secret::from_text(wrong))), "import.wrong-password") << wrong;
  }
}

TEST(Import, Pkcs12OfEverySchemeAndWithoutPassword) {
  const int schemes[] = {NID_pbe_WithSHA1And40BitRC2_CBC,
                         NID_pbe_WithSHA1And128BitRC2_CBC,
                         NID_pbe_WithSHA1And3_Key_TripleDES_CBC,
                         NID_pbe_WithSHA1And2_Key_TripleDES_CBC,
                         NID_pbe_WithSHA1And128BitRC4,
                         NID_aes_128_cbc,
                         NID_aes_256_cbc};
  const Secret password = Secret::from_text("secret");
  for (const int scheme : schemes) {
    const Bytes file = quick_pkcs12("secret", scheme, scheme);
    ASSERT_FALSE(file.empty()) << OBJ_nid2sn(scheme);
    const auto bundle = import_bundle(file, with_password(password));
    ASSERT_TRUE(bundle) << OBJ_nid2sn(scheme) << ": " << bundle.error().to_string();
    EXPECT_EQ(bundle->certificates.at(0).key_index, 0U);
    EXPECT_EQ(code_of(file, with_password(Secret::from_text("Secret"))), "import.wrong-password");
    EXPECT_EQ(code_of(file), "import.password-required");
  }
  for (const char* none : {"", static_cast<const char*>(nullptr)}) {
    const Bytes file = quick_pkcs12(none, NID_aes_128_cbc, NID_aes_128_cbc);
    EXPECT_EQ(code_of(file), "ok");
    EXPECT_EQ(code_of(file, with_password(Secret())), "ok");
    EXPECT_EQ(code_of(file, with_password(password)), "import.wrong-password");
  }
}

TEST(Import, Pkcs12WithoutMac) {
  const Bytes file = quick_pkcs12("secret", NID_aes_256_cbc, NID_aes_256_cbc, -1);
  const Secret password = Secret::from_text("secret");
  const auto bundle = import_bundle(file, with_password(password));
  ASSERT_TRUE(bundle) << bundle.error().to_string();
  ASSERT_EQ(bundle->notes.size(), 1U);
  EXPECT_NE(bundle->notes[0].find("no MAC"), std::string::npos);
  EXPECT_EQ(code_of(file), "import.password-required");
  // Without a MAC a wrong password shows only as padding or structure that does not fit.
  EXPECT_NE(code_of(file, with_password(Secret::from_text("wrong"))), "ok");
  const Bytes clear = quick_pkcs12("secret", -1, -1, -1);
  EXPECT_EQ(code_of(clear), "ok");
}

TEST(Import, TruncatedAnywhere) {
  const Bytes file = quick_pkcs12("secret", NID_pbe_WithSHA1And40BitRC2_CBC, NID_pbe_WithSHA1And3_Key_TripleDES_CBC);
  const Secret password = Secret::from_text("secret");
  for (std::size_t length = 0; length < file.size(); ++length) {
    EXPECT_NE(code_of(ByteView(file).first(length), with_password(password)), "ok") << length;
  }
  const std::vector<Certificate> both{material().leaf.certificate, material().root.certificate};
  const Bytes pkcs7 = export_pkcs7(both).value();
  for (std::size_t length = 0; length < pkcs7.size(); ++length) {
    EXPECT_NE(code_of(ByteView(pkcs7).first(length)), "ok") << length;
  }
  const Bytes crl = copy(material().crl.der());
  for (std::size_t length = 0; length < crl.size(); ++length) {
    EXPECT_NE(code_of(ByteView(crl).first(length)), "ok") << length;
  }
}

TEST(Import, FlippedBitsInPkcs12AreNoticed) {
  const Bytes file = quick_pkcs12("secret", NID_aes_128_cbc, NID_aes_128_cbc);
  const Secret password = Secret::from_text("secret");
  ImportOptions options = with_password(password);
  options.max_iterations = 4096;
  for (std::size_t position = 0; position < file.size(); ++position) {
    Bytes damaged = file;
    damaged[position] = static_cast<Byte>(damaged[position] ^ 0x10);
    const auto bundle = import_bundle(damaged, options);
    if (!bundle) {
      EXPECT_FALSE(bundle.error().what.empty());
      EXPECT_TRUE(bundle.error().code.id.starts_with("import.") ||
                  bundle.error().code.id.starts_with("certificates.") ||
                  bundle.error().code.id.starts_with("crypto."))
          << bundle.error().code.id;
    } else {
      // What still opens is whole: the MAC covers all of it, and only its own frame may have changed.
      EXPECT_EQ(bundle->certificates.at(0).certificate, material().leaf.certificate) << position;
    }
  }
}

TEST(Export, RefusesKeysWithoutPasswordOrOfOthers) {
  const auto& m = material();
  EXPECT_EQ(export_pkcs12({m.leaf.certificate, m.leaf.key}, Secret()).error().code.id, "export.password-required");
  EXPECT_EQ(export_pkcs12({m.leaf.certificate, m.root.key}, kPassword).error().code.id, "export.key-does-not-fit");
}

TEST(Export, Pkcs12UsesTodaysAlgorithms) {
  const std::string_view text = as_text(material().pkcs12);
  const auto contains = [&](int nid) {
    const ASN1_OBJECT* object = OBJ_nid2obj(nid);
    const Bytes der = encode_der<const ASN1_OBJECT>(i2d_ASN1_OBJECT, object);
    return text.find(as_text(der)) != std::string_view::npos;
  };
  EXPECT_TRUE(contains(NID_aes_256_cbc));
  EXPECT_TRUE(contains(NID_hmacWithSHA256));
  EXPECT_TRUE(contains(NID_sha256));
  EXPECT_FALSE(contains(NID_sha1));
  EXPECT_FALSE(contains(NID_pbe_WithSHA1And40BitRC2_CBC));
}

TEST(KeyProtection, BoundToAccountCertificateAndKeyFile) {
  const auto& m = material();
  const AccountKey account = AccountKey::generate("alpha").value();
  const Thumbprint& thumbprint = m.leaf.certificate.thumbprint_sha256();
  const Bytes wrapped = wrap_private_key(account, thumbprint, m.leaf.key).value();
  EXPECT_EQ(as_text(ByteView(wrapped).first(4)), "SGK1");
  EXPECT_NE(wrapped, wrap_private_key(account, thumbprint, m.leaf.key).value());
  EXPECT_TRUE(crypto::matches(unwrap_private_key(account, thumbprint, wrapped).value(),
                              m.leaf.certificate.public_key().value()));
  const AccountKey renamed = AccountKey::from_bytes("beta", account.secret().clone()).value();
  EXPECT_EQ(unwrap_private_key(renamed, thumbprint, wrapped).error().code.id, "certificates.key-unwrap-failed");
  EXPECT_FALSE(unwrap_private_key(account, m.root.certificate.thumbprint_sha256(), wrapped));
  EXPECT_FALSE(unwrap_private_key(AccountKey::generate("alpha").value(), thumbprint, wrapped));
  for (std::size_t length = 0; length < wrapped.size(); ++length) {
    EXPECT_FALSE(unwrap_private_key(account, thumbprint, ByteView(wrapped).first(length)));
  }
  for (std::size_t position = 0; position < wrapped.size(); ++position) {
    Bytes damaged = wrapped;
    damaged[position] = static_cast<Byte>(damaged[position] ^ 1);
    EXPECT_FALSE(unwrap_private_key(account, thumbprint, damaged)) << position;
  }
  EXPECT_FALSE(AccountKey::from_bytes("alpha", Secret(std::size_t{31})));
  EXPECT_FALSE(AccountKey::from_bytes("../alpha", Secret(std::size_t{32})));
}

}  // namespace
}  // namespace sealgate::certificates
