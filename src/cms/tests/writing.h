#pragma once
// Shared by the tests of cms/: whole messages written with one call.

#include <gtest/gtest.h>

#include "cms/tests/test_support.h"
#include "cms/writer.h"

namespace sealgate::cms::test {

template <typename Writer>
inline Bytes write_through(Result<std::unique_ptr<Writer>> writer, const BufferSink& out, ByteView content,
                           std::size_t chunk) {
  EXPECT_TRUE(writer) << (writer ? "" : writer.error().to_string());
  if (!writer) return {};
  while (!content.empty()) {
    const ByteView part = chunk == 0 ? content : content.first(std::min(chunk, content.size()));
    content = content.subspan(part.size());
    const auto status = (*writer)->write(part);
    EXPECT_TRUE(status) << (status ? "" : status.error().to_string());
  }
  const auto status = (*writer)->finish();
  EXPECT_TRUE(status) << (status ? "" : status.error().to_string());
  return out.bytes();
}

inline Bytes sign(SignedDataOptions options, ByteView content, std::size_t chunk = 0) {
  BufferSink out;
  return write_through(SignedDataWriter::create(std::move(options), out), out, content, chunk);
}

inline Bytes seal(EnvelopedDataOptions options, ByteView content, std::size_t chunk = 0) {
  BufferSink out;
  return write_through(EnvelopedDataWriter::create(std::move(options), out), out, content, chunk);
}

inline Bytes compress(CompressedDataOptions options, ByteView content, std::size_t chunk = 0) {
  BufferSink out;
  return write_through(CompressedDataWriter::create(std::move(options), out), out, content, chunk);
}

inline SignerSpec signer(const std::string& kind, crypto::DigestAlgorithm digest = crypto::DigestAlgorithm::Sha256) {
  SignerSpec spec{identity(kind).certificate, identity(kind).key};
  spec.digest = digest;
  return spec;
}

inline SignedDataOptions signed_by(SignerSpec spec) {
  SignedDataOptions options;
  options.certificates.push_back(spec.certificate);
  options.signers.push_back(std::move(spec));
  return options;
}

inline EnvelopedDataOptions sealed_for(const std::string& kind,
                                       crypto::ContentCipher cipher = crypto::ContentCipher::Aes256Cbc) {
  EnvelopedDataOptions options;
  options.recipients.emplace_back(CertificateRecipient{identity(kind).certificate});
  options.cipher = cipher;
  return options;
}

struct Keys {
  explicit Keys(const std::string& kind) {
    provider.add(identity(kind).key, identity(kind).certificate);
    options.keys = &provider;
  }
  MemoryKeyProvider provider;
  ReaderOptions options;
};

}  // namespace sealgate::cms::test
