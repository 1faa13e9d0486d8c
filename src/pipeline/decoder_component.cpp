#include "pipeline/decoder_component.h"

#include "messaging/errors.h"
#include "messaging/property_names.h"
#include "pipeline/errors.h"
#include "pipeline/evidence.h"
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

std::string missing_keys_hint(const artifacts::Host& host, const CertificateView& certificates, Time now) {
  std::string hint;
  for (const artifacts::CertificateAssignment& assignment : host.decryption_certificates) {
    const artifacts::Thumbprint& thumbprint = assignment.certificate;
    if (!assignment.in_force(now)) {
      hint += artifacts::why_none_in_force({assignment}, now) + "; ";
      continue;
    }
    const OwnCertificate* own = certificates.find_own(host.account, thumbprint);
    if (own == nullptr) {
      hint += "certificate " + thumbprint.to_biztalk() + " of host " + host.name +
              " is not in the Personal store of account " + host.account + "; import it with its key, then resume";
    } else if (!own->key) {
      hint += "the private key of " + thumbprint.to_biztalk() + " cannot be opened" +
              (own->key_error ? " (" + own->key_error->what + ")" : std::string());
    } else {
      continue;
    }
    hint += "; ";
  }
  if (host.decryption_certificates.empty()) {
    hint = "host " + host.name +
           " has no decryption_certificates: import the certificate with its key into Personal of "
           "account " +
           host.account + ", name its thumbprint on the host, then resume; ";
  }
  return hint + "or ask the partner which certificate was used";
}

smime::DecodeOptions make_options(const Environment& environment, const artifacts::Host& host,
                                  const artifacts::DecoderSettings& settings) {
  smime::DecodeOptions options;
  for (const artifacts::Thumbprint& thumbprint : artifacts::in_force(host.decryption_certificates, environment.now)) {
    const OwnCertificate* own = environment.certificates.find_own(host.account, thumbprint);
    if (own != nullptr && own->key) options.keys.push_back({*own->key, own->certificate});
  }
  options.certificates = environment.certificates.other_people;
  options.trust.anchors = environment.certificates.trusted_roots;
  options.trust.intermediates = environment.certificates.intermediates;
  options.trust.crls = environment.certificates.crls;
  options.trust.path.time = environment.now;
  options.trust.path.purpose =
      settings.check_extended_key_usage ? certificates::PathPurpose::EmailSign : certificates::PathPurpose::Any;
  options.trust.path.crl_check =
      settings.check_revocation ? certificates::CrlCheck::Leaf : certificates::CrlCheck::Off;
  options.trust.path.distrusted = environment.certificates.untrusted;
  options.require_signature = settings.require_signature;
  options.require_encryption = settings.require_encryption;
  options.allow_non_mime = settings.allow_non_mime;
  // Whose message it is shows only after decoding; weak_algorithms.h holds what was used against that party.
  options.weak = smime::WeakPolicy::allow_everything();
  return options;
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

}  // namespace

Result<Decoded> decode(const Environment& environment, const artifacts::Host& host,
                       const artifacts::DecoderSettings& settings, const messaging::Body& raw,
                       const messaging::MessageContext& context) {
  PartCollector collector(environment.box, settings);
  smime::Decoder decoder(make_options(environment, host, settings), collector);
  auto result = raw.copy_to(decoder);
  if (result) result = decoder.finish();
  if (environment.evidence != nullptr) add_evidence(*environment.evidence, decoder.report());
  if (!result) {
    Error error = std::move(result).error();
    if (error.code.error_class == ErrorClass::Decrypt) {
      error.remedy = missing_keys_hint(host, environment.certificates, environment.now);
    }
    return fail(std::move(error));
  }
  SG_TRY(collector.finish());
  if (collector.empty()) {
    return fail(kNoParts, "the message holds no part", {}, "ask the partner what they meant to send");
  }
  SG_TRY(check_key_usage(decoder.report()));
  Decoded decoded;
  decoded.report = decoder.report();
  decoded.message.context = context;
  // Said that the raw form starts with its header fields; the parts do not, and whoever passes the body on must not
  // take its first lines for fields.
  decoded.message.context.remove(names::kHttpMimeEntity);
  decoded.message.body_index = collector.body_index();
  const std::string body_type = collector.body_type();
  decoded.message.parts = collector.take_parts();
  describe(decoded);
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
  message.message = std::move(decoded.message);
  message.report = std::move(decoded.report);
  message.signer = std::move(decoded.signer);
  return {};
}

}  // namespace sealgate::pipeline
