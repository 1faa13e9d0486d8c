#pragma once
// Walks a MIME entity of any nesting as its bytes arrive. The handler hears of each entity in the order of the
// message, decides what happens to its body, and learns how it ended. Limits of limits.h are enforced; nothing else
// is kept than one header and one hold-back per open level.

#include <memory>
#include <string>

#include "base/sink.h"
#include "mime/header_parser.h"
#include "mime/limits.h"
#include "mime/transfer_encoding.h"

namespace sealgate::mime {

struct EntityInfo {
  std::string path;  ///< "" for the root; "1", "2", "2.1" for parts; the message inside a message/rfc822 "2" is "2.1"
  std::size_t depth = 1;  ///< 1 for the root
  std::size_t index = 0;  ///< among its siblings, from 1; 0 for the root
  /// Content type when the entity states none: message/rfc822 inside multipart/digest (RFC 2046 5.1.5), else
  /// text/plain.
  bool defaults_to_message = false;
  std::string parent_type;  ///< "multipart/signed" …; empty for the root
};

/// What to do with a body. Made by the handler in on_headers().
struct BodyPlan {
  enum class Kind { Skip, Raw, Decoded, Descend };
  Kind kind = Kind::Skip;
  Sink* sink = nullptr;  ///< Raw and Decoded: receives the body and finish(); must live until on_end() returned
  TransferEncoding encoding = TransferEncoding::Binary;  ///< Decoded: which decoder
  DecodeOptions decode;

  static BodyPlan skip() { return {}; }
  /// The exact bytes of the body.
  static BodyPlan raw(Sink& sink) { return {Kind::Raw, &sink, TransferEncoding::Binary, {}}; }
  /// The body without its Content-Transfer-Encoding. An unknown encoding fails with mime.unknown-transfer-encoding.
  static BodyPlan decoded(Sink& sink, TransferEncoding encoding, DecodeOptions options = {}) {
    return {Kind::Decoded, &sink, encoding, options};
  }
  /// Into the parts of a multipart (mime.no-boundary when it names none) or into the message of a message/rfc822 or
  /// message/global (whose base64 or quoted-printable encoding is removed). For any other type it is the same as
  /// skip().
  static BodyPlan descend() { return {Kind::Descend, nullptr, TransferEncoding::Binary, {}}; }
};

struct EntityEnd {
  bool closed = true;     ///< multipart: its close delimiter was seen; true for everything else
  std::size_t parts = 0;  ///< multipart: direct parts
  bool cut_off = false;   ///< a part: the enclosing multipart ended without a delimiter after it; false for all else
};

class EntityHandler {
 public:
  EntityHandler() = default;
  EntityHandler(const EntityHandler&) = delete;
  EntityHandler& operator=(const EntityHandler&) = delete;
  virtual ~EntityHandler() = default;

  /// An entity begins, its header is not yet known. A sink returned here receives the exact raw bytes of the whole
  /// entity (header, blank line, body) and finish() before on_end(): what a signature covers. Of these it has those
  /// of the header, and no others, when on_headers() is called. Null: not wanted.
  virtual Result<Sink*> on_begin(const EntityInfo& entity) {
    static_cast<void>(entity);
    return nullptr;
  }
  /// The header is complete. `block.raw` holds its exact bytes; valid during the call.
  virtual Result<BodyPlan> on_headers(const EntityInfo& entity, const HeaderBlock& block) = 0;
  /// After the body's sink got finish(). Parts end before the multipart they are in.
  virtual Result<> on_end(const EntityInfo& entity, const EntityEnd& end) = 0;
};

struct EntityReaderOptions {
  Limits limits;
  HeaderParserOptions root_header;  ///< of the root entity
};

class EntityReader final : public Sink {
 public:
  /// Owns neither handler nor sinks. `inherited` describes the root: its path prefixes the parts' paths and its depth
  /// counts, so that a reader inside a decrypted layer continues the numbering and the limits.
  explicit EntityReader(EntityHandler& handler, EntityReaderOptions options = {}, EntityInfo inherited = {});
  ~EntityReader() override;
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  struct Shared;
  class Entity;
  std::unique_ptr<Shared> shared_;
  std::unique_ptr<Entity> root_;
};

}  // namespace sealgate::mime
