#pragma once
// Writes DER. Small structures are built inside out from byte strings; streamed content uses the header functions.

#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "cms/ber.h"

namespace sealgate::cms {

/// First octet of the tags that CMS uses.
namespace der {
inline constexpr Byte kInteger = 0x02;
inline constexpr Byte kBitString = 0x03;
inline constexpr Byte kOctetString = 0x04;
inline constexpr Byte kNull = 0x05;
inline constexpr Byte kOid = 0x06;
inline constexpr Byte kUtf8String = 0x0c;
inline constexpr Byte kUtcTime = 0x17;
inline constexpr Byte kGeneralizedTime = 0x18;
inline constexpr Byte kSequence = 0x30;
inline constexpr Byte kSet = 0x31;
/// [n] constructed (EXPLICIT, or IMPLICIT of a structure) and [n] primitive; n below 31.
constexpr Byte context(unsigned n) {
  return static_cast<Byte>(0xa0U | n);
}
constexpr Byte context_primitive(unsigned n) {
  return static_cast<Byte>(0x80U | n);
}
}  // namespace der

/// Identifier octet and minimal definite length.
void append_der_header(Bytes& into, Byte tag, std::uint64_t length);
/// How many octets that header takes.
std::size_t der_header_size(std::uint64_t length);

Bytes der_element(Byte tag, ByteView content);
/// Keeps class, form and number of `header`, writes a minimal definite length.
Bytes der_element(const BerHeader& header, ByteView content);
/// The parts one after the other inside `tag`.
Bytes der_join(Byte tag, std::initializer_list<ByteView> parts);
inline Bytes der_sequence(std::initializer_list<ByteView> parts) {
  return der_join(der::kSequence, parts);
}
/// Sorted, as DER wants SET OF; `tag` for an implicitly tagged one.
Bytes der_set_of(std::vector<Bytes> elements, Byte tag = der::kSet);
Bytes der_integer(std::uint64_t value);
/// Unsigned big-endian magnitude as INTEGER; an empty one is zero.
Bytes der_integer(ByteView magnitude);
Bytes der_octet_string(ByteView content);
Bytes der_bit_string(ByteView content);
/// From dotted decimal; the text must be well formed (our own constants).
Bytes der_oid(std::string_view dotted);
Bytes der_null();
/// UTCTime from 1950 to 2049, else GeneralizedTime; whole seconds (RFC 5652 11.3).
Bytes der_time(Time time);
/// AlgorithmIdentifier with raw parameters, left out when empty.
Bytes der_algorithm(std::string_view dotted, ByteView parameters = {});

/// Time of a UTCTime or GeneralizedTime content; fails with cms.malformed.
Result<Time> parse_time(const BerHeader& header, ByteView content);

}  // namespace sealgate::cms
