#include "certificates/pem_blocks.h"

#include <array>

#include "base/text.h"
#include "certificates/errors.h"

namespace sealgate::certificates {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kDashes = "-----";
constexpr std::size_t kMaxLabel = 64;

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

tl::unexpected<Error> malformed(std::string what, std::size_t number) {
  return fail(kImportMalformed, std::move(what), "PEM block " + std::to_string(number),
              "the file was cut off or edited; get it again from its source");
}

}  // namespace

bool looks_like_pem(std::string_view text) {
  return text.find(kBegin) != std::string_view::npos;
}

std::optional<Bytes> decode_base64(std::string_view text) {
  Bytes result;
  result.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  int digits = 0;
  int padding = 0;
  for (const char c : text) {
    if (is_blank(c)) continue;
    if (c == '=') {
      if (++padding > 2) return std::nullopt;
      continue;
    }
    const int value = base64_value(c);
    if (value < 0 || padding > 0) return std::nullopt;
    group = (group << 6) | static_cast<std::uint32_t>(value);
    if (++digits == 4) {
      result.push_back(static_cast<Byte>(group >> 16));
      result.push_back(static_cast<Byte>(group >> 8));
      result.push_back(static_cast<Byte>(group));
      group = 0;
      digits = 0;
    }
  }
  if (digits == 1 || (padding > 0 && digits + padding != 4)) return std::nullopt;
  if (digits >= 2) result.push_back(static_cast<Byte>(group >> (digits == 2 ? 4 : 10)));
  if (digits == 3) result.push_back(static_cast<Byte>(group >> 2));
  return result;
}

std::optional<std::string> normalise_text(ByteView data) {
  if (data.size() >= 3 && data[0] == 0xEF && data[1] == 0xBB && data[2] == 0xBF) {
    return std::string(as_text(data.subspan(3)));
  }
  const bool little = data.size() >= 2 && data[0] == 0xFF && data[1] == 0xFE;
  const bool big = data.size() >= 2 && data[0] == 0xFE && data[1] == 0xFF;
  if (!little && !big) return std::nullopt;
  std::string text;
  text.reserve(data.size() / 2);
  for (std::size_t position = 2; position + 1 < data.size(); position += 2) {
    const Byte low = data[position + (little ? 0 : 1)];
    const Byte high = data[position + (little ? 1 : 0)];
    text += high == 0 && low < 0x80 ? static_cast<char>(low) : '?';
  }
  return text;
}

Result<std::vector<PemBlock>> split_pem(std::string_view text, std::size_t limit) {
  std::vector<PemBlock> blocks;
  for (std::size_t position = 0;;) {
    const std::size_t begin = text.find(kBegin, position);
    if (begin == std::string_view::npos) return blocks;
    const std::size_t number = blocks.size() + 1;
    if (number > limit) {
      return fail(kImportTooManyObjects, "the file holds more than " + std::to_string(limit) + " objects", {},
                  "split the file");
    }
    const std::size_t label_start = begin + kBegin.size();
    const std::size_t label_end = text.find(kDashes, label_start);
    if (label_end == std::string_view::npos || label_end - label_start > kMaxLabel) {
      return malformed("the line that begins a block is not complete", number);
    }
    PemBlock block;
    block.label = text.substr(label_start, label_end - label_start);
    const std::string end_line = "-----END " + block.label + "-----";
    const std::size_t body_start = label_end + kDashes.size();
    const std::size_t body_end = text.find(end_line, body_start);
    if (body_end == std::string_view::npos) return malformed("the block has no line '" + end_line + "'", number);
    block.text = text.substr(begin, body_end + end_line.size() - begin);
    const std::string_view body = text.substr(body_start, body_end - body_start);
    block.has_headers = body.find(':') != std::string_view::npos;
    if (!block.has_headers) {
      std::optional<Bytes> content = decode_base64(body);
      if (!content || content->empty())
        return malformed("the block of type " + block.label + " is not base64", number);
      block.content = Secret(std::move(*content));
    }
    blocks.push_back(std::move(block));
    position = body_end + end_line.size();
  }
}

}  // namespace sealgate::certificates
