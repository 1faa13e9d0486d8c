#include "cms/ber.h"

#include <algorithm>

#include "cms/errors.h"

namespace sealgate::cms {

namespace {

/// Room that is made at once: as deep as most structures go, and for as long elements as most are.
constexpr std::size_t kUsualDepth = 16;
constexpr std::size_t kUsualElement = 4096;

/// X.690 section 8: these universal types have one form only.
bool wrong_form(const BerHeader& header) {
  if (header.tag_class != BerClass::Universal) return false;
  switch (header.number) {
    case tag::kBoolean:
    case tag::kInteger:
    case tag::kNull:
    case tag::kOid:
      return header.constructed;
    case tag::kSequence:
    case tag::kSet:
      return !header.constructed;
    default:
      return false;
  }
}

}  // namespace

HeaderStatus decode_header(ByteView bytes, BerHeader& header, std::size_t& used) {
  if (bytes.empty()) return HeaderStatus::NeedMore;
  std::size_t at = 0;
  const Byte identifier = bytes[at++];
  header = BerHeader{};
  header.tag_class = static_cast<BerClass>(identifier >> 6U);
  header.constructed = (identifier & 0x20U) != 0;
  header.number = identifier & 0x1fU;
  if (header.number == 0x1f) {
    std::uint32_t number = 0;
    for (;;) {
      if (at == bytes.size()) return HeaderStatus::NeedMore;
      const Byte byte = bytes[at++];
      if (number == 0 && byte == 0x80) return HeaderStatus::Bad;  // X.690 8.1.2.4.2: no leading zero digits
      if (number >= (std::uint32_t{1} << 21U)) return HeaderStatus::Bad;
      number = (number << 7U) | (byte & 0x7fU);
      if ((byte & 0x80U) == 0) break;
    }
    header.number = number;
  }
  if (wrong_form(header)) return HeaderStatus::Bad;
  if (at == bytes.size()) return HeaderStatus::NeedMore;
  const Byte first = bytes[at++];
  if (first < 0x80) {
    header.length = first;
  } else if (first == 0x80) {
    if (!header.constructed) return HeaderStatus::Bad;
    header.indefinite = true;
  } else {
    const std::size_t digits = first & 0x7fU;
    if (digits > 8) return HeaderStatus::Bad;
    if (bytes.size() - at < digits) return HeaderStatus::NeedMore;
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < digits; ++i) length = (length << 8U) | bytes[at++];
    if (length > (~std::uint64_t{0} >> 1U)) return HeaderStatus::Bad;
    header.length = length;
  }
  used = at;
  return HeaderStatus::Complete;
}

tl::unexpected<Error> BerParser::malformed(const char* what) const {
  return fail(kMalformed, what, "octet " + std::to_string(position_),
              "the message is damaged or is not CMS; ask the sender for the original file");
}

Result<> BerParser::write(ByteView bytes) {
  while (!bytes.empty()) {
    if (complete_) {
      note_padding(bytes);
      return {};
    }
    if (reading_bulk()) {
      SG_TRY(take_bulk(bytes));
      continue;
    }
    const Byte byte = bytes.front();
    bytes = bytes.subspan(1);
    ++position_;
    SG_TRY(take_header_byte(byte));
  }
  return {};
}

Result<> BerParser::finish() {
  if (!complete_) {
    return fail(kTruncated, "the structure ends before it is complete", "octet " + std::to_string(position_),
                "the file was cut off; transfer it again");
  }
  if (trailing_) {
    return fail(kTrailingData, "octets follow the end of the structure", "octet " + std::to_string(position_),
                "two messages may have been joined, or something was appended; ask the sender");
  }
  return {};
}

void BerParser::note_padding(ByteView bytes) {
  const auto is_padding = [](Byte b) { return b == 0 || b == '\r' || b == '\n'; };
  trailing_ = trailing_ || !std::all_of(bytes.begin(), bytes.end(), is_padding);
}

Result<> BerParser::take_header_byte(Byte byte) {
  if (!frames_.empty() && position_ > frames_.back().end)
    return malformed("an element reaches past the one around it");
  header_[header_size_++] = byte;
  BerHeader header;
  std::size_t used = 0;
  switch (decode_header(ByteView(header_, header_size_), header, used)) {
    case HeaderStatus::NeedMore:
      return {};
    case HeaderStatus::Bad:
      return malformed("a tag or length that no encoder writes");
    case HeaderStatus::Complete:
      break;
  }
  const bool is_end = header_[0] == 0 && header_[1] == 0 && header_size_ == 2;
  SG_TRY(is_end ? end_of_contents() : header_complete(header));
  header_size_ = 0;
  return close_finished();
}

Result<> BerParser::end_of_contents() {
  if (frames_.empty() || !frames_.back().header.indefinite)
    return malformed("end-of-contents where none is expected");
  const Frame& frame = frames_.back();
  // The end marker is part of a captured element and of raw content, except of the outermost raw element itself.
  const bool emitted = frame.action == BerAction::Capture || (frame.action == BerAction::Raw && !frame.root);
  if (emitted) SG_TRY(emit(frame.action, ByteView(header_, header_size_)));
  return close_frame();
}

Result<> BerParser::header_complete(BerHeader header) {
  if (header.is(0)) return malformed("a universal tag of zero");
  header.depth = static_cast<std::uint32_t>(frames_.size());
  const std::uint64_t bound = frames_.empty() ? kUnbounded - 1 : frames_.back().end;
  std::uint64_t end = bound;
  if (!header.indefinite) {
    if (header.length > bound - position_) return malformed("an element reaches past the one around it");
    end = position_ + header.length;
  }
  const BerAction around = frames_.empty() ? BerAction::Enter : frames_.back().action;
  if (around != BerAction::Enter) {
    if (around == BerAction::Octets && !header.is(tag::kOctetString)) {
      return malformed("something else than an OCTET STRING inside an OCTET STRING");
    }
    if (around != BerAction::Octets) SG_TRY(emit(around, ByteView(header_, header_size_)));
    return open(header, around, end, false);
  }
  SG_TRY_ASSIGN(const BerAction action, handler_.on_element(header));
  if (action == BerAction::Enter && !header.constructed)
    return malformed("a primitive element where a structure is expected");
  if (action == BerAction::Capture) {
    captured_.clear();
    if (header.length > limits_.capture) {
      return fail(kLimitStructure,
                  "an element of " + std::to_string(header.length) + " octets where at most " +
                      std::to_string(limits_.capture) + " are accepted",
                  "octet " + std::to_string(position_));
    }
    captured_.reserve(header_size_ + static_cast<std::size_t>(std::min<std::uint64_t>(header.length, kUsualElement)));
    SG_TRY(emit(action, ByteView(header_, header_size_)));
  }
  return open(header, action, end, true);
}

Result<> BerParser::open(const BerHeader& header, BerAction action, std::uint64_t end, bool root) {
  if (frames_.size() >= limits_.depth) {
    return fail(kLimitDepth, "structures nested deeper than " + std::to_string(limits_.depth),
                "octet " + std::to_string(position_));
  }
  if (frames_.capacity() == 0) frames_.reserve(kUsualDepth);
  frames_.push_back(Frame{header, action, end, root});
  const bool opaque = action == BerAction::Octets ? !header.constructed : action != BerAction::Enter;
  if (opaque && !header.indefinite) {
    bulk_end_ = end;
    bulk_action_ = action;
    if (position_ == bulk_end_) bulk_end_ = kNoBulk;
  }
  return {};
}

Result<> BerParser::take_bulk(ByteView& bytes) {
  const std::uint64_t wanted = bulk_end_ - position_;
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, bytes.size()));
  const ByteView part = bytes.first(count);
  bytes = bytes.subspan(count);
  position_ += count;
  if (position_ == bulk_end_) bulk_end_ = kNoBulk;
  SG_TRY(emit(bulk_action_, part));
  return reading_bulk() ? Result<>{} : close_finished();
}

Result<> BerParser::emit(BerAction action, ByteView bytes) {
  switch (action) {
    case BerAction::Enter:
    case BerAction::Skip:
      return {};
    case BerAction::Octets:
    case BerAction::Raw:
      return bytes.empty() ? Result<>{} : handler_.on_content(bytes);
    case BerAction::Capture:
      break;
  }
  const std::size_t total = captured_.size() + bytes.size();
  if (total > sizeof(header_) && total - sizeof(header_) > limits_.capture) {
    return fail(kLimitStructure, "an element of more than " + std::to_string(limits_.capture) + " octets",
                "octet " + std::to_string(position_));
  }
  append(captured_, bytes);
  return {};
}

Result<> BerParser::close_frame() {
  const Frame frame = frames_.back();
  frames_.pop_back();
  if (frames_.empty()) complete_ = true;
  if (!frame.root || frame.action == BerAction::Skip) return {};
  if (frame.action == BerAction::Capture) return handler_.on_captured(frame.header, captured_);
  return handler_.on_end(frame.header);
}

Result<> BerParser::close_finished() {
  while (!frames_.empty() && !reading_bulk()) {
    const Frame& frame = frames_.back();
    if (frame.header.indefinite || position_ != frame.end) return {};
    SG_TRY(close_frame());
  }
  return {};
}

}  // namespace sealgate::cms
