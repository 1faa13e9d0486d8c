// SignedData (RFC 5652 section 5).

#include <algorithm>

#include "cms/ber_cursor.h"
#include "cms/detail/hashing_filter.h"
#include "cms/detail/signer_info.h"
#include "cms/errors.h"
#include "cms/oids.h"

namespace sealgate::cms::detail {
namespace {

/// Digest OIDs of a SET OF DigestAlgorithmIdentifier, without duplicates; nullopt entries are not implemented.
Result<std::vector<crypto::DigestAlgorithm>> parse_digests(ByteView element, std::size_t limit) {
  std::vector<crypto::DigestAlgorithm> found;
  SG_TRY_ASSIGN(const BerElement set, parse_single(element, "digestAlgorithms"));
  BerCursor cursor(set, "digestAlgorithms");
  while (!cursor.at_end()) {
    SG_TRY_ASSIGN(const BerElement sequence, cursor.next(tag::kSequence));
    SG_TRY_ASSIGN(const AlgorithmId id, algorithm_id(sequence));
    const auto digest = crypto::digest_from_oid(id.oid);
    if (!digest || std::find(found.begin(), found.end(), *digest) != found.end()) continue;
    if (found.size() == limit) {
      return fail(kLimitDigests, "more than " + std::to_string(limit) + " different digests over one content");
    }
    found.push_back(*digest);
  }
  return found;
}

class SignedReader final : public LayerReader {
 public:
  explicit SignedReader(ReaderContext& context)
      : context_(context), filter_(context), content_(context, filter_, 1) {}

  Result<BerAction> element(const BerHeader& header, std::uint32_t level) override {
    if (level > 0) {
      if (field_ == Field::Content) return content_.element(header, level);
      return BerAction::Capture;  // one certificate, list or SignerInfo
    }
    switch (field_) {
      case Field::Start:
        if (!header.is(tag::kInteger)) break;
        field_ = Field::Version;
        return BerAction::Capture;
      case Field::Version:
        if (!header.is(tag::kSet)) break;
        field_ = Field::Digests;
        return BerAction::Capture;
      case Field::Digests:
        if (!header.is(tag::kSequence)) break;
        field_ = Field::Content;
        return BerAction::Enter;
      case Field::Content:
      case Field::Certificates:
      case Field::Crls:
        return after_content(header);
      case Field::Signers:
        break;
    }
    return malformed("SignedData", "a field is missing or out of order");
  }

  Result<> captured(const BerHeader&, ByteView element, std::uint32_t level) override {
    switch (field_) {
      case Field::Digests: {
        SG_TRY_ASSIGN(const auto digests, parse_digests(element, context_.options.limits.digests));
        for (const crypto::DigestAlgorithm digest : digests) filter_.digests.add(digest);
        // Only Ed25519 ever needs the content as a whole, and it comes with SHA-512 (RFC 8419 section 3.1).
        const bool maybe_pure = filter_.digests.contains(crypto::DigestAlgorithm::Sha512);
        if (maybe_pure) filter_.keep_up_to(context_.options.limits.pure_signature);
        return {};
      }
      case Field::Content:
        return content_.captured(element);
      case Field::Certificates:
      case Field::Crls:
        return level == 0 ? Result<>{} : take_certificate_or_list(element);
      case Field::Signers:
        return level == 0 ? Result<>{} : take_signer(element);
      case Field::Start:
      case Field::Version:
        break;
    }
    return {};
  }

  Result<> content(ByteView octets) override { return content_.content(octets); }

  Result<> end(const BerHeader& header, std::uint32_t level) override {
    return field_ == Field::Content ? content_.end(header, level) : Result<>{};
  }

  Result<> complete() override {
    if (field_ != Field::Signers || !content_.has_type()) return malformed("SignedData", "a field is missing");
    Layer& layer = context_.layer;
    const SignedContent content{layer,        context_.options,  filter_.digests,
                                filter_.kept, filter_.too_large, filter_.looks_like_attributes()};
    std::vector<Signer> verified;
    verified.reserve(signers_.size());
    for (const SignerInfo& info : signers_) verified.push_back(verify_signer(info, content));
    layer.signers = std::move(verified);
    for (const Signer& signer : layer.signers) {
      note_weakness(signer);
      if (!layer.error && signer.error) layer.error = signer.error;
    }
    if (layer.signers.empty()) {
      layer.error = Error{kNoSigner,
                          "nobody has signed: there is no SignerInfo",
                          {},
                          "this is a file of certificates, or the signature was removed"};
    }
    return {};
  }

 private:
  enum class Field { Start, Version, Digests, Content, Certificates, Crls, Signers };

  Result<BerAction> after_content(const BerHeader& header) {
    if (header.is_context(0) && header.constructed && field_ == Field::Content) {
      field_ = Field::Certificates;
      return BerAction::Enter;
    }
    if (header.is_context(1) && header.constructed && field_ != Field::Crls) {
      field_ = Field::Crls;
      return BerAction::Enter;
    }
    if (header.is(tag::kSet)) {
      field_ = Field::Signers;
      return BerAction::Enter;
    }
    return malformed("SignedData", "an unknown field after the content");
  }

  Result<> take_octets(std::size_t count) {
    octets_ += count;
    if (octets_ > context_.options.limits.certificates) {
      return fail(kLimitCertificates, "certificates, revocation lists and signatures of more than " +
                                          std::to_string(context_.options.limits.certificates) + " octets");
    }
    return {};
  }

  /// OtherRevocationInfoFormat (RFC 5652 section 10.2.1) whose format is an OCSP response.
  static std::optional<Bytes> ocsp_response_in(ByteView element) {
    const auto other = parse_single(element, "RevocationInfoChoice");
    if (!other || !other->is_context(1) || !other->header.constructed) return std::nullopt;
    BerCursor fields(*other, "OtherRevocationInfoFormat");
    const auto format = fields.next(tag::kOid);
    const auto name = format ? oid(*format) : Result<std::string>();
    if (!name || *name != oids::kOcspResponse) return std::nullopt;
    const auto response = fields.next();
    if (!response || !fields.expect_end()) return std::nullopt;
    return Bytes(response->raw.begin(), response->raw.end());
  }

  Result<> take_certificate_or_list(ByteView element) {
    SG_TRY(take_octets(element.size()));
    Layer& layer = context_.layer;
    const std::size_t count =
        layer.certificates.size() + layer.crls.size() + layer.ocsp_responses.size() + layer.unreadable_certificates;
    if (count >= context_.options.limits.certificate_count) {
      return fail(kLimitCertificates, "more than " + std::to_string(count) + " certificates and revocation lists");
    }
    // Attribute certificates and other formats ([0] to [3]) and damaged objects do not spoil the message: what is not
    // usable is simply not there when a signer's certificate is looked for.
    if (field_ == Field::Certificates) {
      if (auto certificate = certificates::Certificate::from_der(element)) {
        layer.certificates.push_back(std::move(*certificate));
        return {};
      }
    } else if (auto list = certificates::Crl::from_der(element)) {
      layer.crls.push_back(std::move(*list));
      return {};
    } else if (auto response = ocsp_response_in(element)) {
      layer.ocsp_responses.push_back(std::move(*response));
      return {};
    }
    ++layer.unreadable_certificates;
    return {};
  }

  Result<> take_signer(ByteView element) {
    SG_TRY(take_octets(element.size()));
    if (signers_.size() == context_.options.limits.signers) {
      return fail(kLimitSigners, "more than " + std::to_string(signers_.size()) + " signers");
    }
    SG_TRY_ASSIGN(SignerInfo info, parse_signer_info(element));
    signers_.push_back(std::move(info));
    return {};
  }

  void note_weakness(const Signer& signer) {
    for (const std::string& used : {signer.digest, signer.signature_digest}) {
      const auto digest = crypto::digest_from_name(used);
      if (digest && crypto::is_weak(*digest)) context_.layer.add_weak(crypto::name(*digest));
    }
    if (!signer.certificate) return;
    if (const auto key = signer.certificate->public_key()) add_weak_key(context_.layer, *key);
  }

  ReaderContext& context_;
  HashingFilter filter_;
  EncapsulatedContent content_;
  Field field_ = Field::Start;
  std::vector<SignerInfo> signers_;
  std::size_t octets_ = 0;
};

}  // namespace

std::unique_ptr<LayerReader> make_signed_reader(ReaderContext& context) {
  return std::make_unique<SignedReader>(context);
}

}  // namespace sealgate::cms::detail
