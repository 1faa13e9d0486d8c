#include "smime/detached_digests.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"

namespace sealgate::smime {
namespace {

using crypto::DigestAlgorithm;

constexpr std::array kEveryDigest = {DigestAlgorithm::Sha256, DigestAlgorithm::Sha1,   DigestAlgorithm::Sha384,
                                     DigestAlgorithm::Sha512, DigestAlgorithm::Sha224, DigestAlgorithm::Md5};
constexpr std::array<Byte, 2> kLineEnd = {'\r', '\n'};

std::vector<DigestAlgorithm> named_by(std::string_view micalg) {
  std::vector<DigestAlgorithm> named;
  while (!micalg.empty()) {
    const auto comma = micalg.find(',');
    const auto algorithm = crypto::digest_from_name(trim(micalg.substr(0, comma)));
    if (algorithm && std::find(named.begin(), named.end(), *algorithm) == named.end()) named.push_back(*algorithm);
    micalg = comma == std::string_view::npos ? std::string_view{} : micalg.substr(comma + 1);
  }
  if (named.empty()) return {kEveryDigest.begin(), kEveryDigest.end()};
  if (std::find(named.begin(), named.end(), DigestAlgorithm::Sha256) == named.end()) {
    named.push_back(DigestAlgorithm::Sha256);
  }
  return named;
}

// Every bare LF of `text` becomes CRLF; `after_cr` says whether a CR came right before it.
void to_crlf(ByteView text, bool after_cr, Bytes& out) {
  for (std::size_t i = 0; i < text.size();) {
    const auto* start = text.data() + i;
    const auto* lf = std::find(start, text.data() + text.size(), Byte{'\n'});
    const auto length = static_cast<std::size_t>(lf - start);
    out.insert(out.end(), start, lf);
    i += length;
    if (i == text.size()) break;
    const bool preceded = i == 0 ? after_cr : text[i - 1] == '\r';
    if (!preceded) out.push_back('\r');
    out.push_back('\n');
    ++i;
  }
}

// Every CRLF becomes LF. `text` never ends between the two: tail_ keeps them together.
void to_lf(ByteView text, Bytes& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out.push_back(text[i]);
  }
}

std::size_t line_end_length(ByteView text) {
  if (text.empty() || text.back() != '\n') return 0;
  return text.size() > 1 && text[text.size() - 2] == '\r' ? 2 : 1;
}

/// The first LF at or after `at`, or the end.
const Byte* find_lf(const Byte* at, const Byte* end) {
  const void* const found = at == end ? nullptr : std::memchr(at, '\n', static_cast<std::size_t>(end - at));
  return found == nullptr ? end : static_cast<const Byte*>(found);
}

bool has_bare_lf(ByteView text, bool after_cr) {
  const Byte* const end = text.data() + text.size();
  for (const Byte* at = find_lf(text.data(), end); at != end; at = find_lf(at + 1, end)) {
    const bool preceded = at == text.data() ? after_cr : at[-1] == '\r';
    if (!preceded) return true;
  }
  return false;
}

bool has_crlf(ByteView text) {
  const auto found = std::search(text.begin(), text.end(), kLineEnd.begin(), kLineEnd.end());
  return found != text.end();
}

}  // namespace

DetachedDigests::DetachedDigests(std::string_view micalg, bool tolerate_line_ends)
    : algorithms_(named_by(micalg)),
      small_limit_(algorithms_.size() < kEveryDigest.size() ? kSmallNamed : kSmall),
      tolerant_(tolerate_line_ends),
      lf_gone_(!tolerate_line_ends) {}

DetachedDigests::Digests DetachedDigests::clone(const Digests& digests) {
  Digests copies;
  copies.reserve(digests.size());
  for (const auto& digest : digests) copies.push_back(digest.clone());
  return copies;
}

void DetachedDigests::update(Digests& digests, ByteView bytes) {
  if (bytes.empty()) return;
  for (auto& digest : digests) digest.update(bytes);
}

bool DetachedDigests::computes(DigestAlgorithm algorithm) const {
  return std::find(algorithms_.begin(), algorithms_.end(), algorithm) != algorithms_.end();
}

Result<> DetachedDigests::write(ByteView raw) {
  size_ += raw.size();
  small_raw_.reset();
  if (!hashing_ && small_.size() + raw.size() <= small_limit_) {
    append(small_, raw);
    return {};
  }
  if (!hashing_) start_hashing();
  hash(raw);
  return {};
}

void DetachedDigests::start_hashing() {
  hashing_ = true;
  for (const auto algorithm : algorithms_) raw_.emplace_back(algorithm);
  const Bytes kept = std::move(small_);
  small_.clear();
  hash(kept);
}

// Gives everything but a line end at the very end to the digests.
void DetachedDigests::hash(ByteView raw) {
  if (raw.empty()) return;
  Bytes joined;
  if (!tail_.empty()) {
    // A kept CR or CRLF is settled by what follows; it is short, so joining it with the block is a rare small copy.
    const std::size_t first = std::min<std::size_t>(raw.size(), 2);
    joined = tail_;
    append(joined, raw.first(first));
    tail_.clear();
    if (raw.size() > first) {
      // The joined head may itself end within a line end that the rest completes; keep that for the next step.
      const ByteView rest = raw.subspan(first);
      if (joined.back() == '\r' || joined.back() == '\n') {
        append(joined, rest);
        hash_raw(joined);
        return;
      }
      hash_raw(joined);
      hash_raw(rest);
      return;
    }
    raw = joined;
  }
  hash_raw(raw);
}

void DetachedDigests::hash_raw(ByteView raw) {
  std::size_t keep = line_end_length(raw);
  if (keep == 0 && raw.back() == '\r') keep = 1;
  tail_.assign(raw.end() - static_cast<std::ptrdiff_t>(keep), raw.end());
  raw = raw.first(raw.size() - keep);
  if (raw.empty()) return;

  if (crlf_.empty() && has_bare_lf(raw, after_cr_)) crlf_ = clone(raw_);
  if (!crlf_.empty()) {
    scratch_.clear();
    to_crlf(raw, after_cr_, scratch_);
    update(crlf_, scratch_);
  }
  if (size_ > kLfLimit) {
    lf_.clear();
    lf_gone_ = true;
  }
  if (!lf_gone_) {
    if (lf_.empty() && has_crlf(raw)) lf_ = clone(raw_);
    if (!lf_.empty()) {
      scratch_.clear();
      to_lf(raw, scratch_);
      update(lf_, scratch_);
    }
  }
  update(raw_, raw);
  after_cr_ = raw.back() == '\r';
}

Result<> DetachedDigests::finish() {
  return {};
}

DetachedDigests::Forms DetachedDigests::forms() const {
  Forms offered;
  if (raw_accepted_) offered.add(Form::Raw);
  offered.add(Form::Crlf);
  if (!tolerant_) return offered;
  if (!raw_accepted_) offered.add(Form::Raw);
  for (const Form form : {Form::Lf, Form::Stripped, Form::Extended}) offered.add(form);
  return offered;
}

std::size_t DetachedDigests::variant_count() const {
  return forms().count;
}

std::string_view DetachedDigests::variant_name(std::size_t variant) const {
  const auto offered = forms();
  if (variant >= offered.count) return {};
  switch (offered.all[variant]) {
    case Form::Raw:
      return "raw";
    case Form::Crlf:
      return "crlf";
    case Form::Lf:
      return "lf";
    case Form::Stripped:
      return "stripped";
    case Form::Extended:
      return "extended";
  }
  return {};
}

std::optional<crypto::DigestValue> DetachedDigests::digest(std::size_t variant, DigestAlgorithm algorithm) const {
  const auto offered = forms();
  return variant < offered.count ? digest_of(offered.all[variant], algorithm) : std::nullopt;
}

Bytes DetachedDigests::small_in(Form form) const {
  Bytes text;
  if (form == Form::Raw) return small_;
  if (form == Form::Lf) {
    to_lf(small_, text);
    return text;
  }
  to_crlf(small_, false, text);
  if (form == Form::Stripped) text.resize(text.size() - line_end_length(text));
  if (form == Form::Extended) append(text, kLineEnd);
  return text;
}

// The signature and the receipt mostly want the same digest, and most texts have the line ends that they should.
std::optional<crypto::DigestValue> DetachedDigests::small_digest_of(Form form, DigestAlgorithm algorithm) const {
  if (form == Form::Crlf && !has_bare_lf(small_, false)) form = Form::Raw;
  if (form != Form::Raw) {
    const auto value = crypto::digest(algorithm, small_in(form));
    return value ? std::optional(*value) : std::nullopt;
  }
  if (!small_raw_ || small_raw_->first != algorithm) {
    const auto value = crypto::digest(algorithm, small_);
    if (!value) return std::nullopt;
    small_raw_.emplace(algorithm, *value);
  }
  return small_raw_->second;
}

std::optional<crypto::DigestValue> DetachedDigests::digest_of(Form form, DigestAlgorithm algorithm) const {
  if (!hashing_) return small_digest_of(form, algorithm);
  const Digests* base = &raw_;
  if (form == Form::Lf) {
    if (lf_gone_) return std::nullopt;
    if (!lf_.empty()) base = &lf_;
  } else if (form != Form::Raw && !crlf_.empty()) {
    base = &crlf_;
  }
  const auto found = std::find_if(base->begin(), base->end(),
                                  [&](const crypto::Digest& digest) { return digest.algorithm() == algorithm; });
  if (found == base->end()) return std::nullopt;
  crypto::Digest running = found->clone();
  const bool line_end = line_end_length(tail_) != 0;
  if (form == Form::Raw || !line_end) {
    running.update(tail_);
  } else if (form == Form::Lf) {
    running.update("\n");
  } else if (form != Form::Stripped) {
    running.update(kLineEnd);
  }
  if (form == Form::Extended) running.update(kLineEnd);
  const auto value = running.finish();
  return value ? std::optional(*value) : std::nullopt;
}

std::optional<ByteView> DetachedDigests::content(std::size_t variant) const {
  const auto offered = forms();
  if (hashing_ || variant >= offered.count || offered.all[variant] != Form::Raw) return std::nullopt;
  return ByteView(small_);
}

}  // namespace sealgate::smime
