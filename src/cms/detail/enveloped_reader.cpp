// EnvelopedData (RFC 5652 section 6), AuthEnvelopedData (RFC 5083) and EncryptedData (RFC 5652 section 8).

#include <algorithm>
#include <memory>

#include "cms/der.h"
#include "cms/detail/content_cipher.h"
#include "cms/detail/key_recovery.h"
#include "cms/errors.h"
#include "crypto/cipher.h"

namespace sealgate::cms::detail {
namespace {

/// Octets of ciphertext that are held back until it is clear which of several keys fits.
constexpr std::size_t kChoiceOctets = 64;

class EnvelopedReader final : public LayerReader {
 public:
  explicit EnvelopedReader(ReaderContext& context)
      : context_(context), output_(context), has_recipients_(context.layer.kind != LayerKind::Encrypted) {}
  ~EnvelopedReader() override { wipe(buffer_.get(), room_); }

  Result<BerAction> element(const BerHeader& header, std::uint32_t level) override {
    if (level == 0) return field(header);
    if (field_ == Field::Recipients) return BerAction::Capture;
    return content_field(header);
  }

  Result<> captured(const BerHeader&, ByteView element, std::uint32_t level) override {
    switch (field_) {
      case Field::Recipients:
        return take_recipient(element);
      case Field::Content:
        return level == 1 ? take_content_field(element) : Result<>{};
      case Field::AuthenticatedAttributes:
        return take_authenticated_attributes(element);
      case Field::Mac:
        return take_mac(element);
      case Field::Start:
      case Field::Version:
      case Field::Originator:
      case Field::Attributes:
        break;
    }
    return {};
  }

  Result<> content(ByteView octets) override {
    if (keys_.size() > 1) {
      const std::size_t missing = kChoiceOctets - held_.size();
      const ByteView part = octets.first(std::min(missing, octets.size()));
      append(held_, part);
      if (held_.size() < kChoiceOctets) return {};
      SG_TRY(choose_key());
      octets = octets.subspan(part.size());
    }
    return appended_tag_ ? hold_back_tag(octets) : decrypt(octets);
  }

  Result<> end(const BerHeader& header, std::uint32_t level) override {
    if (field_ != Field::Content || level != 1 || !header.is_context(0)) return {};
    if (keys_.size() > 1) SG_TRY(choose_key());
    content_ended_ = true;
    if (appended_tag_) {
      if (held_.size() != parameters_.tag_size) return fail(kAuthentication, "the authentication tag is missing");
      SG_TRY(stream_->set_tag(held_));
    } else if (crypto::is_aead(parameters_.cipher)) {
      return {};  // the tag comes later, after the authenticated attributes
    }
    return finish_content();
  }

  Result<> complete() override {
    if (!content_ended_) return malformed("EnvelopedData", "there is no encrypted content");
    if (context_.layer.kind == LayerKind::AuthEnveloped && !finished_) {
      return malformed("AuthEnvelopedData", "the authentication tag is missing");
    }
    return {};
  }

 private:
  enum class Field { Start, Version, Originator, Recipients, Content, AuthenticatedAttributes, Mac, Attributes };

  Result<BerAction> field(const BerHeader& header) {
    const bool authenticated = context_.layer.kind == LayerKind::AuthEnveloped;
    const auto go = [this](Field next, BerAction action) {
      field_ = next;
      return action;
    };
    switch (field_) {
      case Field::Start:
        if (header.is(tag::kInteger)) return go(Field::Version, BerAction::Capture);
        break;
      case Field::Version:
      case Field::Originator:
        if (!has_recipients_) {
          if (header.is(tag::kSequence)) return go(Field::Content, BerAction::Enter);
          break;
        }
        if (header.is_context(0) && field_ == Field::Version) return go(Field::Originator, BerAction::Skip);
        if (header.is(tag::kSet)) return go(Field::Recipients, BerAction::Enter);
        break;
      case Field::Recipients:
        if (header.is(tag::kSequence)) return go(Field::Content, BerAction::Enter);
        break;
      case Field::Content:
        if (header.is_context(1)) {
          return authenticated ? go(Field::AuthenticatedAttributes, BerAction::Capture)
                               : go(Field::Attributes, BerAction::Skip);
        }
        [[fallthrough]];
      case Field::AuthenticatedAttributes:
        if (authenticated && header.is(tag::kOctetString)) return go(Field::Mac, BerAction::Capture);
        break;
      case Field::Mac:
        if (header.is_context(2)) return go(Field::Attributes, BerAction::Skip);
        break;
      case Field::Attributes:
        break;
    }
    return malformed("EnvelopedData", "a field is missing or out of order");
  }

  /// The fields of EncryptedContentInfo: contentType, algorithm, [0] encryptedContent.
  Result<BerAction> content_field(const BerHeader& header) {
    ++content_field_;
    if (content_field_ == 1 && header.is(tag::kOid)) return BerAction::Capture;
    if (content_field_ == 2 && header.is(tag::kSequence)) return BerAction::Capture;
    if (content_field_ == 3 && header.is_context(0)) {
      SG_TRY(begin_content());
      return BerAction::Octets;
    }
    return malformed("EncryptedContentInfo", "a field is missing or out of order");
  }

  Result<> take_content_field(ByteView element) {
    SG_TRY_ASSIGN(const BerElement parsed, parse_single(element, "EncryptedContentInfo"));
    Layer& layer = context_.layer;
    if (content_field_ == 1) {
      SG_TRY_ASSIGN(layer.content_type, oid(parsed));
      return {};
    }
    SG_TRY_ASSIGN(const AlgorithmId algorithm, algorithm_id(parsed));
    layer.cipher = cipher_display_name(algorithm);
    SG_TRY_ASSIGN(parameters_, parse_content_cipher(algorithm));
    if (crypto::is_weak(parameters_.cipher)) layer.add_weak(layer.cipher);
    const bool aead = crypto::is_aead(parameters_.cipher);
    if (layer.kind == LayerKind::AuthEnveloped && !aead) {
      return fail(kUnsupportedAlgorithm, "authenticated-enveloped data with a cipher that has no tag");
    }
    if (layer.kind != LayerKind::AuthEnveloped && aead) {
      if (!context_.options.accept_gcm_in_enveloped_data) {
        return fail(kUnsupportedAlgorithm, "AES-GCM in enveloped data, where it has no authentication tag", {},
                    "BouncyCastle's S/MIME generator writes this; allow it for this partner, or ask for AES-CBC");
      }
      appended_tag_ = true;
      parameters_.tag_size = std::max<std::size_t>(parameters_.tag_size, 16);
    }
    layer.authenticated = aead;
    return {};
  }

  Result<> take_recipient(ByteView element) {
    const Limits& limits = context_.options.limits;
    recipient_octets_ += element.size();
    if (recipient_octets_ > limits.certificates) {
      return fail(kLimitRecipients, "recipients of more than " + std::to_string(limits.certificates) + " octets");
    }
    SG_TRY_ASSIGN(RecipientInfo info, parse_recipient_info(element, limits));
    Layer& layer = context_.layer;
    const std::size_t keys = std::max<std::size_t>(info.entities.size(), 1);
    if (recipients_.size() >= limits.recipients || layer.recipients.size() + keys > limits.recipients) {
      return fail(kLimitRecipients, "more than " + std::to_string(limits.recipients) + " recipients");
    }
    for (std::size_t i = 0; i < keys; ++i) {
      Recipient recipient;
      recipient.type = info.type;
      recipient.info = recipients_.size();
      recipient.algorithm = info.algorithm;
      if (i < info.entities.size()) recipient.id = info.entities[i];
      if (const auto* kek = std::get_if<KekInfo>(&info.body)) recipient.kek_id = kek->key_id;
      layer.recipients.push_back(std::move(recipient));
    }
    recipients_.push_back(std::move(info));
    return {};
  }

  Result<> begin_content() {
    SG_TRY_ASSIGN(keys_, has_recipients_
                             ? recover_content_keys(recipients_, context_.options.keys, parameters_.cipher)
                             : secret_content_keys(context_.options.keys, parameters_.cipher));
    recipients_.clear();
    make_room(0);
    if (keys_.size() == 1) SG_TRY(start_stream(0));
    return output_.open();
  }

  Result<> start_stream(std::size_t index) {
    ContentKey& key = keys_[index];
    SG_TRY_ASSIGN(crypto::CipherStream stream,
                  crypto::CipherStream::decryptor({parameters_.cipher, key.key.view(), parameters_.iv, {}, true}));
    stream_.emplace(std::move(stream));
    Layer& layer = context_.layer;
    layer.matched_recipient = key.recipient;
    layer.matched_certificate = std::move(key.certificate);
    for (const std::string& weak : key.weak) layer.add_weak(weak);
    keys_.clear();
    return {};
  }

  Result<> choose_key() {
    SG_TRY(start_stream(choose_content_key(keys_, parameters_.cipher, parameters_.iv, held_)));
    const Bytes first = std::move(held_);
    held_.clear();
    return appended_tag_ ? hold_back_tag(first) : decrypt(first);
  }

  /// Everything but the last octets, which may be the tag, is decrypted.
  Result<> hold_back_tag(ByteView octets) {
    const std::size_t size = parameters_.tag_size;
    if (octets.size() >= size) {
      SG_TRY(decrypt(held_));
      SG_TRY(decrypt(octets.first(octets.size() - size)));
      const ByteView last = octets.last(size);
      held_.assign(last.begin(), last.end());
      return {};
    }
    append(held_, octets);
    if (held_.size() <= size) return {};
    const std::size_t surplus = held_.size() - size;
    SG_TRY(decrypt(ByteView(held_).first(surplus)));
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(surplus));
    return {};
  }

  /// In the buffer for `size` octets; what was in it is gone without a trace. What is in it now is nobody's: only
  /// what was decrypted into it is ever read.
  void make_room(std::size_t size) {
    const std::size_t room = std::max(crypto::CipherStream::output_bound(size), crypto::kMaxCipherBlock);
    if (room_ >= room) return;
    wipe(buffer_.get(), room_);
    buffer_ = std::make_unique_for_overwrite<Byte[]>(room);
    room_ = room;
  }
  std::span<Byte> buffer() { return {buffer_.get(), room_}; }

  Result<> decrypt(ByteView octets) {
    while (!octets.empty()) {
      const ByteView part = octets.first(std::min(octets.size(), kStreamBufferSize));
      octets = octets.subspan(part.size());
      make_room(part.size());
      SG_TRY_ASSIGN(const std::size_t size, stream_->update(part, buffer()));
      SG_TRY(output_.write(buffer().first(size)));
    }
    return {};
  }

  Result<> finish_content() {
    SG_TRY_ASSIGN(const std::size_t size, stream_->finish(buffer()));
    SG_TRY(output_.write(buffer().first(size)));
    finished_ = true;
    return output_.finish();
  }

  /// RFC 5083 section 2.2: what is authenticated is the DER of the attributes as an explicit SET OF.
  Result<> take_authenticated_attributes(ByteView element) {
    if (!content_ended_) return malformed("AuthEnvelopedData", "there is no encrypted content");
    SG_TRY_ASSIGN(BerElement attributes, parse_single(element, "authAttrs"));
    attributes.header.tag_class = BerClass::Universal;
    attributes.header.number = tag::kSet;
    SG_TRY_ASSIGN(const Bytes encoded, to_der(attributes));
    return stream_->authenticate_late(encoded);
  }

  Result<> take_mac(ByteView element) {
    if (!content_ended_) return malformed("AuthEnvelopedData", "there is no encrypted content");
    SG_TRY_ASSIGN(const BerElement parsed, parse_single(element, "mac"));
    SG_TRY_ASSIGN(const Bytes mac, octet_string(parsed));
    // Some senders leave aes-ICVlen at its default of 12 and send all 16 octets: a longer tag proves more, not less.
    if (mac.size() < parameters_.tag_size || mac.size() > crypto::kGcmMaxTag) {
      return fail(kAuthentication, "the authentication tag has the wrong size");
    }
    SG_TRY(stream_->set_tag(mac));
    return finish_content();
  }

  ReaderContext& context_;
  ContentOutput output_;
  bool has_recipients_;
  Field field_ = Field::Start;
  int content_field_ = 0;
  std::vector<RecipientInfo> recipients_;
  std::size_t recipient_octets_ = 0;
  ContentCipherParameters parameters_{};
  std::vector<ContentKey> keys_;
  std::optional<crypto::CipherStream> stream_;
  std::unique_ptr<Byte[]> buffer_;
  std::size_t room_ = 0;
  Bytes held_;
  bool appended_tag_ = false;
  bool content_ended_ = false;
  bool finished_ = false;
};

}  // namespace

std::unique_ptr<LayerReader> make_enveloped_reader(ReaderContext& context) {
  return std::make_unique<EnvelopedReader>(context);
}

}  // namespace sealgate::cms::detail
