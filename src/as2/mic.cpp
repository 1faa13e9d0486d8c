#include "as2/mic.h"

#include "as2/errors.h"
#include "base/text.h"
#include "mime/base64.h"

namespace sealgate::as2 {
namespace {

using crypto::DigestAlgorithm;

constexpr std::size_t kMaxField = 1000;

tl::unexpected<Error> bad(const char* what) {
  return fail(kBadMic, what, "Received-Content-MIC",
              "ask the partner to send a digest in base64, a comma, and its name");
}

std::optional<DigestAlgorithm> by_size(std::size_t size) {
  for (const auto algorithm : {DigestAlgorithm::Md5, DigestAlgorithm::Sha1, DigestAlgorithm::Sha224,
                               DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512}) {
    if (crypto::digest_size(algorithm) == size) return algorithm;
  }
  return std::nullopt;
}

}  // namespace

Result<Mic> parse_mic(std::string_view field) {
  if (field.size() > kMaxField) return bad("a message integrity check is too long");
  const auto comma = field.find(',');
  const std::string_view name = comma == std::string_view::npos ? std::string_view{} : trim(field.substr(comma + 1));
  const auto value = mime::base64_decode(field.substr(0, comma));
  if (!value || value->empty()) return bad("a message integrity check is not base64");
  const auto algorithm = name.empty() ? by_size(value->size()) : crypto::digest_from_name(name);
  if (!algorithm) return bad("a message integrity check names a digest that is not known");
  if (crypto::digest_size(*algorithm) != value->size()) {
    return bad("a message integrity check is not as long as its digest");
  }
  return Mic{*algorithm, std::string(name.empty() ? crypto::name(*algorithm) : name), crypto::DigestValue(*value)};
}

std::string format_mic(const Mic& mic) {
  const std::string_view name = mic.spelling.empty() ? crypto::name(mic.algorithm) : std::string_view(mic.spelling);
  return mime::base64_encode(mic.value.view()) + ", " + std::string(name);
}

}  // namespace sealgate::as2
