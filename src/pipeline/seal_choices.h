#pragma once
// What artifacts say about sealing, in the words of mime/ and smime/.

#include "artifacts/pipelines.h"
#include "mime/transfer_encoding.h"
#include "smime/encoder.h"

namespace sealgate::pipeline {

mime::TransferEncoding to_mime(artifacts::TransferEncoding encoding);
smime::Compression to_smime(artifacts::Compression compression);
smime::KeyTransport to_smime(artifacts::KeyTransport transport);

}  // namespace sealgate::pipeline
