#include "cms/detail/key_recovery.h"

#include <algorithm>

#include "cms/detail/content_cipher.h"
#include "cms/detail/signer_info.h"
#include "cms/errors.h"
#include "crypto/cipher.h"
#include "crypto/errors.h"
#include "crypto/kdf.h"
#include "crypto/key_agreement.h"
#include "crypto/key_wrap.h"

namespace sealgate::cms::detail {
namespace {

/// More keys than this are never tried against one message: each costs a private-key operation.
constexpr std::size_t kMaxAttempts = 64;
constexpr std::size_t kMaxCandidates = 8;

Error no_key() {
  return Error{kNoKey,
               "there is no private key to decrypt with",
               {},
               "add the certificate with its private key to the Personal store of the receiving host"};
}

Error no_matching_recipient() {
  return Error{kNoMatchingRecipient,
               "the message is not encrypted for any key that is here",
               {},
               "tell the sender which certificate to encrypt for, or add the one the message names"};
}

bool key_fits(const crypto::PrivateKey& key, const KeyAgreementInfo& info) {
  const crypto::KeyType type = key.type();
  const bool finite_field =
      info.scheme.kind == crypto::KeyAgreementKind::Esdh || info.scheme.kind == crypto::KeyAgreementKind::Ssdh;
  if (finite_field) return type == crypto::KeyType::Dh;
  return type == crypto::KeyType::Ec || type == crypto::KeyType::X25519;
}

class Recovery {
 public:
  Recovery(const std::vector<RecipientInfo>& recipients, const KeyProvider& keys, crypto::ContentCipher cipher)
      : recipients_(recipients), keys_(keys), lengths_(accepted_key_lengths(cipher)) {}

  Result<std::vector<ContentKey>> run() {
    // Keys that the message names come first; what might fit only comes second.
    for (const bool named : {true, false}) {
      std::size_t index = 0;
      for (const RecipientInfo& recipient : recipients_) {
        if (try_recipient(recipient, index, named)) return std::move(found_);
        index += std::max<std::size_t>(recipient.entities.size(), 1);
      }
    }
    if (!found_.empty()) return std::move(found_);
    return fail(failure_ ? *failure_ : no_matching_recipient());
  }

 private:
  /// True when a key was found that needs no comparison with others.
  bool try_recipient(const RecipientInfo& recipient, std::size_t index, bool named) {
    if (const auto* kek = std::get_if<KekInfo>(&recipient.body)) return named && try_kek(recipient, *kek, index);
    if (const auto* password = std::get_if<PasswordInfo>(&recipient.body)) {
      return !named && try_password(recipient, *password, index);
    }
    if (const auto* unsupported = std::get_if<UnsupportedInfo>(&recipient.body)) {
      note_unsupported(recipient, *unsupported, named);
      return false;
    }
    for (std::size_t i = 0; i < recipient.entities.size(); ++i) {
      for (const PrivateKeyEntry& entry : keys_.private_keys(recipient.entities[i])) {
        if (entry.certificate.has_value() != named || attempts_ == kMaxAttempts) continue;
        if (try_private_key(recipient, entry, i, index + i)) return true;
      }
    }
    return false;
  }

  bool try_private_key(const RecipientInfo& recipient, const PrivateKeyEntry& entry, std::size_t which,
                       std::size_t index) {
    const bool named = entry.certificate.has_value();
    const auto* transport = std::get_if<KeyTransportInfo>(&recipient.body);
    const auto* agreement = std::get_if<KeyAgreementInfo>(&recipient.body);
    if (transport != nullptr) {
      const bool rsa = entry.key.type() == crypto::KeyType::Rsa;
      if (!rsa || (!named && entry.key.size() != transport->encrypted_key.size())) return false;
    } else if (agreement == nullptr || !key_fits(entry.key, *agreement)) {
      return false;
    }
    ++attempts_;
    auto key =
        transport != nullptr ? open_transport(*transport, entry.key) : open_agreement(*agreement, which, entry.key);
    if (!key) {
      note(key.error());
      return false;
    }
    const bool proven = named || agreement != nullptr || transport->oaep.has_value();
    if (proven) found_.clear();
    if (found_.size() == kMaxCandidates) return false;
    ContentKey content_key{std::move(*key), index, entry.certificate, recipient.weak};
    const crypto::PublicKey own = entry.key.public_key();
    if (crypto::is_weak_key(own.type(), own.bits())) content_key.weak.push_back(weak_key_name(own));
    found_.push_back(std::move(content_key));
    return proven;
  }

  Result<Secret> open_transport(const KeyTransportInfo& info, const crypto::PrivateKey& key) const {
    if (info.oaep) return crypto::rsa_oaep_decrypt(key, info.encrypted_key, *info.oaep);
    return crypto::rsa_pkcs1_decrypt(key, info.encrypted_key, lengths_);
  }

  static Result<Secret> open_agreement(const KeyAgreementInfo& info, std::size_t which,
                                       const crypto::PrivateKey& key) {
    SG_TRY_ASSIGN(const crypto::PublicKey peer, crypto::originator_key(key.public_key(), info.originator_key));
    crypto::KeyAgreement agreement{info.scheme, info.wrap, info.wrap_der};
    if (info.ukm) agreement.ukm = *info.ukm;
    SG_TRY_ASSIGN(const Secret kek, crypto::derive_kek(key, peer, agreement));
    return crypto::unwrap_key(info.wrap, kek.view(), info.keys[which].encrypted_key);
  }

  bool try_kek(const RecipientInfo& recipient, const KekInfo& info, std::size_t index) {
    for (const ByteView secret : keys_.secret_keys(info.key_id)) {
      if (secret.size() != crypto::key_size(info.wrap) || attempts_++ >= kMaxAttempts) continue;
      if (accept(crypto::unwrap_key(info.wrap, secret, info.encrypted_key), recipient, index)) return true;
    }
    return false;
  }

  bool try_password(const RecipientInfo& recipient, const PasswordInfo& info, std::size_t index) {
    for (const ByteView password : keys_.passwords()) {
      if (attempts_++ >= kMaxAttempts) continue;
      const auto kek = crypto::pbkdf2(info.prf, password, info.salt, info.iterations, crypto::key_size(info.cipher));
      if (!kek) {
        note(kek.error());
        continue;
      }
      if (accept(crypto::pwri_unwrap(info.cipher, kek->view(), info.iv, info.encrypted_key), recipient, index)) {
        return true;
      }
    }
    return false;
  }

  bool accept(Result<Secret> key, const RecipientInfo& recipient, std::size_t index) {
    if (!key) {
      note(key.error());
      return false;
    }
    found_.clear();
    found_.push_back(ContentKey{std::move(*key), index, std::nullopt, recipient.weak});
    return true;
  }

  /// A recipient that names a key of ours by an algorithm we lack explains the failure better than "not for us".
  void note_unsupported(const RecipientInfo& recipient, const UnsupportedInfo& unsupported, bool named) {
    bool ours = recipient.type == RecipientType::Password && !named && !keys_.passwords().empty();
    for (const EntityId& id : recipient.entities) {
      for (const PrivateKeyEntry& entry : keys_.private_keys(id)) ours = ours || (named && entry.certificate);
    }
    if (ours && unsupported.error) note(*unsupported.error);
  }

  void note(const Error& error) {
    if (!failure_) failure_ = error;
  }

  static std::string weak_key_name(const crypto::PublicKey& key) {
    Layer collector;
    add_weak_key(collector, key);
    return collector.weak.front();
  }

  const std::vector<RecipientInfo>& recipients_;
  const KeyProvider& keys_;
  std::vector<std::size_t> lengths_;
  std::vector<ContentKey> found_;
  std::optional<Error> failure_;
  std::size_t attempts_ = 0;
};

/// How much the start of a plaintext looks like one of the things that are encrypted: MIME, text, CMS.
int plausibility(ByteView plaintext) {
  if (plaintext.empty()) return 0;
  const auto is_text = [](Byte b) { return (b >= 0x20 && b < 0x7f) || b == '\t' || b == '\r' || b == '\n'; };
  const auto text = std::count_if(plaintext.begin(), plaintext.end(), is_text);
  if (static_cast<std::size_t>(text) == plaintext.size()) return 3;
  BerHeader header;
  std::size_t used = 0;
  const bool structure = decode_header(plaintext, header, used) == HeaderStatus::Complete &&
                         header.is(tag::kSequence) && header.constructed;
  return structure ? 2 : 0;
}

}  // namespace

Result<std::vector<ContentKey>> recover_content_keys(const std::vector<RecipientInfo>& recipients,
                                                     const KeyProvider* keys, crypto::ContentCipher cipher) {
  if (keys == nullptr || !keys->has_keys()) return fail(no_key());
  return Recovery(recipients, *keys, cipher).run();
}

Result<std::vector<ContentKey>> secret_content_keys(const KeyProvider* keys, crypto::ContentCipher cipher) {
  if (keys == nullptr || !keys->has_keys()) return fail(no_key());
  const std::vector<std::size_t> lengths = accepted_key_lengths(cipher);
  std::vector<ContentKey> found;
  for (const ByteView secret : keys->secret_keys({})) {
    const bool fits = std::find(lengths.begin(), lengths.end(), secret.size()) != lengths.end();
    if (!fits || found.size() == kMaxCandidates) continue;
    found.push_back(ContentKey{Secret(Bytes(secret.begin(), secret.end())), std::nullopt, std::nullopt, {}});
  }
  if (found.empty()) return fail(no_matching_recipient());
  return found;
}

std::size_t choose_content_key(const std::vector<ContentKey>& keys, crypto::ContentCipher cipher, ByteView iv,
                               ByteView ciphertext) {
  std::size_t best = 0;
  int best_score = -1;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto stream = crypto::CipherStream::decryptor({cipher, keys[i].key.view(), iv, {}, true});
    Bytes plaintext(crypto::CipherStream::output_bound(ciphertext.size()));
    int score = 0;
    if (stream) {
      const auto size = stream->update(ciphertext, plaintext);
      score = size ? plausibility(ByteView(plaintext).first(*size)) : 0;
    }
    wipe(plaintext.data(), plaintext.size());
    if (score > best_score) {
      best = i;
      best_score = score;
    }
  }
  return best;
}

}  // namespace sealgate::cms::detail
