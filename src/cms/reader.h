#pragma once
// Reads one CMS layer (RFC 5652, 5083, 3274; PKCS#7 1.5) from a stream of BER or DER octets: ContentInfo with
// SignedData, EnvelopedData, AuthEnvelopedData, CompressedData, DigestedData, EncryptedData or Data. Layers inside
// are read by further readers: give one as the content's sink.
//
// The content octets go to the sink that the handler supplies, as they come: decrypted or expanded, but NOT yet
// proven. Nothing of it may be used before finish() of the reader succeeded and, for Signed, layer().error is absent.
// Memory is bounded by Limits, whatever the size of the content.
//
// Errors. write() and finish() fail for damaged structures, missing keys, failed decryption and limits; layer() tells
// what was found until then, its error is the same. A signature that does not verify is no such failure: it stands in
// Layer::signers and Layer::error, and the content was delivered, because inner layers are reported all the same.

#include <memory>

#include "base/sink.h"
#include "cms/limits.h"
#include "cms/providers.h"
#include "cms/types.h"

namespace sealgate::cms {

class ContentHandler {
 public:
  ContentHandler() = default;
  ContentHandler(const ContentHandler&) = delete;
  ContentHandler& operator=(const ContentHandler&) = delete;
  virtual ~ContentHandler() = default;
  /// The layer's header is known and content follows: kind, content type, recipients, cipher. Called at most once,
  /// and not at all for a layer without content. Returns the sink for the content octets, which stays alive as long
  /// as the reader; null: the content is hashed or checked and thrown away. The sink's finish() is called when the
  /// content has ended (with AuthEnvelopedData after the tag was checked, with CBC after the padding was, with
  /// SignedData before the signatures are checked), and not when reading failed before. An error of the sink ends the
  /// reader with the same error.
  virtual Result<Sink*> on_content(const Layer& layer) = 0;
};

struct ReaderOptions {
  Limits limits = {};
  const KeyProvider* keys = nullptr;        ///< borrowed; null: no keys
  const SignerProvider* signers = nullptr;  ///< borrowed; null: only embedded certificates
  const DetachedContent* detached =
      nullptr;  ///< borrowed; asked during finish(). Content inside as well must equal it
  /// OID of the type when the input may start directly with it, without ContentInfo: content of an EnvelopedData
  /// whose contentType is id-signedData is a bare SignedData. A ContentInfo is understood all the same. Empty:
  /// ContentInfo.
  std::string bare_type = {};
  /// Accepts AES-GCM in EnvelopedData with the tag appended to the ciphertext, as BouncyCastle writes it.
  bool accept_gcm_in_enveloped_data = false;
};

class CmsReader final : public Sink {
 public:
  /// `handler` and what `options` points to outlive the reader.
  CmsReader(ContentHandler& handler, ReaderOptions options);
  ~CmsReader() override;
  Result<> write(ByteView bytes) override;
  Result<> finish() override;
  /// What is known so far; complete after finish(), or after the error that ended it.
  const Layer& layer() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealgate::cms
