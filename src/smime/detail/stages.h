#pragma once
// The stages of the decoder. See context.h for how they fail.

#include <memory>

#include "cms/reader.h"
#include "mime/entity_reader.h"
#include "smime/detached_digests.h"
#include "smime/detail/context.h"

namespace sealgate::smime::detail {

/// A sink whose owner may end it early: when the input around it broke, so that finish() will never come.
class Stage : public Sink {
 public:
  /// What was not finished failed, for this reason. Harmless after finish(). No further calls come.
  virtual void input_failed(const Error& error) = 0;
};

/// Octets of unknown form: looks at the first ones and hands all to an entity, a CMS layer or, as they are, to a
/// part. `content_type` is the OID that the layer around states, empty for the message itself.
std::unique_ptr<Stage> make_content_stage(Context& context, Scope scope, std::string content_type);

/// A MIME entity with its header.
std::unique_ptr<Stage> make_entity_stage(Context& context, Scope scope);

struct CmsStageOptions {
  bool armored = false;        ///< may be PEM or base64 text
  std::string bare_type = {};  ///< see cms::ReaderOptions
  /// Detached: the content was hashed by these, and the layer was begun when the multipart was seen.
  DetachedDigests* detached = nullptr;
  LayerNode* node = nullptr;
};

/// One CMS layer.
std::unique_ptr<Stage> make_cms_stage(Context& context, Scope scope, const CmsStageOptions& options);

/// Innermost octets that are not MIME: one part.
std::unique_ptr<Stage> make_opaque_stage(Context& context, Scope scope);

/// A part on its way to the receiver: counts, hashes, enforces the limit. begin() asks the receiver for its sink.
class PartSink final : public Sink {
 public:
  explicit PartSink(Context& context) : context_(context) {}
  Result<> begin(PartReport part, const mime::HeaderBlock& headers);
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  Context& context_;
  PartReport part_;
  Sink* target_ = nullptr;
  std::optional<crypto::Digest> digest_;
};

/// The CMS content that an entity claims to hold, from its header alone.
bool is_cms_entity(const mime::Headers& headers, const mime::ContentType& type);
/// True for multipart/signed whose protocol is S/MIME's, in any spelling, or missing.
bool is_smime_signed_multipart(const mime::ContentType& type);

}  // namespace sealgate::smime::detail
