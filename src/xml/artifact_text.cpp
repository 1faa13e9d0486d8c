#include "xml/artifact_text.h"

#include "base/text.h"
#include "xml/limits.h"
#include "xml/reader.h"
#include "xml/writer.h"

namespace sealgate::xml {
namespace {

constexpr std::string_view kMark = "\xef\xbb\xbf";

/// "<?xml ... ?>" at the beginning; empty when there is none.
std::string_view declaration_of(std::string_view text) {
  if (!text.starts_with("<?xml") || text.size() < 6 || (text[5] != ' ' && text[5] != '\t' && text[5] != '\n'))
    return {};
  const std::size_t end = text.find("?>");
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end + 2);
}

bool is_utf8(std::string_view declaration) {
  const std::string lower = ascii_lower(declaration);
  const std::size_t at = lower.find("encoding");
  return at == std::string::npos || lower.find("utf-8", at) != std::string::npos;
}

}  // namespace

std::string artifact_text(std::string_view text) {
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  text = trim(text);
  text.remove_prefix(declaration_of(text).size());
  text = trim(text);
  std::string lines;
  lines.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      lines += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      lines += '\n';
    }
  }
  return lines;
}

Result<std::string> artifact_text_of_file(ByteView content) {
  const std::string_view text = as_text(content);
  const bool wide = text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") ||
                    text.substr(0, 4).find('\0') != std::string_view::npos;
  if (!wide && is_utf8(declaration_of(text))) return artifact_text(text);
  BufferSink target(2 * kMaximumArtifactText);
  WriterOptions options;
  options.declaration = false;
  SG_TRY_ASSIGN(const auto writer, Writer::create(options, target));
  ReaderOptions limits;
  limits.limits.total = 2 * kMaximumArtifactText;
  Reader reader(limits, *writer);
  SG_TRY(reader.write(content));
  SG_TRY(reader.finish());
  SG_TRY(writer->flush());
  return artifact_text(as_text(target.bytes()));
}

}  // namespace sealgate::xml
