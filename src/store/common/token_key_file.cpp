#include "store/common/token_key_file.h"

#include "base/hex.h"
#include "certificates/errors.h"
#include "crypto/errors.h"
#include "crypto/key_transport.h"
#include "tokens/token_key.h"

namespace sealgate::store {
namespace {

constexpr std::string_view kHead = "sealgate account key 1\n";

tl::unexpected<Error> damaged() {
  return fail(certificates::kBadAccountKey, "the key file is damaged, or was wrapped for another key of the token",
              {}, "restore it from its backup; without it the private keys of this account cannot be opened");
}

struct Lines {
  std::string_view uri;
  std::string_view wrapped;
};

Result<Lines> lines_of(std::string_view content) {
  content.remove_prefix(kHead.size());
  const auto first = content.find('\n');
  if (first == std::string_view::npos) return damaged();
  std::string_view wrapped = content.substr(first + 1);
  while (wrapped.ends_with('\n')) wrapped.remove_suffix(1);
  return Lines{content.substr(0, first), wrapped};
}

}  // namespace

bool is_token_key_file(ByteView content) {
  return as_text(content).starts_with(kHead);
}

Result<tokens::TokenUri> token_of_key_file(std::string_view content) {
  SG_TRY_ASSIGN(const Lines lines, lines_of(content));
  return tokens::TokenUri::parse(lines.uri);
}

Result<certificates::AccountKey> open_token_key_file(std::string_view content, const std::string& account) {
  SG_TRY_ASSIGN(const Lines lines, lines_of(content));
  SG_TRY_ASSIGN(const tokens::TokenUri uri, tokens::TokenUri::parse(lines.uri));
  const auto wrapped = from_hex(lines.wrapped);
  if (!wrapped) return damaged();
  SG_TRY_ASSIGN(const crypto::PublicKey public_key, tokens::read_rsa_public_key(uri));
  SG_TRY_ASSIGN(const crypto::PrivateKey key, tokens::open_private_key(uri, public_key));
  auto opened = crypto::rsa_oaep_decrypt(key, *wrapped, {});
  if (!opened) {
    if (opened.error().code == crypto::kKeyUnwrap) return damaged();
    return fail(std::move(opened.error()));
  }
  return certificates::AccountKey::from_bytes(account, std::move(*opened));
}

Result<std::string> make_token_key_file(const certificates::AccountKey& key, const tokens::TokenUri& uri) {
  SG_TRY_ASSIGN(const crypto::PublicKey public_key, tokens::read_rsa_public_key(uri));
  SG_TRY_ASSIGN(const Bytes wrapped, crypto::rsa_oaep_encrypt(public_key, key.secret().view(), {}));
  std::string content(kHead);
  content += uri.text() + "\n" + to_hex(wrapped) + "\n";
  SG_TRY_ASSIGN(const auto proof, open_token_key_file(content, key.account()));  // before anything depends on it
  if (proof.id() != key.id()) return damaged();
  return content;
}

}  // namespace sealgate::store
