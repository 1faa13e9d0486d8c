#pragma once
// Where the reader gets keys, certificates and detached content from. The caller implements them (or uses the memory
// versions); the reader only asks. All are called on the reader's thread, none may block for long.

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "certificates/certificate.h"
#include "cms/types.h"
#include "crypto/digest.h"
#include "crypto/key.h"

namespace sealgate::cms {

struct PrivateKeyEntry {
  crypto::PrivateKey key;
  std::optional<certificates::Certificate> certificate;  ///< absent: the key came alone
};

/// Keys to decrypt with.
class KeyProvider {
 public:
  KeyProvider() = default;
  KeyProvider(const KeyProvider&) = delete;
  KeyProvider& operator=(const KeyProvider&) = delete;
  virtual ~KeyProvider() = default;
  /// False: no key of any kind exists, and failing to decrypt is no-key instead of no-matching-recipient.
  virtual bool has_keys() const = 0;
  /// Keys whose certificate `recipient` names, and keys without certificate that might fit. Empty: none. All are
  /// tried in this order.
  virtual std::vector<PrivateKeyEntry> private_keys(const EntityId& recipient) const = 0;
  /// Shared secrets: by KEKIdentifier for a KEKRecipientInfo; all of them for EncryptedData (`key_id` empty).
  /// Valid as long as the provider.
  virtual std::vector<ByteView> secret_keys(ByteView key_id) const = 0;
  virtual std::vector<ByteView> passwords() const = 0;
};

class MemoryKeyProvider final : public KeyProvider {
 public:
  void add(crypto::PrivateKey key, std::optional<certificates::Certificate> certificate = std::nullopt);
  /// Without `id`, it is offered to every KEKRecipientInfo.
  void add_secret(Secret key, Bytes id = {});
  void add_password(Secret password);

  bool has_keys() const override;
  std::vector<PrivateKeyEntry> private_keys(const EntityId& recipient) const override;
  std::vector<ByteView> secret_keys(ByteView key_id) const override;
  std::vector<ByteView> passwords() const override;

 private:
  struct NamedSecret {
    Secret key;
    Bytes id;
  };
  std::vector<PrivateKeyEntry> keys_;
  std::vector<NamedSecret> secrets_;
  std::vector<Secret> passwords_;
};

/// Certificates of signers from outside the message.
class SignerProvider {
 public:
  SignerProvider() = default;
  SignerProvider(const SignerProvider&) = delete;
  SignerProvider& operator=(const SignerProvider&) = delete;
  virtual ~SignerProvider() = default;
  /// Certificates that `signer` names; empty: none. They are tried before the embedded ones.
  virtual std::vector<certificates::Certificate> find(const EntityId& signer) const = 0;
  /// The key to verify with. This version asks certificates::signer_public_key() with the embedded certificates;
  /// override it to add issuers from a store (DSA parameters may be inherited from the issuer).
  virtual Result<crypto::PublicKey> public_key(const certificates::Certificate& signer,
                                               std::span<const certificates::Certificate> embedded) const;
};

class MemorySignerProvider final : public SignerProvider {
 public:
  explicit MemorySignerProvider(std::vector<certificates::Certificate> certificates = {})
      : certificates_(std::move(certificates)) {}
  std::vector<certificates::Certificate> find(const EntityId& signer) const override;
  /// Looks for issuers among these certificates, too.
  Result<crypto::PublicKey> public_key(const certificates::Certificate& signer,
                                       std::span<const certificates::Certificate> embedded) const override;

 private:
  std::vector<certificates::Certificate> certificates_;
};

/// Content that a detached signature covers, hashed by the caller. Asked when the SignedData has ended. Several
/// variants of the same content (as received, with canonical line ends) are tried in their order.
class DetachedContent {
 public:
  DetachedContent() = default;
  DetachedContent(const DetachedContent&) = delete;
  DetachedContent& operator=(const DetachedContent&) = delete;
  virtual ~DetachedContent() = default;
  virtual std::size_t variant_count() const = 0;
  /// For reports: "raw", "canonical".
  virtual std::string_view variant_name(std::size_t variant) const = 0;
  /// Absent: not hashed with this algorithm, which makes the signer's error cms.no-content.
  virtual std::optional<crypto::DigestValue> digest(std::size_t variant, crypto::DigestAlgorithm algorithm) const = 0;
  /// The content itself, only needed for Ed25519 without signed attributes; absent: not kept.
  virtual std::optional<ByteView> content(std::size_t variant) const {
    static_cast<void>(variant);
    return std::nullopt;
  }
};

}  // namespace sealgate::cms
