#pragma once
// Inside crypto/ only: the little DER that key derivation needs. Messages are read and written in cms/.

#include <openssl/objects.h>

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "crypto/detail/openssl.h"

namespace sealgate::crypto::detail {

using Asn1ObjectPtr = std::unique_ptr<ASN1_OBJECT, Deleter<ASN1_OBJECT_free>>;

/// One element: tag byte, length, content.
Bytes der(Byte tag, ByteView content);
/// INTEGER from an unsigned big-endian number without leading zeros.
Bytes der_unsigned_integer(ByteView magnitude);
Bytes der_oid(const ASN1_OBJECT* object);
Bytes big_endian32(std::uint32_t value);

}  // namespace sealgate::crypto::detail
