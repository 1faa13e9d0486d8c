#pragma once
// Helpers of the tests of xml/.

#include <string>
#include <string_view>

#include "base/sink.h"
#include "xml/reader.h"
#include "xml/writer.h"

namespace sealgate::xml::test {

/// What a handler sees, as one line of text, with adjacent pieces of text joined.
class Recorder final : public Handler {
 public:
  Result<> start_element(const StartElement& element) override {
    close();
    log_ += "<" + element.name.qualified() + "|" + std::string(element.name.uri);
    for (const auto& declared : element.namespaces) {
      log_ += " xmlns:" + std::string(declared.prefix) + "=" + std::string(declared.uri);
    }
    for (const auto& attribute : element.attributes) {
      log_ += " " + attribute.name.qualified() + "|" + std::string(attribute.name.uri) + "=" +
              std::string(attribute.value);
    }
    log_ += ">";
    return {};
  }
  Result<> end_element(const Name& name) override {
    close();
    log_ += "</" + name.qualified() + ">";
    return {};
  }
  Result<> text(std::string_view text) override {
    text_ += text;
    return {};
  }
  Result<> comment(std::string_view text) override {
    close();
    log_ += "<!--" + std::string(text) + "-->";
    return {};
  }
  Result<> processing_instruction(std::string_view target, std::string_view data) override {
    close();
    log_ += "<?" + std::string(target) + "|" + std::string(data) + "?>";
    return {};
  }
  std::string log() {
    close();
    return log_;
  }

 private:
  void close() {
    if (!text_.empty()) log_ += "[" + text_ + "]";
    text_.clear();
  }
  std::string log_;
  std::string text_;
};

/// Pushes `document` in pieces of `chunk` bytes (0: at once) and finishes.
inline Result<> push(Sink& sink, std::string_view document, std::size_t chunk = 0) {
  const std::size_t step = chunk == 0 ? document.size() : chunk;
  for (std::size_t at = 0; at < document.size(); at += step) {
    SG_TRY(sink.write(as_bytes(document.substr(at, step))));
  }
  return sink.finish();
}

/// The events of a document, or "error CODE".
inline std::string events(std::string_view document, const ReaderOptions& options = {}, std::size_t chunk = 0) {
  Recorder recorder;
  Reader reader(options, recorder);
  auto result = push(reader, document, chunk);
  return result ? recorder.log() : "error " + std::string(result.error().code.id);
}

/// Reads and writes it again.
inline Result<std::string> rewrite(std::string_view document, const WriterOptions& options) {
  BufferSink target;
  SG_TRY_ASSIGN(const auto writer, Writer::create(options, target));
  Reader reader({}, *writer);
  SG_TRY(push(reader, document));
  SG_TRY(writer->flush());
  return std::string(as_text(target.bytes()));
}

}  // namespace sealgate::xml::test
