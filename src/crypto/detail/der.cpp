#include "crypto/detail/der.h"

#include <openssl/asn1.h>

namespace sealgate::crypto::detail {

Bytes der(Byte tag, ByteView content) {
  Bytes element{tag};
  const std::size_t size = content.size();
  if (size < 0x80) {
    element.push_back(static_cast<Byte>(size));
  } else {
    Bytes digits;
    for (std::size_t rest = size; rest != 0; rest >>= 8) digits.insert(digits.begin(), static_cast<Byte>(rest));
    element.push_back(static_cast<Byte>(0x80 | digits.size()));
    append(element, digits);
  }
  append(element, content);
  return element;
}

Bytes der_unsigned_integer(ByteView magnitude) {
  Bytes content;
  if (magnitude.empty() || (magnitude[0] & 0x80) != 0) content.push_back(0);
  append(content, magnitude);
  return der(0x02, content);
}

Bytes der_oid(const ASN1_OBJECT* object) {
  return der(0x06, {OBJ_get0_data(object), OBJ_length(object)});
}

Bytes big_endian32(std::uint32_t value) {
  return {static_cast<Byte>(value >> 24), static_cast<Byte>(value >> 16), static_cast<Byte>(value >> 8),
          static_cast<Byte>(value)};
}

}  // namespace sealgate::crypto::detail
