#include "as2/received_mic.h"

#include <algorithm>

#include "base/text.h"

namespace sealgate::as2 {

using crypto::DigestAlgorithm;

namespace {

std::optional<DigestAlgorithm> signature_digest(const smime::Report& report) {
  for (const auto& layer : report.layers) {
    if (layer.type != smime::LayerType::Signed || !layer.part.empty() || layer.signers.empty()) continue;
    return crypto::digest_from_name(layer.signers.front().digest);
  }
  return std::nullopt;
}

}  // namespace

ReceivedMic::ReceivedMic(std::span<const MicAlgorithm> listed, DigestAlgorithm fallback, MicChoice choice,
                         MicSpelling spelling)
    : listed_(listed.begin(), listed.end()), fallback_(fallback), choice_(choice), spelling_(spelling) {}

Sink& ReceivedMic::on_receipt_base(smime::ReceiptBase base, std::string_view micalg) {
  base_ = base;
  const auto first = micalg.substr(0, std::min(micalg.find(','), micalg.size()));
  micalg_ = crypto::digest_from_name(first);
  digests_ = crypto::MultiDigest();
  only_.reset();
  given_.reset();
  const bool is_signed = base == smime::ReceiptBase::Signed;
  if (!is_signed || micalg_ || (choice_ == MicChoice::FirstListed && !listed_.empty())) {
    only_ = choose(is_signed ? micalg_ : std::nullopt);
    digests_.add(*only_);
    return sink_;
  }
  // A signature that does not say its digest before the end: the usual ones, and those that are listed.
  for (const auto digest : {DigestAlgorithm::Sha256, DigestAlgorithm::Sha1, DigestAlgorithm::Sha512, fallback_}) {
    if (!digests_.contains(digest)) digests_.add(digest);
  }
  for (const auto& algorithm : listed_) {
    if (!digests_.contains(algorithm.digest)) digests_.add(algorithm.digest);
  }
  return sink_;
}

std::optional<DigestAlgorithm> ReceivedMic::wanted_digest() const {
  return only_;
}

std::optional<Mic> ReceivedMic::result(const smime::Report& report) const {
  if (!base_) return std::nullopt;
  std::optional<DigestAlgorithm> signature;
  if (*base_ == smime::ReceiptBase::Signed) signature = micalg_ ? micalg_ : signature_digest(report);
  DigestAlgorithm digest = choose(signature);
  if (!digests_.contains(digest)) digest = choose(std::nullopt);
  const auto value = given_ && digest == only_ ? Result<crypto::DigestValue>(*given_) : digests_.value(digest);
  if (!value) return std::nullopt;
  Mic mic{digest, mic_algorithm_name(digest, spelling_), *value};
  const auto listed = std::ranges::find(listed_, digest, &MicAlgorithm::digest);
  if (listed != listed_.end()) mic.spelling = listed->spelling;
  return mic;
}

bool ReceivedMic::is_listed(DigestAlgorithm digest) const {
  return std::ranges::find(listed_, digest, &MicAlgorithm::digest) != listed_.end();
}

DigestAlgorithm ReceivedMic::choose(std::optional<DigestAlgorithm> signature) const {
  if (signature && choice_ != MicChoice::FirstListed) {
    if (choice_ == MicChoice::Signature || listed_.empty() || is_listed(*signature)) return *signature;
  }
  if (!listed_.empty()) return listed_.front().digest;
  return signature.value_or(fallback_);
}

}  // namespace sealgate::as2
