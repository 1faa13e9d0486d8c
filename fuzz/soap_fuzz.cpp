// Anything that comes by SOAP: an envelope is read, opened and judged without harm, nothing that is not covered
// counts as proven, and what is taken out of it can be put into a new one. Input: one byte for the choices, then the
// message.

#include <cstdlib>

#include "soap/fault.h"
#include "soap/security/check.h"
#include "soap/security/tokens.h"
#include "soap/security/writer.h"
#include "soap/tests/security_support.h"

namespace {

using namespace sealgate;
using namespace sealgate::soap;

const Time kNow = parse_rfc3339("2026-11-21T12:00:00Z").value();

const OwnKey& own() {
  static const OwnKey key = test::own_key(crypto::generate_rsa(2048).value(), "fuzz");
  return key;
}

/// What was signed stays what it was, wherever the bytes of `cut` are put into it.
std::string damaged(ByteView cut, bool encrypted) {
  static const std::string sealed[] = {
      [] {
        SealOptions options;
        options.signer = own();
        return seal_envelope(write_envelope(Version::Soap11, {}, "<a>signed</a>"), options, kNow, {}).value();
      }(),
      [] {
        SealOptions options;
        options.signer = own();
        options.recipients = {own().certificate};
        return seal_envelope(write_envelope(Version::Soap12, {}, "<a>signed</a>"), options, kNow, {}).value();
      }()};
  std::string text = sealed[encrypted ? 1 : 0];
  if (cut.size() < 3) return text;
  const std::size_t at = (std::size_t{cut[0]} << 8 | cut[1]) % text.size();
  const std::size_t length = std::min<std::size_t>(cut[2], text.size() - at);
  return text.replace(at, length, as_text(cut.subspan(3)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const unsigned choices = data[0];
  const ByteView rest(data + 1, size - 1);
  const bool ours = (choices & 1U) != 0;
  const std::string text = ours ? damaged(rest, (choices & 2U) != 0) : std::string(as_text(rest));
  TreeLimits limits;
  limits.bytes = std::size_t{256} * 1024;
  auto envelope = Envelope::parse(as_bytes(text), limits);
  if (!envelope) return 0;
  (void)read_fault(*envelope);
  OpeningKeys keys;
  keys.own = {&own(), 1};
  keys.take_cbc = (choices & 4U) != 0;
  auto opened = open_security(*envelope, keys, limits);
  if (!opened) return 0;
  SecurityPolicy policy;
  policy.require_signature = true;
  const auto checked = check_security(*opened, *envelope, policy, kNow);
  const auto element = envelope->body_element();
  if (!element || *element == nullptr) return 0;
  const auto payload = standalone(*element);
  if (!payload) return 0;
  // Only we have the key: a signature that holds covers what we signed, and nothing else.
  if (checked && opened->signer == own().certificate && text_content(*element) != "signed") std::abort();
  const auto again = embeddable(as_bytes(*payload), limits);
  if (!again) std::abort();
  if (!Envelope::parse(as_bytes(write_envelope(envelope->version(), {}, again->text)), TreeLimits{})) std::abort();
  return 0;
}
