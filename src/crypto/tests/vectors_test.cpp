// Third-party vectors, where they are present: $SEALGATE_VECTORS, else ../shared/vectors beside the source.

#include <openssl/x509.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "crypto/errors.h"
#include "crypto/key.h"
#include "crypto/key_agreement.h"
#include "crypto/key_wrap.h"
#include "crypto/tests/support.h"

namespace sealgate::crypto {
namespace {

using test::error_id;
using test::must;
using test::read_file;
using test::unhex;

/// Empty when there are none; with CI=true that is a failure.
std::filesystem::path vectors() {
  const char* const setting = std::getenv("SEALGATE_VECTORS");
  std::filesystem::path folder =
      setting != nullptr ? std::filesystem::path(setting)
                         : std::filesystem::path(SEALGATE_SOURCE_DIR).parent_path() / "shared" / "vectors";
  if (std::filesystem::exists(folder / "manifest.json")) return folder;
  std::cout << "third-party vectors are not here: " << folder << "\n";
  const char* const ci = std::getenv("CI");
  EXPECT_FALSE(ci != nullptr && std::string_view(ci) == "true") << "CI needs the vectors at " << folder;
  return {};
}

nlohmann::json load_json(const std::filesystem::path& path) {
  return nlohmann::json::parse(as_text(read_file(path.string())));
}

TEST(Vectors, NumericKnownAnswers) {
  const std::filesystem::path folder = vectors();
  if (folder.empty()) return;
  const nlohmann::json answers = load_json(folder / "rfc-kat" / "kat.json");
  std::size_t count = 0;
  for (const auto& entry : answers.at("esdh_kdf")) {
    EXPECT_EQ(
        to_hex(must(x942_kdf(unhex(entry.at("zz").get<std::string>()), entry.at("key_wrap_oid").get<std::string>(),
                             entry.at("kek_bits").get<std::size_t>(),
                             unhex(entry.at("party_a_info").get<std::string>())))
                   .view()),
        entry.at("kek").get<std::string>());
    ++count;
  }
  for (const auto& entry : answers.at("key_wrap")) {
    const auto wrap = key_wrap_from_oid(entry.at("alg").get<std::string>());
    ASSERT_TRUE(wrap);
    const Bytes kek = unhex(entry.at("kek").get<std::string>()), key = unhex(entry.at("cek").get<std::string>());
    const Bytes wrapped = unhex(entry.at("wrapped").get<std::string>());
    const Bytes iv = unhex(entry.value("iv", std::string()));
    EXPECT_EQ(must(wrap_key(*wrap, kek, key, {128, iv, {}})), wrapped);
    EXPECT_EQ(to_hex(must(unwrap_key(*wrap, kek, wrapped)).view()), to_hex(key));
    ++count;
  }
  EXPECT_GE(count, 4U);
}

TEST(Vectors, EveryKeyFileLoads) {
  const std::filesystem::path folder = vectors();
  if (folder.empty()) return;
  std::set<std::string> seen;
  for (const auto& entry : load_json(folder / "manifest.json")) {
    for (const auto& key : entry.value("keys", nlohmann::json::array())) {
      if (!key.contains("key") || !seen.insert(key.at("key").get<std::string>()).second) continue;
      const Secret password = Secret::from_text(key.value("password", std::string()));
      const auto loaded = PrivateKey::load(read_file((folder / key.at("key").get<std::string>()).string()),
                                           password.empty() ? nullptr : &password);
      EXPECT_EQ(error_id(loaded), "no error") << key.at("key");
    }
  }
  EXPECT_GE(seen.size(), 10U);
}

Bytes spki_of(const std::filesystem::path& certificate_file) {
  const Bytes der = read_file(certificate_file.string());
  const unsigned char* next = der.data();
  X509* const certificate = d2i_X509(nullptr, &next, static_cast<long>(der.size()));
  EXPECT_NE(certificate, nullptr);
  unsigned char* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &encoded);
  Bytes spki(encoded, encoded + std::max(size, 0));
  OPENSSL_free(encoded);
  X509_free(certificate);
  return spki;
}

TEST(Vectors, DianeInheritsCarlsParameters) {
  const std::filesystem::path folder = vectors();
  if (folder.empty()) return;
  const PublicKey carl = must(PublicKey::from_spki_der(spki_of(folder / "rfc4134" / "CarlDSSSelf.cer")));
  EXPECT_EQ(carl.type(), KeyType::Dsa);
  const Bytes diane = spki_of(folder / "rfc4134" / "DianeDSSSignByCarlInherit.cer");
  EXPECT_EQ(error_id(PublicKey::from_spki_der(diane)), kParametersMissing.id);
  const PublicKey key = must(PublicKey::with_inherited_dsa_parameters(diane, carl));
  EXPECT_EQ(key.type(), KeyType::Dsa);
  EXPECT_EQ(key.bits(), carl.bits());
  EXPECT_FALSE(key == carl);
}

}  // namespace
}  // namespace sealgate::crypto
