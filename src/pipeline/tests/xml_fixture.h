#pragma once
// Pipelines with XML components over artifacts from YAML, and a box that keeps bodies in memory.

#include <gtest/gtest.h>

#include "artifacts/documents.h"
#include "artifacts/validate.h"
#include "messaging/property_names.h"
#include "messaging/tests/refusing_message_box.h"
#include "pipeline/receive_pipeline.h"
#include "pipeline/send_pipeline.h"

namespace sealgate::pipeline::testing {

class TextBody final : public messaging::Body {
 public:
  explicit TextBody(std::string text, std::size_t chunk = 0) : text_(std::move(text)), chunk_(chunk) {}
  std::uint64_t size() const override { return text_.size(); }
  const Bytes& sha256() const override { return sha256_; }
  Result<> copy_to(Sink& sink) const override {
    const std::size_t step = chunk_ == 0 ? std::max<std::size_t>(text_.size(), 1) : chunk_;
    for (std::size_t at = 0; at < text_.size(); at += step) {
      SG_TRY(sink.write(as_bytes(std::string_view(text_).substr(at, step))));
    }
    return {};
  }

 private:
  std::string text_;
  std::size_t chunk_;
  Bytes sha256_ = Bytes(32, 0);
};

class MemoryWriter final : public messaging::BodyWriter {
 public:
  Result<> write(ByteView bytes) override {
    text_ += as_text(bytes);
    return {};
  }
  Result<> finish() override { return {}; }
  messaging::BodyRef take() override { return std::make_shared<TextBody>(std::move(text_)); }

 private:
  std::string text_;
};

class MemoryBox final : public messaging::testing::RefusingMessageBox {
 public:
  Result<std::unique_ptr<messaging::BodyWriter>> create_body() override { return std::make_unique<MemoryWriter>(); }
};

inline std::string text_of(const messaging::Body& body) {
  BufferSink sink;
  EXPECT_TRUE(body.copy_to(sink));
  return std::string(as_text(sink.bytes()));
}

class XmlPipelineTest : public ::testing::Test {
 protected:
  /// Documents of schemas, maps and pipelines; every fault fails the test.
  void apply(std::string_view yaml) {
    const auto documents = artifacts::parse_documents(yaml, "test.yaml");
    ASSERT_TRUE(documents) << documents.error().to_string();
    for (const auto& document : *documents) set_.put(document.artifact);
    for (const Error& fault : artifacts::validate(set_, now_)) ADD_FAILURE() << fault.to_string();
  }

  Result<Interchange> receive(std::string document, std::size_t chunk = 0) {
    messaging::Part raw;
    raw.body = std::make_shared<TextBody>(std::move(document), chunk);
    artifacts::PipelineSettings use;
    use.name = pipeline_;
    return run_receive_pipeline({set_, certificates_, box_, now_}, host_, use, maps_, raw, context_);
  }

  /// What goes out, or "error CODE".
  std::string send(std::string document, const std::string& type = {}) {
    messaging::Message message;
    message.context = context_;
    if (!type.empty()) message.context.promote(messaging::names::kMessageType, type);
    message.parts.emplace_back();
    message.parts[0].body = std::make_shared<TextBody>(std::move(document));
    artifacts::PipelineSettings use;
    use.name = pipeline_;
    const artifacts::CertificateAssignments nobody;
    const std::string no_party;
    BufferSink out;
    const auto sent = run_send_pipeline({set_, certificates_, box_, now_}, host_,
                                        {"send port Out", use, maps_, nobody, no_party}, message, out);
    return sent ? std::string(as_text(out.bytes())) : "error " + std::string(sent.error().code.id);
  }

  /// Of the only message.
  static std::string property(const Result<Interchange>& interchange, std::string_view name) {
    if (!interchange) return "error " + std::string(interchange.error().code.id);
    if (interchange->messages.size() != 1) return std::to_string(interchange->messages.size()) + " messages";
    return property(interchange->messages.front().message, name);
  }
  static std::string property(const messaging::Message& message, std::string_view name) {
    const messaging::Property* found = message.context.find(name);
    if (found == nullptr) return "(none)";
    return messaging::to_text(found->value) + (found->promoted ? "" : " (written)");
  }

  artifacts::ArtifactSet set_;
  artifacts::Host host_;
  CertificateView certificates_;
  MemoryBox box_;
  Time now_ = *parse_rfc3339("2026-11-21T12:00:00Z");
  messaging::MessageContext context_;
  std::string pipeline_ = "XMLReceive";
  std::vector<std::string> maps_;
};

}  // namespace sealgate::pipeline::testing
