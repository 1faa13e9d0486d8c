#pragma once
// Shared by the tests of cms/: reading whole inputs with one call, certificates and keys made on the spot with the
// openssl program, and where third-party vectors are.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/sink.h"
#include "certificates/certificate.h"
#include "cms/reader.h"
#include "crypto/key.h"

namespace sealgate::cms::test {

/// Collects what the reader delivers and remembers whether the content was finished.
class Collector final : public ContentHandler {
 public:
  explicit Collector(std::size_t limit = std::size_t{64} * 1024 * 1024) : sink_(limit) {}
  Result<Sink*> on_content(const Layer& layer) override {
    ++calls_;
    type_at_start_ = layer.content_type;
    return &sink_;
  }
  const Bytes& content() const { return sink_.buffer.bytes(); }
  std::string text() const { return std::string(as_text(content())); }
  bool finished() const { return sink_.finished; }
  int calls() const { return calls_; }
  const std::string& type_at_start() const { return type_at_start_; }

 private:
  struct FinishingSink final : Sink {
    explicit FinishingSink(std::size_t limit) : buffer(limit) {}
    Result<> write(ByteView bytes) override { return buffer.write(bytes); }
    Result<> finish() override {
      finished = true;
      return {};
    }
    BufferSink buffer;
    bool finished = false;
  };
  FinishingSink sink_;
  std::string type_at_start_;
  int calls_ = 0;
};

struct ReadResult {
  Result<> status;
  Layer layer;
  Bytes content;
  bool finished = false;
  int content_calls = 0;
  /// "ok", or the class of the failure: of the reader, else of the layer.
  std::string outcome() const;
};

/// Feeds `input` in pieces of `chunk` octets (0: all at once).
ReadResult read_all(ByteView input, const ReaderOptions& options = {}, std::size_t chunk = 0);

/// A folder that vanishes with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_;
};

void write_file(const std::string& path, ByteView bytes);
Bytes read_file(const std::string& path);
/// Runs a shell command, its output to a file in the temporary folder; true when it succeeded.
bool run(const std::string& command);

struct Identity {
  certificates::Certificate certificate;
  crypto::PrivateKey key;
  std::string cert_path;
  std::string key_path;
};

/// A self-signed certificate; `kind`: rsa, rsa1024, rsa-other, p256, p384, p521, ed25519, dsa, dh, x25519. Made once
/// a run; dh and x25519 certificates are issued by the rsa identity.
const Identity& identity(const std::string& kind);

/// $SEALGATE_VECTORS, else ../shared/vectors next to the source; empty when there are none.
std::optional<std::filesystem::path> vectors();

/// Octets that neither compress well nor repeat: the same for the same size.
Bytes sample(std::size_t size);

}  // namespace sealgate::cms::test
