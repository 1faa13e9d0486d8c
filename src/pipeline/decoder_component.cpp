#include "pipeline/decoder_component.h"

#include <algorithm>

#include "messaging/errors.h"
#include "messaging/property_names.h"
#include "pipeline/decryption_keys.h"
#include "pipeline/errors.h"
#include "pipeline/evidence.h"
#include "pipeline/signer_judge.h"
#include "smime/decoder.h"

namespace sealgate::pipeline {
namespace {

namespace names = messaging::names;

/// Quarantine: parts go to body writers of the box, which vanish unless the message is published.
class PartCollector final : public smime::PartReceiver {
 public:
  PartCollector(messaging::MessageBox& box, const artifacts::DecoderSettings& settings)
      : box_(box),
        selector_({static_cast<std::uint32_t>(settings.body_part_index), settings.body_part_content_type}) {}

  Result<Sink*> on_part(const smime::PartReport& part, const mime::HeaderBlock& headers) override {
    if (parts_.size() >= messaging::kMaximumParts) {
      return fail(messaging::kTooManyParts,
                  "the message has more than " + std::to_string(messaging::kMaximumParts) + " parts",
                  "part " + std::to_string(part.index));
    }
    selector_.offer(part);
    SG_TRY_ASSIGN(writer_, box_.create_body());
    messaging::Part made;
    made.name = part.path.empty() ? "body" : part.path;
    made.content_type = std::string(headers.headers.value("Content-Type").value_or(""));
    made.file_name = part.file_name;
    const auto keep = [&made](std::string_view name, const std::string& value) {
      if (!value.empty()) made.properties.write(name, value);
    };
    keep(names::kMimeContentId, part.content_id);
    keep(names::kMimeContentDescription, part.description);
    keep(names::kMimeContentDisposition, part.disposition);
    keep(names::kMimeContentTransferEncoding, part.transfer_encoding);
    parts_.push_back(std::move(made));
    types_.push_back(part.content_type);
    return writer_.get();
  }

  Result<> on_part_end(const smime::PartReport&) override {
    if (writer_ == nullptr) return {};  // the decoder did not want this one
    parts_.back().body = writer_->take();
    writer_.reset();
    return {};
  }

  Result<> finish() { return selector_.check(); }
  std::vector<messaging::Part> take_parts() { return std::move(parts_); }
  std::size_t body_index() const { return selector_.chosen(); }
  /// "type/subtype" of the body part.
  const std::string& body_type() const { return types_[selector_.chosen()]; }
  bool empty() const { return parts_.empty(); }

 private:
  messaging::MessageBox& box_;
  smime::BodySelector selector_;
  std::unique_ptr<messaging::BodyWriter> writer_;
  std::vector<messaging::Part> parts_;
  std::vector<std::string> types_;
};

smime::DecodeOptions make_options(const Environment& environment, const DecryptionKeys& keys,
                                  const artifacts::DecoderSettings& settings, const DecodeWishes& wishes,
                                  SignerJudge& judge) {
  smime::DecodeOptions options;
  options.keys = keys.usable();
  options.partners = environment.certificates.other_people;
  options.trust.intermediates = environment.certificates.intermediates;
  options.trust.judge = &judge;
  options.require_signature = settings.require_signature;
  options.require_encryption = settings.require_encryption;
  options.allow_non_mime = settings.allow_non_mime;
  options.receipt = wishes.receipt;
  options.tolerate_line_ends = wishes.tolerate_line_ends;
  options.accept_gcm_in_enveloped_data = wishes.gcm_in_enveloped_data;
  // Whose message it is shows only after decoding; weak_algorithms.h holds what was used against that party.
  options.weak = smime::WeakPolicy::allow_everything();
  return options;
}

/// Also of a message that was refused: what its layers say, and which of our certificates opened them. A message that
/// was too broken to be looked into may have been encrypted.
Opened opened_with(const smime::Report& report, const std::vector<smime::DecryptionKey>& keys, const Error* failure) {
  Opened opened;
  opened.encrypted =
      report.layers.empty() && failure != nullptr && failure->code.error_class == ErrorClass::Malformed;
  for (const smime::LayerReport& layer : report.layers) {
    if (layer.type != smime::LayerType::Enveloped && layer.type != smime::LayerType::AuthEnveloped) continue;
    opened.encrypted = true;
    const auto used = Thumbprint::parse(layer.decryption_thumbprint);
    if (!used) continue;
    for (const smime::DecryptionKey& key : keys) {
      if (!key.certificate || !key.certificate->has_thumbprint(*used)) continue;
      if (std::ranges::find(opened.with, *key.certificate) == opened.with.end())
        opened.with.push_back(*key.certificate);
    }
  }
  return opened;
}

/// What the layers prove, into the context. Only called after the decoder accepted everything.
void describe(Decoded& decoded) {
  const smime::Report& report = decoded.report;
  messaging::MessageContext& context = decoded.message.context;
  bool is_signed = false;
  bool is_encrypted = false;
  context.remove(names::kSignatureCertificate);
  for (const smime::LayerReport& layer : report.layers) {
    if (!layer.part.empty()) continue;  // protects a part, not the message
    if (layer.type == smime::LayerType::Signed && !layer.signers.empty()) {
      // The outermost signature is the sender's; it replaces what a transport wrote about a client certificate.
      if (!is_signed && layer.signers.front().certificate) {
        decoded.signer = layer.signers.front().certificate;
        context.promote(names::kSignatureCertificate, decoded.signer->thumbprint().to_hex());
      }
      is_signed = true;
    }
    if (layer.type == smime::LayerType::Enveloped || layer.type == smime::LayerType::AuthEnveloped) {
      is_encrypted = true;
      if (!layer.decryption_thumbprint.empty()) {
        context.write(names::kDecryptionCertificate, layer.decryption_thumbprint);
      }
    }
  }
  context.promote(names::kMimeWasSigned, is_signed);
  context.promote(names::kMimeWasEncrypted, is_encrypted);
  context.promote(names::kMimeIsEncoded, report.input_format != "other");
}

/// The purpose check of the path looks at key usage and extended key usage together; without it, key usage still
/// counts.
Result<> check_key_usage(const smime::Report& report) {
  for (const smime::LayerReport& layer : report.layers) {
    for (const smime::SignerReport& signer : layer.signers) {
      if (!signer.certificate || signer.certificate->allows(certificates::KeyUsage::DigitalSignature) ||
          signer.certificate->allows(certificates::KeyUsage::NonRepudiation)) {
        continue;
      }
      return fail(kCertificateUnsuitable, "the signer's certificate is not meant for signatures (key usage)",
                  "certificate " + signer.certificate->thumbprint().to_biztalk() + " (" + signer.subject + ")",
                  "ask the partner to sign with another certificate");
    }
  }
  return {};
}

/// Where a message failed, and by whose certificate if by one: "receive location Orders, party Contoso, certificate
/// 1E2F …".
std::string place_of_failure(const Environment& environment, const smime::Report& report,
                             const messaging::MessageContext& context) {
  std::string place;
  if (const auto location = context.text(names::kReceiveLocationName)) place = "receive location " + *location;
  for (const smime::LayerReport& layer : report.layers) {
    for (const smime::SignerReport& signer : layer.signers) {
      if (signer.verify.ok() || !signer.certificate) continue;
      const Thumbprint& thumbprint = signer.certificate->thumbprint();
      const artifacts::Party* party = party_of_signer(environment, *signer.certificate);
      if (!place.empty()) place += ", ";
      if (party != nullptr) place += "party " + party->name + ", ";
      const auto known = environment.certificates.find_partner(thumbprint);
      return place + (known && *known ? "OtherPeople store" : "attached to the message") + ", certificate " +
             thumbprint.to_biztalk();
    }
  }
  return place;
}

}  // namespace

Result<Decoded> decode(const Environment& environment, const artifacts::Host& host,
                       const artifacts::DecoderSettings& settings, const messaging::Body& raw,
                       const messaging::MessageContext& context, const DecodeWishes& wishes) {
  PartCollector collector(environment.box, settings);
  const DecryptionKeys keys(environment, host, settings);
  SignerJudge judge(environment, settings, context, certificates::PathPurpose::EmailSign, wishes.signer);
  judge.keep(wishes.paths);
  smime::Decoder decoder(make_options(environment, keys, settings, wishes, judge), collector);
  auto result = raw.copy_to(decoder);
  if (result) result = decoder.finish();
  if (environment.evidence != nullptr) add_evidence(*environment.evidence, decoder.report());
  const Opened opened = opened_with(decoder.report(), keys.usable(), result ? nullptr : &result.error());
  if (environment.opened != nullptr) *environment.opened = opened;
  if (wishes.report != nullptr) *wishes.report = decoder.report();
  if (!result) {
    Error error = std::move(result).error();
    if (error.code.error_class == ErrorClass::Decrypt) error = keys.explain(std::move(error), decoder.report());
    const std::string place = place_of_failure(environment, decoder.report(), context);
    if (!place.empty()) error = std::move(error).at(place);
    return fail(std::move(error));
  }
  SG_TRY(collector.finish());
  if (collector.empty()) {
    return fail(kNoParts, "the message holds no part", {}, "ask the partner what they meant to send");
  }
  SG_TRY(check_key_usage(decoder.report()));
  Decoded decoded;
  decoded.opened = opened;
  decoded.report = decoder.take_report();
  decoded.message.context = context;
  // Said that the raw form starts with its header fields; the parts do not, and whoever passes the body on must not
  // take its first lines for fields.
  decoded.message.context.remove(names::kHttpMimeEntity);
  decoded.message.body_index = collector.body_index();
  const std::string body_type = collector.body_type();
  decoded.message.parts = collector.take_parts();
  describe(decoded);
  decoded.message.context.remove(names::kRevocationUnknown);
  if (!judge.warnings().empty()) decoded.message.context.write(names::kRevocationUnknown, judge.warnings().front());
  if (!body_type.empty()) decoded.message.context.promote(names::kMimeContentType, body_type);
  const messaging::Part& body = decoded.message.parts[decoded.message.body_index];
  if (!body.file_name.empty() && body.file_name.size() <= messaging::kMaximumPromotedText) {
    decoded.message.context.promote(names::kMimeFileName, body.file_name);
  }
  return decoded;
}

Result<> run_decoder(const ReceiveRun& run, const artifacts::DecoderSettings& settings, InFlight& message) {
  const messaging::Part* raw = message.message.body_part();
  if (raw == nullptr) return fail(kNoParts, "the message holds no part to decode");
  SG_TRY_ASSIGN(Decoded decoded, decode(run.environment, run.host, settings, *raw->body, message.message.context));
  take_over(run, std::move(decoded), message);
  return {};
}

void take_over(const ReceiveRun& run, Decoded decoded, InFlight& message) {
  message.message = std::move(decoded.message);
  message.report = std::move(decoded.report);
  message.signer = std::move(decoded.signer);
  if (run.environment.opened != nullptr) run.environment.opened->signer = message.signer;
  set_predicate(message.message.context, decoded.opened, run.host);
}

}  // namespace sealgate::pipeline
