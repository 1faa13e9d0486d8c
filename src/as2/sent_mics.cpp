#include "as2/sent_mics.h"

#include <algorithm>
#include <array>

#include "as2/errors.h"
#include "base/text.h"
#include "mime/base64.h"
#include "mime/content_type.h"

namespace sealgate::as2 {
namespace {

using crypto::DigestAlgorithm;

std::string names_of(std::span<const DigestAlgorithm> algorithms) {
  std::string names;
  for (const auto algorithm : algorithms) names += std::string(crypto::name(algorithm)) + ',';
  return names;
}

// What smime::DetachedDigests calls its variants.
MicForm form_of(std::string_view variant) {
  return mic_form_of(variant).value_or(MicForm::Exact);  // "raw"
}

void add(std::vector<SentMic>& mics, MicForm form, DigestAlgorithm algorithm, const crypto::DigestValue& value) {
  const bool known =
      std::ranges::any_of(mics, [&](const SentMic& mic) { return mic.algorithm == algorithm && mic.value == value; });
  if (!known) mics.push_back({form, algorithm, value});
}

// As Jakarta Mail writes it: a parameter that goes beyond column 76 begins a line.
std::string jakarta_text(const mime::ContentType& type) {
  std::string text = type.media_type();
  std::size_t column = std::string_view("Content-Type: ").size() + text.size();
  for (const mime::Parameter& parameter : type.parameters.all()) {
    mime::Parameters one;
    one.set(parameter.name, parameter.value);
    const std::string formatted = mime::format_parameters(one);  // "; name=value"
    const bool fits = column + formatted.size() <= 76;
    text += fits ? formatted : "; \r\n\t" + formatted.substr(2);
    column = fits ? column + formatted.size() : 8 + formatted.size() - 2;
  }
  return text;
}

tl::unexpected<Error> bad_text() {
  return fail(kBadMic, "the stored checks of a sent message cannot be read", {}, "restore the store from its backup");
}

}  // namespace

std::optional<MicForm> SentMics::match(const Mic& received) const {
  std::optional<MicForm> matched;
  for (const SentMic& mic : mics_) {
    if (mic.algorithm == received.algorithm && mic.value == received.value && (!matched || mic.form < *matched)) {
      matched = mic.form;
    }
  }
  return matched;
}

bool SentMics::knows(DigestAlgorithm algorithm) const {
  return std::ranges::find(mics_, algorithm, &SentMic::algorithm) != mics_.end();
}

std::string SentMics::to_text() const {
  std::string text;
  for (const SentMic& mic : mics_) {
    text.append(to_string(mic.form)).append(" ").append(crypto::name(mic.algorithm)).append(" ");
    text.append(mime::base64_encode(mic.value.view())).append("\n");
  }
  return text;
}

Result<SentMics> SentMics::parse(std::string_view text) {
  std::vector<SentMic> mics;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size()));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto first = line.find(' ');
    const auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos) return bad_text();
    const auto form = mic_form_of(line.substr(0, first));
    const auto algorithm = crypto::digest_from_name(line.substr(first + 1, second - first - 1));
    const auto value = mime::base64_decode(line.substr(second + 1));
    if (!form || !algorithm || !value || value->size() != crypto::digest_size(*algorithm)) return bad_text();
    mics.push_back({*form, *algorithm, crypto::DigestValue(*value)});
  }
  return SentMics(std::move(mics));
}

SentMicCollector::SentMicCollector(std::span<const DigestAlgorithm> algorithms, bool tolerant)
    : algorithms_(algorithms.begin(), algorithms.end()),
      tolerant_(tolerant),
      octets_(names_of(algorithms), tolerant) {
  if (!tolerant_) return;
  for (const auto algorithm : algorithms_) {
    for (Digests* digests : {&payload_, &content_, &wire_, &wire_entity_}) {
      if (!digests->digests.contains(algorithm)) digests->digests.add(algorithm);
    }
  }
}

void SentMicCollector::begin_wire(std::string_view content_type) {
  const std::string header = "Content-Type: " + jakarta_text(mime::parse_content_type(content_type)) + "\r\n\r\n";
  wire_entity_.digests.update(as_bytes(header));
}

SentMics SentMicCollector::result() const {
  std::vector<SentMic> mics;
  const std::size_t variants = tolerant_ ? octets_.variant_count() : 1;
  for (const auto algorithm : algorithms_) {
    for (std::size_t variant = 0; variant < variants; ++variant) {
      const auto value = octets_.digest(variant, algorithm);
      if (value) add(mics, form_of(octets_.variant_name(variant)), algorithm, *value);
    }
    if (!tolerant_) continue;
    const std::array others = {std::pair{MicForm::Payload, &payload_}, std::pair{MicForm::Content, &content_},
                               std::pair{MicForm::Wire, &wire_}, std::pair{MicForm::Wire, &wire_entity_}};
    for (const auto& [form, digests] : others) {
      if (!digests->written()) continue;
      const auto value = digests->digests.value(algorithm);
      if (value) add(mics, form, algorithm, *value);
    }
  }
  return SentMics(std::move(mics));
}

}  // namespace sealgate::as2
