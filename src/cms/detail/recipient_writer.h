#pragma once
// Internal: RecipientInfos for a content-encryption key.

#include "cms/writer.h"

namespace sealgate::cms::detail {

struct RecipientInfos {
  Bytes set;              ///< SET OF RecipientInfo
  std::uint64_t version;  ///< of the EnvelopedData (RFC 5652 section 6.1)
};

Result<RecipientInfos> write_recipient_infos(const std::vector<RecipientSpec>& recipients, ByteView content_key,
                                             crypto::ContentCipher cipher);

}  // namespace sealgate::cms::detail
