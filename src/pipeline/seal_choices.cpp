#include "pipeline/seal_choices.h"

namespace sealgate::pipeline {

mime::TransferEncoding to_mime(artifacts::TransferEncoding encoding) {
  switch (encoding) {
    case artifacts::TransferEncoding::Base64:
      return mime::TransferEncoding::Base64;
    case artifacts::TransferEncoding::QuotedPrintable:
      return mime::TransferEncoding::QuotedPrintable;
    case artifacts::TransferEncoding::SevenBit:
      return mime::TransferEncoding::SevenBit;
    case artifacts::TransferEncoding::EightBit:
      return mime::TransferEncoding::EightBit;
    case artifacts::TransferEncoding::Binary:
      return mime::TransferEncoding::Binary;
  }
  return mime::TransferEncoding::Base64;
}

smime::Compression to_smime(artifacts::Compression compression) {
  switch (compression) {
    case artifacts::Compression::None:
      return smime::Compression::None;
    case artifacts::Compression::BeforeSigning:
      return smime::Compression::BeforeSigning;
    case artifacts::Compression::AfterSigning:
      return smime::Compression::AfterSigning;
  }
  return smime::Compression::None;
}

smime::KeyTransport to_smime(artifacts::KeyTransport transport) {
  return transport == artifacts::KeyTransport::RsaOaep ? smime::KeyTransport::RsaOaep : smime::KeyTransport::RsaPkcs1;
}

}  // namespace sealgate::pipeline
