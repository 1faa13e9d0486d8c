#include <algorithm>

#include "cms/detail/content_cipher.h"
#include "cms/detail/recipient_writer.h"
#include "cms/detail/stream_writer.h"
#include "crypto/cipher.h"
#include "crypto/random.h"

namespace sealgate::cms {

class EnvelopedDataWriter::Impl {
 public:
  Impl(Bytes head, bool bare, crypto::CipherStream stream, Sink& out)
      : head_(std::move(head)), bare_(bare), stream_(std::move(stream)), out_(out), segments_(out) {}

  Result<> write(ByteView bytes) {
    SG_TRY(begin());
    while (!bytes.empty()) {
      std::span<Byte> room = segments_.room();
      if (room.size() < 2 * crypto::kMaxCipherBlock) {
        SG_TRY(segments_.flush());
        room = segments_.room();
      }
      const ByteView part = bytes.first(std::min(bytes.size(), room.size() - crypto::kMaxCipherBlock));
      bytes = bytes.subspan(part.size());
      SG_TRY_ASSIGN(const std::size_t size, stream_.update(part, room));
      SG_TRY(segments_.advance(size));
    }
    return {};
  }

  Result<> finish() {
    SG_TRY(begin());
    if (segments_.room().size() < crypto::kMaxCipherBlock) SG_TRY(segments_.flush());
    SG_TRY_ASSIGN(const std::size_t size, stream_.finish(segments_.room()));
    SG_TRY(segments_.advance(size));
    SG_TRY(segments_.flush());
    Bytes tail;
    detail::close_indefinite(tail, 2);  // encryptedContent, EncryptedContentInfo
    if (crypto::is_aead(stream_.cipher())) {
      SG_TRY_ASSIGN(const Bytes tag, stream_.tag());
      append(tail, der_octet_string(tag));
    }
    detail::close_indefinite(tail, bare_ ? 1 : 3);
    SG_TRY(out_.write(tail));
    return out_.finish();
  }

 private:
  Result<> begin() {
    if (head_.empty()) return {};
    const Bytes head = std::move(head_);
    head_.clear();
    return out_.write(head);
  }

  Bytes head_;
  bool bare_;
  crypto::CipherStream stream_;
  Sink& out_;
  detail::SegmentWriter segments_;
};

EnvelopedDataWriter::EnvelopedDataWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EnvelopedDataWriter::~EnvelopedDataWriter() = default;
Result<> EnvelopedDataWriter::write(ByteView bytes) {
  return impl_->write(bytes);
}
Result<> EnvelopedDataWriter::finish() {
  return impl_->finish();
}

Result<std::unique_ptr<EnvelopedDataWriter>> EnvelopedDataWriter::create(const EnvelopedDataOptions& options,
                                                                         Sink& out) {
  const crypto::ContentCipher cipher = options.cipher;
  const bool aead = crypto::is_aead(cipher);
  SG_TRY_ASSIGN(const Secret key, crypto::random_content_key(cipher));
  SG_TRY_ASSIGN(Bytes iv, crypto::random_bytes(crypto::iv_size(cipher)));
  SG_TRY_ASSIGN(const detail::RecipientInfos recipients,
                detail::write_recipient_infos(options.recipients, key.view(), cipher));
  SG_TRY_ASSIGN(crypto::CipherStream stream, crypto::CipherStream::encryptor({cipher, key.view(), iv}));
  const detail::ContentCipherParameters parameters{cipher, std::move(iv), aead ? crypto::kGcmMaxTag : 0};

  Bytes head;
  detail::open_layer(head, aead ? oids::kAuthEnvelopedData : oids::kEnvelopedData, options.bare);
  append(head, der_integer(aead ? 0 : recipients.version));
  append(head, recipients.set);
  detail::open_indefinite(head, der::kSequence);
  append(head, der_oid(options.content_type));
  append(head, detail::content_cipher_der(parameters));
  detail::open_indefinite(head, der::context(0));
  return std::unique_ptr<EnvelopedDataWriter>(
      new EnvelopedDataWriter(std::make_unique<Impl>(std::move(head), options.bare, std::move(stream), out)));
}

}  // namespace sealgate::cms
