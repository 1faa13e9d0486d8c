#pragma once
// A push parser for BER and DER (X.690). It sees one header at a time, asks its handler what to do with the element,
// and forwards content as it arrives: nothing is buffered but what the handler asks to capture, up to a limit.

#include <cstdint>
#include <vector>

#include "base/sink.h"

namespace sealgate::cms {

enum class BerClass : std::uint8_t { Universal = 0, Application = 1, Context = 2, Private = 3 };

/// Universal tag numbers used by CMS.
namespace tag {
inline constexpr std::uint32_t kBoolean = 1;
inline constexpr std::uint32_t kInteger = 2;
inline constexpr std::uint32_t kBitString = 3;
inline constexpr std::uint32_t kOctetString = 4;
inline constexpr std::uint32_t kNull = 5;
inline constexpr std::uint32_t kOid = 6;
inline constexpr std::uint32_t kSequence = 16;
inline constexpr std::uint32_t kSet = 17;
inline constexpr std::uint32_t kUtcTime = 23;
inline constexpr std::uint32_t kGeneralizedTime = 24;
}  // namespace tag

/// Identifier and length octets of one element.
struct BerHeader {
  BerClass tag_class = BerClass::Universal;
  bool constructed = false;
  bool indefinite = false;
  std::uint32_t number = 0;  ///< tag number, up to 2^28 - 1
  std::uint64_t length = 0;  ///< content octets; 0 when indefinite
  std::uint32_t depth = 0;   ///< 0 for the outermost element; counted over entered elements only

  bool is(std::uint32_t universal) const { return tag_class == BerClass::Universal && number == universal; }
  bool is_context(std::uint32_t n) const { return tag_class == BerClass::Context && number == n; }
};

/// What the parser does with an element whose header it has just read.
enum class BerAction : std::uint8_t {
  Enter,    ///< constructed: report the children one by one, then on_end()
  Capture,  ///< buffer the whole element (header included) and hand it to on_captured(); limit: BerLimits::capture
  Octets,   ///< an OCTET STRING, primitive or in nested segments: its octets to on_content(), then on_end()
  Raw,      ///< the content octets exactly as sent, nested headers included, to on_content(), then on_end()
  Skip      ///< consumed and forgotten
};

/// Outcome of looking at the first octets of an element.
enum class HeaderStatus : std::uint8_t { Complete, NeedMore, Bad };
/// Decodes identifier and length octets. On Complete, `used` is their size (at most 14).
HeaderStatus decode_header(ByteView bytes, BerHeader& header, std::size_t& used);

class BerHandler {
 public:
  BerHandler() = default;
  BerHandler(const BerHandler&) = delete;
  BerHandler& operator=(const BerHandler&) = delete;
  virtual ~BerHandler() = default;
  virtual Result<BerAction> on_element(const BerHeader& header) = 0;
  /// `element` is valid for the call only.
  virtual Result<> on_captured(const BerHeader& header, ByteView element) = 0;
  virtual Result<> on_content(ByteView octets) = 0;
  /// End of an element that was entered or whose content was streamed.
  virtual Result<> on_end(const BerHeader& header) = 0;
};

struct BerLimits {
  std::uint32_t depth = 64;                            ///< nesting of anything the parser must look into
  std::size_t capture = std::size_t{1} * 1024 * 1024;  ///< octets of one captured element
};

/// Feeds one outermost element to `handler`. After its end only padding may follow: zero octets, CR, LF (some peers
/// pad to a block, some transports add a line end); with anything else finish() is cms.trailing-data. finish() before
/// the end of the element is cms.truncated.
class BerParser final : public Sink {
 public:
  BerParser(BerHandler& handler, BerLimits limits) : handler_(handler), limits_(limits) {}
  Result<> write(ByteView bytes) override;
  Result<> finish() override;
  /// Octets consumed so far, for error messages.
  std::uint64_t offset() const { return position_; }
  bool complete() const { return complete_; }
  /// The capture limit for the next elements; handlers change it as they know what comes.
  void set_capture_limit(std::size_t limit) { limits_.capture = limit; }

 private:
  static constexpr std::uint64_t kUnbounded = ~std::uint64_t{0};
  struct Frame {
    BerHeader header;
    BerAction action;
    std::uint64_t end;  ///< where it must end: its own end, or for an indefinite one the bound of what is around it
    bool root;          ///< the handler was asked about it, so it is told of its end
  };

  bool reading_bulk() const { return bulk_end_ != kNoBulk; }
  Result<> take_header_byte(Byte byte);
  Result<> header_complete(BerHeader header);
  Result<> open(const BerHeader& header, BerAction action, std::uint64_t end, bool root);
  Result<> take_bulk(ByteView& bytes);
  Result<> emit(BerAction action, ByteView bytes);
  Result<> close_frame();
  Result<> close_finished();
  Result<> end_of_contents();
  void note_padding(ByteView bytes);
  tl::unexpected<Error> malformed(const char* what) const;

  static constexpr std::uint64_t kNoBulk = kUnbounded;

  BerHandler& handler_;
  BerLimits limits_;
  std::vector<Frame> frames_;
  std::uint64_t position_ = 0;
  std::uint64_t bulk_end_ = kNoBulk;  ///< content of a definite element goes through unparsed until here
  BerAction bulk_action_ = BerAction::Skip;
  Byte header_[16] = {};
  std::size_t header_size_ = 0;
  Bytes captured_;
  bool complete_ = false;
  bool trailing_ = false;  ///< something that is no padding followed
};

}  // namespace sealgate::cms
