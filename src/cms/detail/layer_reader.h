#pragma once
// Internal: one class per content type reads the fields of its structure; the reader finds the type and hands the
// parser's events on. Levels count from the fields of the structure, which are level 0.

#include <memory>

#include "cms/ber.h"
#include "cms/ber_cursor.h"
#include "cms/reader.h"

namespace sealgate::cms::detail {

struct ReaderContext {
  Layer& layer;
  ContentHandler& handler;
  const ReaderOptions& options;
  BerParser& parser;
};

class LayerReader {
 public:
  LayerReader() = default;
  LayerReader(const LayerReader&) = delete;
  LayerReader& operator=(const LayerReader&) = delete;
  virtual ~LayerReader() = default;
  virtual Result<BerAction> element(const BerHeader& header, std::uint32_t level) = 0;
  virtual Result<> captured(const BerHeader& header, ByteView element, std::uint32_t level) = 0;
  virtual Result<> content(ByteView octets) = 0;
  virtual Result<> end(const BerHeader& header, std::uint32_t level) = 0;
  /// The input has ended well-formed: check that nothing is missing, then signatures and the like.
  virtual Result<> complete() = 0;
};

std::unique_ptr<LayerReader> make_data_reader(ReaderContext& context);
std::unique_ptr<LayerReader> make_signed_reader(ReaderContext& context);
std::unique_ptr<LayerReader> make_enveloped_reader(ReaderContext& context);
std::unique_ptr<LayerReader> make_compressed_reader(ReaderContext& context);
std::unique_ptr<LayerReader> make_digested_reader(ReaderContext& context);

/// The way of content octets to the sink that the handler supplies; counts them and holds Limits::content.
class ContentOutput {
 public:
  explicit ContentOutput(ReaderContext& context) : context_(context) {}
  /// Asks the handler; call when the header is known and content follows.
  Result<> open();
  Result<> write(ByteView octets);
  Result<> finish();

 private:
  ReaderContext& context_;
  Sink* sink_ = nullptr;
  bool open_ = false;
};

/// EncapsulatedContentInfo (RFC 5652 section 5.2): the fields of its SEQUENCE, whose children have level `level`.
/// Content that is not an OCTET STRING (PKCS#7 1.5) is hashed without its header and delivered with it.
class EncapsulatedContent {
 public:
  /// Gets content octets to hash, before they are delivered, or instead of delivering them unchanged.
  class Filter {
   public:
    Filter() = default;
    Filter(const Filter&) = delete;
    Filter& operator=(const Filter&) = delete;
    virtual ~Filter() = default;
    /// The content type is known and content follows.
    virtual Result<> begin() = 0;
    /// Content octets; `hashed`: they count for a digest (false for the header of content that is no OCTET STRING).
    virtual Result<> octets(ByteView octets, bool hashed) = 0;
    virtual Result<> end() = 0;
  };

  EncapsulatedContent(ReaderContext& context, Filter& filter, std::uint32_t level)
      : context_(context), filter_(filter), level_(level) {}
  Result<BerAction> element(const BerHeader& header, std::uint32_t level);
  Result<> captured(ByteView element);
  Result<> content(ByteView octets) { return filter_.octets(octets, true); }
  Result<> end(const BerHeader& header, std::uint32_t level);
  bool has_type() const { return has_type_; }

 private:
  ReaderContext& context_;
  Filter& filter_;
  std::uint32_t level_;
  bool has_type_ = false;
  bool wrapper_seen_ = false;
  bool content_seen_ = false;
  bool raw_ = false;
};

/// cms.malformed with the structure's name.
tl::unexpected<Error> malformed(const char* structure, const char* what);

}  // namespace sealgate::cms::detail
