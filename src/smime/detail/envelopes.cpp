#include "smime/detail/envelopes.h"

#include "crypto/random.h"
#include "mime/canonical.h"
#include "mime/writer.h"

namespace sealgate::smime::detail {
namespace {

class Entity final : public Sink {
 public:
  Entity(mime::Headers headers, mime::TransferEncoding encoding, bool canonical, Sink& out)
      : headers_(std::move(headers)), out_(out), encoder_(mime::make_encoder(encoding, out)) {
    body_ = encoder_.get();
    if (canonical) {
      canonicaliser_ = std::make_unique<mime::CrlfCanonicaliser>(*encoder_);
      body_ = canonicaliser_.get();
    }
  }

  Result<> write(ByteView bytes) override {
    SG_TRY(begin());
    return body_->write(bytes);
  }
  Result<> finish() override {
    SG_TRY(begin());
    return body_->finish();
  }

 private:
  Result<> begin() {
    if (begun_) return {};
    begun_ = true;
    return mime::write_header(out_, headers_);
  }

  mime::Headers headers_;
  Sink& out_;
  std::unique_ptr<Sink> encoder_;
  std::unique_ptr<Sink> canonicaliser_;
  Sink* body_ = nullptr;
  bool begun_ = false;
};

class ClearSigned final : public Sink {
 public:
  ClearSigned(mime::Headers headers, cms::SignedDataOptions options, std::string boundary, Sink* listener, Sink& out)
      : headers_(std::move(headers)),
        options_(std::move(options)),
        listener_(listener),
        out_(out),
        writer_(out, std::move(boundary)) {
    for (const auto& signer : options_.signers) digests_.add(signer.digest);
  }

  Result<> write(ByteView bytes) override {
    SG_TRY(begin());
    digests_.update(bytes);
    return content_->write(bytes);
  }

  Result<> finish() override {
    SG_TRY(begin());
    SG_TRY(content_->finish());
    SG_TRY_ASSIGN(const Bytes signature, cms::make_detached_signature(std::move(options_), digests_));
    if (listener_ != nullptr) {
      SG_TRY(listener_->write(signature));
      SG_TRY(listener_->finish());
    }
    mime::Headers headers;
    SG_TRY(headers.add("Content-Type", "application/pkcs7-signature; name=smime.p7s"));
    SG_TRY(headers.add("Content-Transfer-Encoding", "base64"));
    SG_TRY(headers.add("Content-Disposition", "attachment; filename=smime.p7s"));
    SG_TRY_ASSIGN(Sink * part, writer_.begin_part(headers, mime::TransferEncoding::Base64));
    SG_TRY(part->write(signature));
    SG_TRY(part->finish());
    SG_TRY(writer_.close());
    return out_.finish();
  }

 private:
  Result<> begin() {
    if (content_ != nullptr) return {};
    SG_TRY(mime::write_header(out_, headers_));
    SG_TRY_ASSIGN(content_, writer_.begin_raw_part());
    return {};
  }

  mime::Headers headers_;
  cms::SignedDataOptions options_;
  Sink* listener_;  ///< to the signature; may be null
  Sink& out_;
  mime::MultipartWriter writer_;
  crypto::MultiDigest digests_;
  Sink* content_ = nullptr;
};

}  // namespace

std::unique_ptr<Sink> make_entity(mime::Headers headers, mime::TransferEncoding encoding, bool canonical, Sink& out) {
  return std::make_unique<Entity>(std::move(headers), encoding, canonical, out);
}

Result<std::unique_ptr<Sink>> make_clear_signed(mime::Headers headers, cms::SignedDataOptions options,
                                                bool old_micalg, Sink* listener, Sink& out) {
  SG_TRY_ASSIGN(const Bytes random, crypto::random_bytes(16));
  const std::string boundary = mime::make_boundary(random);
  const crypto::DigestAlgorithm digest = options.signers.front().digest;
  const mime::ContentType type =
      mime::make_multipart_type("signed", boundary,
                                {{"protocol", "application/pkcs7-signature"},
                                 {"micalg", old_micalg ? crypto::name(digest) : crypto::micalg_name(digest)}});
  SG_TRY(headers.add("Content-Type", type.to_string()));
  return std::make_unique<ClearSigned>(std::move(headers), std::move(options), boundary, listener, out);
}

Result<mime::Headers> pkcs7_mime_header(mime::Headers before, std::string_view smime_type,
                                        mime::TransferEncoding encoding) {
  const std::string name = smime_type == "compressed-data" ? "smime.p7z" : "smime.p7m";
  SG_TRY(
      before.add("Content-Type", "application/pkcs7-mime; smime-type=" + std::string(smime_type) + "; name=" + name));
  SG_TRY(before.add("Content-Transfer-Encoding", mime::transfer_encoding_name(encoding)));
  SG_TRY(before.add("Content-Disposition", "attachment; filename=" + name));
  return before;
}

}  // namespace sealgate::smime::detail
