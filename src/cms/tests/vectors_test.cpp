// Third-party vectors in raw DER or PEM form: every one must give the outcome its manifest expects.

#include <gtest/gtest.h>
#include <algorithm>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "certificates/import.h"
#include "cms/errors.h"
#include "cms/format.h"
#include "cms/oids.h"
#include "cms/tests/test_support.h"

namespace sealgate::cms::test {
namespace {

using Json = nlohmann::json;

Bytes from_hex(const std::string& hex) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<Byte>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

Bytes decode_armor(ByteView input) {
  BufferSink sink;
  const auto decoder = make_auto_decoder(sink);
  const auto status = decoder->write(input);
  EXPECT_TRUE(status) << status.error().to_string();
  EXPECT_TRUE(decoder->finish());
  return sink.take();
}

/// Content as the detached signature covers it, in one variant.
class FileContent final : public DetachedContent {
 public:
  explicit FileContent(Bytes content) : content_(std::move(content)) {}
  std::size_t variant_count() const override { return 1; }
  std::string_view variant_name(std::size_t) const override { return "raw"; }
  std::optional<crypto::DigestValue> digest(std::size_t, crypto::DigestAlgorithm algorithm) const override {
    const auto value = crypto::digest(algorithm, content_);
    return value ? std::optional(*value) : std::nullopt;
  }
  std::optional<ByteView> content(std::size_t) const override { return ByteView(content_); }

 private:
  Bytes content_;
};

struct Material {
  MemoryKeyProvider keys;
  std::unique_ptr<MemorySignerProvider> signers;
  std::unique_ptr<FileContent> detached;
  ReaderOptions options;
};

void add_key(const Json& entry, const std::filesystem::path& root, MemoryKeyProvider& keys) {
  if (entry.contains("secret_hex")) {
    keys.add_secret(Secret(from_hex(entry["secret_hex"])), from_hex(entry.value("key_id_hex", "")));
    return;
  }
  if (entry.contains("recipient_password")) {
    keys.add_password(Secret::from_text(entry["recipient_password"].get<std::string>()));
    return;
  }
  const Secret password = Secret::from_text(entry.value("password", ""));
  certificates::ImportOptions options;
  options.password = &password;
  const auto key = certificates::import_bundle(read_file(root / entry["key"].get<std::string>()), options);
  ASSERT_TRUE(key) << key.error().to_string();
  ASSERT_FALSE(key->keys.empty());
  std::optional<certificates::Certificate> certificate;
  if (entry.contains("cert")) {
    const auto bundle = certificates::import_bundle(read_file(root / entry["cert"].get<std::string>()), options);
    ASSERT_TRUE(bundle) << bundle.error().to_string();
    certificate = bundle->certificates.front().certificate;
  }
  keys.add(key->keys.front(), certificate);
}

std::unique_ptr<Material> material(const Json& test, const std::filesystem::path& root) {
  auto result = std::make_unique<Material>();
  for (const Json& entry : test.value("keys", Json::array())) add_key(entry, root, result->keys);
  std::vector<certificates::Certificate> known;
  for (const char* field : {"certs", "anchors"}) {
    for (const Json& path : test.value(field, Json::array())) {
      const auto bundle = certificates::import_bundle(read_file(root / path.get<std::string>()));
      if (!bundle) continue;
      for (const auto& imported : bundle->certificates) known.push_back(imported.certificate);
    }
  }
  result->signers = std::make_unique<MemorySignerProvider>(std::move(known));
  if (test.contains("detached_content")) {
    result->detached = std::make_unique<FileContent>(read_file(root / test["detached_content"].get<std::string>()));
  }
  result->options.keys = &result->keys;
  result->options.signers = result->signers.get();
  result->options.detached = result->detached.get();
  return result;
}

/// Outer layer first; stops at content that is no CMS layer.
std::vector<ReadResult> peel(Bytes input, const ReaderOptions& options) {
  std::vector<ReadResult> layers;
  ReaderOptions current = options;
  for (;;) {
    layers.push_back(read_all(input, current));
    const ReadResult& last = layers.back();
    const bool inner = last.status && last.layer.content_type != oids::kData &&
                       layer_kind_from_oid(last.layer.content_type) && last.layer.has_content;
    if (!inner || layers.size() > 8) return layers;
    current.bare_type = last.layer.content_type;
    input = last.content;
  }
}

std::string expected(const Json& expect) {
  for (const char* field : {"decrypt", "decompress", "signature", "digest", "verify", "parse"}) {
    if (!expect.contains(field)) continue;
    std::string value = expect[field];
    // Paths to an anchor are not judged here.
    if (value.starts_with("error:chain:")) return "ok";
    return value.starts_with("error:") ? value.substr(6) : value;
  }
  return "ok";
}

std::string sha256(ByteView bytes) {
  const auto value = crypto::digest(crypto::DigestAlgorithm::Sha256, bytes);
  return value ? to_hex(value->view()) : "";
}

std::optional<Json> manifest() {
  const auto root = vectors();
  if (!root) return std::nullopt;
  return Json::parse(as_text(read_file(*root / "manifest.json")));
}

/// True when the vectors are there. Their absence is a failure in CI, one line elsewhere.
bool have_vectors() {
  if (vectors()) return true;
  const char* ci = std::getenv("CI");
  if (ci != nullptr && std::string_view(ci) == "true") ADD_FAILURE() << "third-party vectors are missing";
  std::printf("third-party vectors are not here: set SEALGATE_VECTORS to run these tests\n");
  return false;
}

bool is_raw_cms(const Json& test) {
  const std::string format = test["format"];
  const std::string kind = test["kind"];
  const bool cms = kind == "cms-der" || kind == "attack" || kind == "compressed" || kind.starts_with("smime-");
  return cms && (format == "der" || format == "pem");
}

TEST(Vectors, RawMessagesGiveTheExpectedOutcome) {
  if (!have_vectors()) return;
  const auto root = *vectors();
  const Json all = *manifest();
  std::size_t run_count = 0;
  for (const Json& test : all) {
    if (!is_raw_cms(test)) continue;
    ++run_count;
    SCOPED_TRACE(test["id"].get<std::string>());
    const auto given = material(test, root);
    const Json& expect = test["expect"];
    const std::vector<ReadResult> layers =
        peel(decode_armor(read_file(root / test["file"].get<std::string>())), given->options);
    std::string outcome = "ok";
    for (const ReadResult& layer : layers) {
      if (outcome == "ok") outcome = layer.outcome();
    }
    const ReadResult& outer = layers.front();
    if (expect.contains("accept")) {
      bool accepted = false;
      for (const std::string value : expect["accept"])
        accepted = accepted || value == (outcome == "ok" ? "ok" : "error:" + outcome);
      EXPECT_TRUE(accepted) << outcome;
    } else {
      EXPECT_EQ(outcome, expected(expect)) << (outer.status ? "" : outer.status.error().to_string())
                                           << (outer.layer.error ? outer.layer.error->to_string() : "");
    }
    if (expect.contains("algs")) {
      std::vector<std::string> algorithms = outer.layer.algorithms();
      std::vector<std::string> wanted = expect["algs"];
      EXPECT_EQ(algorithms, wanted);
    }
    if (expect.contains("recipients")) {
      EXPECT_EQ(outer.layer.recipients.size(), expect["recipients"].get<std::size_t>());
    }
    if (expect.contains("certificates")) {
      EXPECT_EQ(outer.layer.certificates.size(), expect["certificates"].get<std::size_t>());
    }
    if (expect.contains("crls")) {
      EXPECT_EQ(outer.layer.crls.size(), expect["crls"].get<std::size_t>());
    }
    if (expect.contains("content_sha256") && outcome == "ok" && !given->detached) {
      EXPECT_EQ(sha256(layers.back().content), expect["content_sha256"].get<std::string>());
    }
  }
  EXPECT_GT(run_count, 30U);
}

TEST(Vectors, TruncatedAtEveryOctetNeverSucceeds) {
  if (!have_vectors()) return;
  const auto root = *vectors();
  const Json all = *manifest();
  for (const Json& test : all) {
    if (!is_raw_cms(test)) continue;
    const Bytes input = decode_armor(read_file(root / test["file"].get<std::string>()));
    if (input.size() > 20000) continue;
    SCOPED_TRACE(test["id"].get<std::string>());
    const auto given = material(test, root);
    // Every prefix costs a private-key operation once the recipients are complete: step through long ones.
    const std::size_t step = input.size() > 3000 ? 7 : 1;
    for (std::size_t size = 0; size < input.size(); size += step) {
      const ReadResult result = read_all(ByteView(input).first(size), given->options);
      if (result.outcome() != "ok") continue;
      // Padding behind the structure may be cut off.
      const bool only_padding = std::all_of(input.begin() + static_cast<std::ptrdiff_t>(size), input.end(),
                                            [](Byte b) { return b == 0 || b == '\r' || b == '\n'; });
      EXPECT_TRUE(only_padding) << "cut to " << size << " of " << input.size();
    }
  }
}

TEST(Vectors, ChunkSizeDoesNotMatter) {
  if (!have_vectors()) return;
  const auto root = *vectors();
  const Json all = *manifest();
  for (const Json& test : all) {
    if (!is_raw_cms(test)) continue;
    const Bytes input = decode_armor(read_file(root / test["file"].get<std::string>()));
    if (input.size() > 100000) continue;
    SCOPED_TRACE(test["id"].get<std::string>());
    const auto given = material(test, root);
    const ReadResult whole = read_all(input, given->options);
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{3}, std::size_t{17}, std::size_t{1000}}) {
      const ReadResult pieces = read_all(input, given->options, chunk);
      EXPECT_EQ(pieces.outcome(), whole.outcome());
      EXPECT_EQ(pieces.layer.algorithms(), whole.layer.algorithms());
      if (whole.outcome() == "ok") {
        EXPECT_EQ(pieces.content, whole.content);
      }
    }
  }
}

TEST(Vectors, OpensslFuzzCorpusDoesNotCrash) {
  if (!have_vectors()) return;
  const auto folder = *vectors() / "openssl" / "fuzz-cms";
  MemoryKeyProvider keys;
  keys.add(identity("rsa").key);
  ReaderOptions options;
  options.keys = &keys;
  options.limits.expansion_allowance = 1 << 20;
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const Bytes input = read_file(entry.path());
    const ReadResult whole = read_all(input, options);
    const ReadResult pieces = read_all(input, options, 1);
    EXPECT_EQ(whole.outcome(), pieces.outcome()) << entry.path();
    ++count;
  }
  EXPECT_GT(count, 0U);
}

}  // namespace
}  // namespace sealgate::cms::test
