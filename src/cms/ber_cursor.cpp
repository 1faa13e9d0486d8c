#include "cms/ber_cursor.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "cms/der.h"
#include "cms/errors.h"

namespace sealgate::cms {
namespace {

constexpr std::size_t kMaxDepth = 64;
/// Of an element in DER.
constexpr std::size_t kMaxHeader = 16;
/// Octets of an object identifier.
constexpr std::size_t kMaxOid = 64;

tl::unexpected<Error> bad(const char* what) {
  return fail(kMalformed, what);
}

/// Size of an indefinite element's content, up to its end marker; nothing when it does not end or nests too deep.
std::optional<std::size_t> indefinite_content(ByteView bytes) {
  std::size_t at = 0;
  std::size_t open = 1;
  // Definite elements are stepped over as a whole, so only indefinite ones have to be counted.
  while (at < bytes.size()) {
    const ByteView rest = bytes.subspan(at);
    if (rest.size() >= 2 && rest[0] == 0 && rest[1] == 0) {
      if (--open == 0) return at;
      at += 2;
      continue;
    }
    BerHeader header;
    std::size_t used = 0;
    if (decode_header(rest, header, used) != HeaderStatus::Complete || header.is(0)) return std::nullopt;
    at += used;
    if (header.indefinite) {
      if (++open > kMaxDepth) return std::nullopt;
    } else {
      if (header.length > bytes.size() - at) return std::nullopt;
      at += static_cast<std::size_t>(header.length);
    }
  }
  return std::nullopt;
}

Result<> join_octets(const BerElement& element, std::size_t depth, Bytes& into) {
  if (!element.header.constructed) {
    append(into, element.content);
    return {};
  }
  if (depth == kMaxDepth) return bad("an OCTET STRING nested too deep");
  BerCursor cursor(element, "OCTET STRING");
  while (!cursor.at_end()) {
    SG_TRY_ASSIGN(const BerElement segment, cursor.next(tag::kOctetString));
    SG_TRY(join_octets(segment, depth + 1, into));
  }
  return {};
}

void append_header(Bytes& into, const BerHeader& header, std::size_t length) {
  if (header.number < 31) {
    const auto form = (static_cast<unsigned>(header.tag_class) << 6U) | (header.constructed ? 0x20U : 0U);
    return append_der_header(into, static_cast<Byte>(form | header.number), length);
  }
  Bytes lead = der_element(header, {});
  lead.pop_back();  // the length
  append(into, ByteView(lead).first(lead.size() - 1));
  append_der_header(into, lead.back(), length);
}

void append_element(Bytes& into, const BerHeader& header, ByteView content) {
  append_header(into, header, content.size());
  append(into, content);
}

bool comes_before(ByteView a, ByteView b) {
  return std::ranges::lexicographical_compare(a, b);
}

/// Puts the elements of a SET OF, which stand in `into` from `begin` on, in the order of DER.
Result<> sort_set(Bytes& into, std::size_t begin) {
  std::vector<ByteView> members;
  BerCursor cursor(ByteView(into).subspan(begin), "SET");
  while (!cursor.at_end()) {
    SG_TRY_ASSIGN(const BerElement member, cursor.next());
    members.push_back(member.raw);
  }
  std::ranges::sort(members, comes_before);
  Bytes sorted;
  sorted.reserve(into.size() - begin);
  for (const ByteView member : members) append(sorted, member);
  std::ranges::copy(sorted, into.begin() + static_cast<std::ptrdiff_t>(begin));
  return {};
}

/// True when the elements in `content` are just what append_der() would make of them. False says nothing: it has the
/// rare forms, and the faults, to itself.
bool is_der(ByteView content, bool of_set, std::size_t depth) {
  if (depth == kMaxDepth) return false;
  ByteView before;
  while (!content.empty()) {
    BerHeader header;
    std::size_t used = 0;
    if (decode_header(content, header, used) != HeaderStatus::Complete || header.indefinite || header.number >= 31 ||
        header.is(0) || used != der_header_size(header.length) || header.length > content.size() - used) {
      return false;
    }
    const ByteView element = content.first(used + static_cast<std::size_t>(header.length));
    if (header.constructed &&
        (header.is(tag::kOctetString) || !is_der(element.subspan(used), header.is(tag::kSet), depth + 1))) {
      return false;
    }
    if (of_set && comes_before(element, before)) return false;
    before = element;
    content = content.subspan(element.size());
  }
  return true;
}

Result<> append_der(const BerElement& element, std::size_t depth, Bytes& into) {
  if (depth == kMaxDepth) return bad("a structure nested too deep");
  const BerHeader& header = element.header;
  if (!header.constructed) return append_element(into, header, element.content), Result<>{};
  if (header.is(tag::kOctetString)) {
    Bytes joined;
    SG_TRY(join_octets(element, 0, joined));
    BerHeader primitive = header;
    primitive.constructed = false;
    return append_element(into, primitive, joined), Result<>{};
  }
  // Most of what comes is DER already: then the length is that of what came.
  const std::size_t start = into.size();
  append_header(into, header, element.content.size());
  const std::size_t begin = into.size();
  const bool is_set = header.is(tag::kSet);
  bool in_order = true;
  std::size_t before = begin;
  BerCursor cursor(element, "structure");
  while (!cursor.at_end()) {
    SG_TRY_ASSIGN(const BerElement child, cursor.next());
    const std::size_t at = into.size();
    SG_TRY(append_der(child, depth + 1, into));
    const ByteView written(into);
    if (is_set && in_order) in_order = !comes_before(written.subspan(at), written.subspan(before, at - before));
    before = at;
  }
  if (!in_order) SG_TRY(sort_set(into, begin));
  if (into.size() - begin == element.content.size()) return {};
  const Bytes content(into.begin() + static_cast<std::ptrdiff_t>(begin), into.end());
  into.resize(start);
  append_element(into, header, content);
  return {};
}

}  // namespace

tl::unexpected<Error> BerCursor::malformed(const char* what) const {
  return fail(kMalformed, std::string(name_) + ": " + what, {},
              "the message is damaged or is not CMS; ask the sender for the original file");
}

Result<BerElement> BerCursor::decode() const {
  BerElement element;
  std::size_t used = 0;
  if (rest_.empty()) return malformed("a field is missing");
  if (decode_header(rest_, element.header, used) != HeaderStatus::Complete)
    return malformed("a damaged tag or length");
  if (element.header.is(0)) return malformed("an end marker where none is expected");
  const ByteView after = rest_.subspan(used);
  if (element.header.indefinite) {
    const auto size = indefinite_content(after);
    if (!size) return malformed("an element without end");
    element.content = after.first(*size);
    element.raw = rest_.first(used + *size + 2);
  } else {
    if (element.header.length > after.size()) return malformed("an element reaches past the one around it");
    element.content = after.first(static_cast<std::size_t>(element.header.length));
    element.raw = rest_.first(used + element.content.size());
  }
  return element;
}

std::optional<BerElement> BerCursor::peek() const {
  if (rest_.empty()) return std::nullopt;
  auto element = decode();
  if (!element) return std::nullopt;
  return *element;
}

bool BerCursor::next_is(std::uint32_t universal) const {
  BerHeader header;
  std::size_t used = 0;
  return decode_header(rest_, header, used) == HeaderStatus::Complete && header.is(universal);
}

bool BerCursor::next_is_context(std::uint32_t n) const {
  BerHeader header;
  std::size_t used = 0;
  return decode_header(rest_, header, used) == HeaderStatus::Complete && header.is_context(n);
}

Result<BerElement> BerCursor::next() {
  SG_TRY_ASSIGN(const BerElement element, decode());
  rest_ = rest_.subspan(element.raw.size());
  return element;
}

Result<BerElement> BerCursor::next(std::uint32_t universal) {
  SG_TRY_ASSIGN(const BerElement element, next());
  if (!element.is(universal)) return malformed("a field of the wrong type");
  const bool structure = universal == tag::kSequence || universal == tag::kSet;
  if (structure != element.header.constructed && universal != tag::kOctetString) {
    return malformed("a field of the wrong form");
  }
  return element;
}

Result<> BerCursor::expect_end() const {
  if (!at_end()) return malformed("more fields than defined");
  return {};
}

Result<BerElement> parse_single(ByteView bytes, const char* name) {
  BerCursor cursor(bytes, name);
  SG_TRY_ASSIGN(const BerElement element, cursor.next());
  SG_TRY(cursor.expect_end());
  return element;
}

Result<Bytes> octet_string(const BerElement& element) {
  Bytes joined;
  SG_TRY(join_octets(element, 0, joined));
  return joined;
}

Result<Bytes> bit_string(const BerElement& element) {
  if (element.header.constructed || element.content.empty() || element.content[0] != 0) {
    return bad("a BIT STRING of an unexpected form");
  }
  return Bytes(element.content.begin() + 1, element.content.end());
}

Result<std::string> oid(const BerElement& element) {
  const ByteView content = element.content;
  if (!element.is(tag::kOid) || element.header.constructed || content.empty() || content.size() > kMaxOid ||
      (content.back() & 0x80U) != 0) {
    return bad("a damaged object identifier");
  }
  std::array<char, kMaxOid * 4 + 8> text{};  // an octet is three digits and a dot at most; the first is two numbers
  char* at = text.data();
  const auto number = [&](std::uint64_t value) { at = std::to_chars(at, text.data() + text.size(), value).ptr; };
  std::uint64_t arc = 0;
  for (const Byte byte : content) {
    if (arc >> 56U != 0 || (arc == 0 && byte == 0x80)) return bad("a damaged object identifier");
    arc = (arc << 7U) | (byte & 0x7fU);
    if ((byte & 0x80U) != 0) continue;
    if (at == text.data()) {
      const std::uint64_t first = std::min<std::uint64_t>(arc / 40, 2);
      number(first);
      arc -= first * 40;
    }
    *at++ = '.';
    number(arc);
    arc = 0;
  }
  return std::string(text.data(), at);
}

Result<std::uint64_t> small_integer(const BerElement& element) {
  const ByteView content = element.content;
  if (!element.is(tag::kInteger) || content.empty() || (content[0] & 0x80U) != 0) return bad("a damaged integer");
  std::uint64_t value = 0;
  for (const Byte byte : content) {
    if (value >> 55U != 0) return bad("an integer out of range");
    value = (value << 8U) | byte;
  }
  return value;
}

Result<Bytes> to_der(const BerElement& element) {
  Bytes encoded;
  encoded.reserve(element.raw.size() + kMaxHeader);
  const BerHeader& header = element.header;
  const bool structure = header.constructed && !header.is(tag::kOctetString);
  if (structure && is_der(element.content, header.is(tag::kSet), 1)) {  // as nearly everybody sends it
    append_element(encoded, header, element.content);
    return encoded;
  }
  SG_TRY(append_der(element, 0, encoded));
  return encoded;
}

Result<AlgorithmId> algorithm_id(const BerElement& element) {
  AlgorithmId id;
  BerCursor cursor(element, "AlgorithmIdentifier");
  SG_TRY_ASSIGN(const BerElement name, cursor.next(tag::kOid));
  SG_TRY_ASSIGN(id.oid, oid(name));
  if (!cursor.at_end()) {
    SG_TRY_ASSIGN(const BerElement parameters, cursor.next());
    id.parameters.assign(parameters.raw.begin(), parameters.raw.end());
  }
  SG_TRY(cursor.expect_end());
  return id;
}

}  // namespace sealgate::cms
