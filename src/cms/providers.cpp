#include "cms/providers.h"

#include "certificates/path_validation.h"

namespace sealgate::cms {

void MemoryKeyProvider::add(crypto::PrivateKey key, std::optional<certificates::Certificate> certificate) {
  keys_.push_back(PrivateKeyEntry{std::move(key), std::move(certificate)});
}

void MemoryKeyProvider::add_secret(Secret key, Bytes id) {
  secrets_.push_back(NamedSecret{std::move(key), std::move(id)});
}

void MemoryKeyProvider::add_password(Secret password) {
  passwords_.push_back(std::move(password));
}

bool MemoryKeyProvider::has_keys() const {
  return !keys_.empty() || !secrets_.empty() || !passwords_.empty();
}

std::vector<PrivateKeyEntry> MemoryKeyProvider::private_keys(const EntityId& recipient) const {
  std::vector<PrivateKeyEntry> found;
  for (const PrivateKeyEntry& entry : keys_) {
    if (!entry.certificate || recipient.matches(*entry.certificate)) found.push_back(entry);
  }
  return found;
}

std::vector<ByteView> MemoryKeyProvider::secret_keys(ByteView key_id) const {
  std::vector<ByteView> found;
  for (const NamedSecret& secret : secrets_) {
    const bool fits = key_id.empty() || secret.id.empty() || as_text(secret.id) == as_text(key_id);
    if (fits) found.push_back(secret.key.view());
  }
  return found;
}

std::vector<ByteView> MemoryKeyProvider::passwords() const {
  std::vector<ByteView> all;
  all.reserve(passwords_.size());
  for (const Secret& password : passwords_) all.push_back(password.view());
  return all;
}

Result<crypto::PublicKey> SignerProvider::public_key(const certificates::Certificate& signer,
                                                     std::span<const certificates::Certificate> embedded) const {
  return certificates::signer_public_key(signer, embedded);
}

std::vector<certificates::Certificate> MemorySignerProvider::find(const EntityId& signer) const {
  std::vector<certificates::Certificate> found;
  for (const certificates::Certificate& certificate : certificates_) {
    if (signer.matches(certificate)) found.push_back(certificate);
  }
  return found;
}

Result<crypto::PublicKey> MemorySignerProvider::public_key(
    const certificates::Certificate& signer, std::span<const certificates::Certificate> embedded) const {
  std::vector<certificates::Certificate> candidates(embedded.begin(), embedded.end());
  candidates.insert(candidates.end(), certificates_.begin(), certificates_.end());
  return certificates::signer_public_key(signer, candidates);
}

}  // namespace sealgate::cms
