#include "certificates/key_protection.h"

#include <gtest/gtest.h>

namespace sealgate::certificates {
namespace {

Thumbprint thumbprint(char digit) {
  return Thumbprint::parse(std::string(64, digit)).value();
}

std::string code_of(const auto& result) {
  return result ? "none" : std::string(result.error().code.id);
}

constexpr const char* kRefused = "certificates.key-unwrap-failed";

TEST(KeyProtection, TheNextKeyWrapsAndBothOpen) {
  const AccountKey old = AccountKey::generate("a").value();
  const AccountKey fresh = AccountKey::generate("a").value();
  const AccountKey both = fresh.with_older(old);
  const crypto::PrivateKey key = crypto::generate_ec("P-256").value();
  const Bytes under_old = wrap_private_key(old, thumbprint('1'), key).value();
  const Bytes under_both = wrap_private_key(both, thumbprint('1'), key).value();
  EXPECT_TRUE(unwrap_private_key(both, thumbprint('1'), under_old));
  EXPECT_TRUE(unwrap_private_key(fresh, thumbprint('1'), under_both));
  EXPECT_EQ(code_of(unwrap_private_key(old, thumbprint('1'), under_both)), kRefused);
  EXPECT_EQ(code_of(unwrap_private_key(fresh, thumbprint('1'), under_old)), kRefused);
  EXPECT_EQ(both.id(), fresh.id());
  EXPECT_NE(old.id(), fresh.id());
  EXPECT_EQ(both.clone().older().size(), 1U);
}

TEST(KeyProtection, RewrapsWhatIsUnderAnOlderKey) {
  const AccountKey old = AccountKey::generate("a").value();
  const AccountKey both = AccountKey::generate("a").value().with_older(old);
  const Bytes address = wrap_token_address(old, thumbprint('1'), "pkcs11:token=x;object=y").value();
  const Bytes key = wrap_private_key(old, thumbprint('1'), crypto::generate_ec("P-256").value()).value();
  for (const Bytes& wrapped : {address, key}) {
    const auto anew = rewrap(both, thumbprint('1'), wrapped);
    ASSERT_TRUE(anew && *anew) << code_of(anew);
    EXPECT_EQ(is_token_address(**anew), is_token_address(wrapped));
    EXPECT_FALSE(rewrap(both, thumbprint('1'), **anew).value()) << "it is under the newest already";
    EXPECT_EQ(code_of(rewrap(old, thumbprint('1'), **anew)), kRefused);
    EXPECT_EQ(code_of(rewrap(both, thumbprint('2'), wrapped)), kRefused) << "moved to another certificate";
  }
}

TEST(KeyProtection, ATokenAddressIsSealed) {
  const AccountKey account = AccountKey::generate("a").value();
  const std::string uri = "pkcs11:token=x;object=y?module-path=/usr/lib/x.so";
  const Bytes wrapped = wrap_token_address(account, thumbprint('1'), uri).value();
  EXPECT_TRUE(is_token_address(wrapped));
  EXPECT_EQ(as_text(wrapped).find("pkcs11"), std::string_view::npos);
  EXPECT_EQ(unwrap_token_address(account, thumbprint('1'), wrapped).value(), uri);
  EXPECT_EQ(code_of(unwrap_token_address(AccountKey::generate("a").value(), thumbprint('1'), wrapped)), kRefused);
  EXPECT_EQ(code_of(unwrap_token_address(account, thumbprint('2'), wrapped)), kRefused);
  EXPECT_EQ(code_of(unwrap_private_key(account, thumbprint('1'), wrapped)), kRefused);
  for (std::size_t size = 0; size < wrapped.size(); ++size) {
    EXPECT_EQ(code_of(unwrap_token_address(account, thumbprint('1'), ByteView(wrapped).first(size))), kRefused);
  }
  for (std::size_t at = 0; at < wrapped.size(); ++at) {
    Bytes changed = wrapped;
    changed[at] ^= 1;
    EXPECT_EQ(code_of(unwrap_token_address(account, thumbprint('1'), changed)), kRefused) << at;
  }
  // Nor is a private key taken for an address, or an address for a private key, by a changed head.
  Bytes key = wrap_private_key(account, thumbprint('1'), crypto::generate_ec("P-256").value()).value();
  std::copy_n(wrapped.begin(), 4, key.begin());
  EXPECT_EQ(code_of(unwrap_token_address(account, thumbprint('1'), key)), kRefused);
}

}  // namespace
}  // namespace sealgate::certificates
