#include "hosts/as2_archive.h"

#include <algorithm>

#include "as2/mic.h"
#include "certificates/export.h"
#include "crypto/digest.h"
#include "hosts/tracking_bodies.h"
#include "messaging/property_names.h"
#include "mime/header_parser.h"

namespace sealgate::hosts {
namespace {

using messaging::TrackingDetails;

/// Of one path; whose certificates come with more is kept with the first.
constexpr std::size_t kMaximumLists = 10;

void add(TrackingDetails& details, std::string_view name, std::string value) {
  if (!value.empty()) details.emplace_back(std::string(name), std::move(value));
}

/// Small content that lies in memory.
class SmallBody final : public messaging::Body {
 public:
  static Result<SmallBody> of(ByteView content) {
    SG_TRY_ASSIGN(const crypto::DigestValue digest, crypto::digest(crypto::DigestAlgorithm::Sha256, content));
    return SmallBody(content, digest);
  }
  std::uint64_t size() const override { return content_.size(); }
  const Bytes& sha256() const override { return sha256_; }
  Result<> copy_to(Sink& sink) const override { return sink.write(content_); }
  SmallBody(SmallBody&& other) noexcept : content_(other.content_), sha256_(std::move(other.sha256_)) {}

 private:
  SmallBody(ByteView content, const crypto::DigestValue& digest)
      : content_(content), sha256_(digest.view().begin(), digest.view().end()) {}
  ByteView content_;
  Bytes sha256_;
};

Result<> keep_small(messaging::TrackingLog* log, std::string_view point, ByteView content, Time now,
                    TrackingDetails& details) {
  if (log == nullptr || content.empty()) return {};
  SG_TRY_ASSIGN(const SmallBody body, SmallBody::of(content));
  return keep_body(log, point, body, now, details);
}

/// Lets what is behind the header of an entity through.
class BehindHeader final : public Sink {
 public:
  explicit BehindHeader(Sink& next) : header_(mime::Limits{}), next_(next) {}
  Result<> write(ByteView bytes) override {
    if (!header_.done()) {
      SG_TRY_ASSIGN(const std::size_t used, header_.feed(bytes));
      if (!header_.done()) return {};
      SG_TRY(next_.write(header_.held_back()));
      bytes = bytes.subspan(used);
    }
    return next_.write(bytes);
  }
  Result<> finish() override { return {}; }

 private:
  mime::HeaderParser header_;
  Sink& next_;
};

/// The request as it came: all of its header lines in the place of those of the entity.
class RequestBody final : public messaging::Body {
 public:
  enum class Content { Entity, Body };  ///< with a header of its own, or without
  RequestBody(std::string lines, const messaging::Body& content, Content form = Content::Entity)
      : lines_(std::move(lines)), content_(content), form_(form) {}
  Result<> measure() {
    crypto::MultiDigest digests({crypto::DigestAlgorithm::Sha256});
    crypto::DigestSink digest(digests);
    CountingSink count;
    TeeSink both(digest, count);
    SG_TRY(copy_to(both));
    SG_TRY(both.finish());
    SG_TRY_ASSIGN(const crypto::DigestValue value, digests.value(crypto::DigestAlgorithm::Sha256));
    size_ = count.count();
    sha256_.assign(value.view().begin(), value.view().end());
    return {};
  }
  std::uint64_t size() const override { return size_; }
  const Bytes& sha256() const override { return sha256_; }
  Result<> copy_to(Sink& sink) const override {
    SG_TRY(sink.write(as_bytes(lines_)));
    SG_TRY(sink.write(as_bytes("\r\n")));
    if (form_ == Content::Body) return content_.copy_to(sink);
    BehindHeader body(sink);
    return content_.copy_to(body);
  }

 private:
  std::string lines_;
  const messaging::Body& content_;
  Content form_;
  std::uint64_t size_ = 0;
  Bytes sha256_;
};

std::string protection_of(const smime::Report& report) {
  std::string text;
  const auto has = [&](std::string_view word, auto&&... types) {
    const bool found = std::ranges::any_of(report.layers, [&](const smime::LayerReport& layer) {
      return layer.part.empty() && ((layer.type == types) || ...);
    });
    if (found) text += (text.empty() ? "" : ", ") + std::string(word);
  };
  using smime::LayerType;
  has("signed", LayerType::Signed);
  has("encrypted", LayerType::Enveloped, LayerType::AuthEnveloped);
  has("compressed", LayerType::Compressed);
  return text;
}

bool is_encrypted(const smime::Report& report) {
  return protection_of(report).find("encrypted") != std::string::npos;
}

/// The signature that speaks for the message.
const smime::LayerReport* outermost_signature(const smime::Report& report) {
  const auto found = std::ranges::find_if(report.layers, [](const smime::LayerReport& layer) {
    return layer.part.empty() && layer.type == smime::LayerType::Signed;
  });
  return found == report.layers.end() ? nullptr : &*found;
}

Result<> keep_path(messaging::TrackingLog* log, const std::string& point, const pipeline::PathProof& path, Time now,
                   TrackingDetails& details) {
  SG_TRY(keep_small(log, point + "-chain", as_bytes(certificates::export_pem(path.chain)), now, details));
  for (std::size_t i = 0; i < std::min(kMaximumLists, path.crls.size()); ++i) {
    SG_TRY(keep_small(log, point + "-crl", path.crls[i].der(), now, details));
  }
  for (std::size_t i = 0; i < std::min(kMaximumLists, path.ocsp_responses.size()); ++i) {
    SG_TRY(keep_small(log, point + "-ocsp", path.ocsp_responses[i], now, details));
  }
  return {};
}

/// What the archive wants beside the message as it travels.
Result<> keep_proof(messaging::TrackingLog* log, const artifacts::As2Archive& archive,
                    const pipeline::As2Proof& proof, bool encrypted, Time now, TrackingDetails& kept) {
  if (archive.decoded || !encrypted) {
    if (proof.content != nullptr) SG_TRY(keep_body(log, "as2-content", *proof.content, now, kept));
    if (proof.signature != nullptr) SG_TRY(keep_body(log, "as2-signature", *proof.signature, now, kept));
  }
  if (archive.decoded) {
    const std::size_t documents = std::min(kMaximumTrackedParts, proof.documents.size());
    for (std::size_t i = 0; i < documents; ++i) {
      SG_TRY(keep_body(log, "as2-document", *proof.documents[i].body, now, kept));
    }
  }
  if (!proof.paths.empty()) SG_TRY(keep_path(log, "as2", proof.paths.front(), now, kept));
  return {};
}

void put_in_front(TrackingDetails& details, TrackingDetails first) {
  details.insert(details.begin(), std::make_move_iterator(first.begin()), std::make_move_iterator(first.end()));
}

}  // namespace

void describe_as2(const pipeline::As2Exchange& exchange, TrackingDetails& details) {
  if (!exchange.message || exchange.is_receipt) return;
  const as2::MessageHeaders& headers = exchange.message->headers();
  TrackingDetails said;
  add(said, kAs2MessageId, headers.message_id);
  if (exchange.agreement != nullptr) add(said, "as2.agreement", exchange.agreement->name);
  add(said, "as2.from", headers.from.text);
  add(said, "as2.to", headers.to.text);
  add(said, "as2.protection", protection_of(exchange.report));
  if (headers.receipt) {
    add(said, "as2.wanted",
        std::string(headers.receipt->delivery_url ? "async" : "sync") +
            (headers.receipt->wants_signature ? ", signed" : ""));
  }
  const auto file = std::ranges::find_if(exchange.report.parts,
                                         [](const smime::PartReport& part) { return !part.file_name.empty(); });
  add(said, "as2.file", file != exchange.report.parts.end() ? file->file_name : headers.file_name);
  const smime::LayerReport* signature = outermost_signature(exchange.report);
  if (signature != nullptr && signature->digest_variant != "raw") add(said, "as2.variant", signature->digest_variant);
  put_in_front(details, std::move(said));
}

Result<> archive_received(messaging::TrackingLog* log, const pipeline::As2Exchange& exchange,
                          const messaging::Body& raw, const messaging::MessageContext& context, Time now,
                          TrackingDetails& details) {
  if (exchange.agreement == nullptr || log == nullptr) return {};
  const artifacts::As2Archive& archive = exchange.agreement->receiving.archive;
  if (!archive.encoded && !archive.decoded) return {};
  TrackingDetails kept;
  if (archive.encoded) {
    RequestBody request(context.text_or_empty(messaging::names::kHttpInboundHeaders), raw);
    SG_TRY(request.measure());
    SG_TRY(keep_body(log, "as2-message", request, now, kept));
  }
  SG_TRY(keep_proof(log, archive, exchange.proof, is_encrypted(exchange.report), now, kept));
  put_in_front(details, std::move(kept));
  return {};
}

Result<> archive_receipt(messaging::TrackingLog* log, ByteView receipt,
                         std::span<const certificates::Certificate> signers, Time now, TrackingDetails& details) {
  TrackingDetails kept;
  SG_TRY(keep_small(log, "as2-receipt", receipt, now, kept));
  SG_TRY(keep_small(log, "as2-receipt-chain", as_bytes(certificates::export_pem(signers)), now, kept));
  put_in_front(details, std::move(kept));
  return {};
}

void describe_unsent(const pipeline::As2Departure& departure, TrackingDetails& details) {
  const artifacts::SendingAgreement& sending = departure.agreement.sending;
  add(details, "as2.direction", "sent");
  add(details, "as2.agreement", departure.agreement.name);
  add(details, "as2.partner", departure.agreement.partner.party);
  add(details, "as2.from", sending.as2_from);
  add(details, "as2.to", sending.as2_to);
  std::string protection;
  for (const auto& [is_so, word] : {std::pair{sending.sign, "signed"},
                                    {sending.encrypt, "encrypted"},
                                    {sending.compression != artifacts::Compression::None, "compressed"}}) {
    if (is_so) protection += (protection.empty() ? "" : ", ") + std::string(word);
  }
  add(details, "as2.protection", std::move(protection));
  if (sending.receipt.mode != artifacts::ReceiptMode::None) {
    add(details, "as2.wanted",
        std::string(artifacts::to_string(sending.receipt.mode)) + (sending.receipt.is_signed ? ", signed" : ""));
  }
  add(details, "as2.file", departure.file_name);
}

void describe_sent(const pipeline::As2Departure& departure, const messaging::Body& body, TrackingDetails& details) {
  add(details, kAs2MessageId, departure.message_id);
  describe_unsent(departure, details);
  add(details, "bytes", std::to_string(body.size()));
}

Result<> archive_sent(messaging::TrackingLog* log, const pipeline::As2Departure& departure,
                      const messaging::Body& body, Time now, TrackingDetails& details) {
  const artifacts::SendingAgreement& sending = departure.agreement.sending;
  if (log == nullptr || (!sending.archive.encoded && !sending.archive.decoded)) return {};
  TrackingDetails kept;
  if (sending.archive.encoded) {
    RequestBody request(departure.headers.serialise(), body, RequestBody::Content::Body);
    SG_TRY(request.measure());
    SG_TRY(keep_body(log, "as2-message", request, now, kept));
  }
  SG_TRY(keep_proof(log, sending.archive, departure.proof, sending.encrypt, now, kept));
  put_in_front(details, std::move(kept));
  return {};
}

Result<> archive_arrived(messaging::TrackingLog* log, const messaging::Body& raw, const std::string& lines,
                         std::span<const pipeline::PathProof> paths, Time now, TrackingDetails& details) {
  if (log == nullptr) return {};
  TrackingDetails kept;
  RequestBody receipt(lines, raw);
  SG_TRY(receipt.measure());
  SG_TRY(keep_body(log, "as2-receipt", receipt, now, kept));
  if (!paths.empty()) SG_TRY(keep_path(log, "as2-receipt", paths.front(), now, kept));
  put_in_front(details, std::move(kept));
  return {};
}

}  // namespace sealgate::hosts
