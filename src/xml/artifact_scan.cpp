#include "xml/artifact_scan.h"

#include "base/bytes.h"
#include "xml/limits.h"
#include "xml/reader.h"

namespace sealgate::xml {
namespace {

class Visitor final : public NullHandler {
 public:
  explicit Visitor(const ElementVisitor& visit) : visit_(visit) {}
  Result<> start_element(const StartElement& element) override {
    auto result = visit_(element, ++depth_);
    own_ = !result.has_value();
    return result;
  }
  Result<> end_element(const Name& /*name*/) override {
    --depth_;
    return {};
  }
  /// The fault is the visitor's own, not the text's.
  bool own_fault() const { return own_; }

 private:
  const ElementVisitor& visit_;
  std::size_t depth_ = 0;
  bool own_ = false;
};

}  // namespace

std::string_view attribute_of(const StartElement& element, std::string_view local) {
  for (const Attribute& candidate : element.attributes) {
    if (candidate.name.is({}, local)) return candidate.value;
  }
  return {};
}

Result<> scan_artifact(std::string_view text, const ErrorCode& code, const ElementVisitor& visit) {
  Visitor visitor(visit);
  ReaderOptions options;
  options.limits.total = kMaximumArtifactText;
  Reader reader(options, visitor);
  auto result = reader.write(as_bytes(text));
  if (result) result = reader.finish();
  if (result) return {};
  Error error = std::move(result).error();
  if (error.where.empty()) error.where = reader.position();
  if (!visitor.own_fault()) error.code = code;
  return fail(std::move(error));
}

}  // namespace sealgate::xml
