#pragma once
// Events to bytes: writes a document as well-formed XML in the wanted encoding. What the encoding does not have
// becomes a character reference. Says the same as what was read, not with the same bytes: CDATA sections become text,
// attributes stand in double quotes.

#include <memory>
#include <string>

#include "base/sink.h"
#include "xml/events.h"

namespace sealgate::xml {

struct WriterOptions {
  std::string encoding = "UTF-8";  ///< as in a declaration; any that a reader reads
  bool declaration = true;
  bool byte_order_mark = false;  ///< UTF-16 without a declared byte order always has one
};

class Writer final : public Handler {
 public:
  /// xml.unknown-encoding. `target` must outlive the writer.
  static Result<std::unique_ptr<Writer>> create(const WriterOptions& options, Sink& target);
  ~Writer() override;

  Result<> start_element(const StartElement& element) override;
  Result<> end_element(const Name& name) override;
  Result<> text(std::string_view text) override;
  Result<> comment(std::string_view text) override;
  Result<> processing_instruction(std::string_view target, std::string_view data) override;
  /// Markup that is well-formed already, in UTF-8 (processing instructions of a setting).
  Result<> raw(std::string_view markup);
  /// Passes on what is still held; the target's finish() is left to its owner.
  Result<> flush();

 private:
  class Encoder;
  explicit Writer(Sink& target);
  Result<> close_tag();
  Result<> put(std::string_view text);
  Result<> put_escaped(std::string_view text, bool attribute);

  Sink& target_;
  std::unique_ptr<Encoder> encoder_;  ///< null: UTF-8, as it is
  std::string buffer_;
  bool tag_open_ = false;
};

}  // namespace sealgate::xml
