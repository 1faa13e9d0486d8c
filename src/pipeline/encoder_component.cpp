#include "pipeline/encoder_component.h"

#include "crypto/random.h"
#include "messaging/property_names.h"
#include "mime/writer.h"
#include "pipeline/assigned_certificates.h"
#include "pipeline/certificate_checks.h"
#include "pipeline/errors.h"
#include "pipeline/evidence.h"
#include "pipeline/seal_choices.h"
#include "pipeline/signer_judge.h"
#include "pipeline/weak_algorithms.h"
#include "smime/encoder.h"

namespace sealgate::pipeline {
namespace {

namespace names = messaging::names;

CertificateUse use_for(const SendRun& run, const artifacts::EncoderSettings& settings, certificates::Usage usage,
                       certificates::StatusFetcher* online) {
  CertificateUse use;
  use.usage = usage;
  use.online = online;
  use.place = run.use.place;
  use.party = run.use.party;
  if (usage == certificates::Usage::Sign) use.account = run.host.account;
  if (settings.check_revocation) {
    use.revocation = outbound_policy(run.environment.artifacts, run.use.revocation,
                                     run.environment.artifacts.find_party(run.use.party));
  }
  return use;
}

/// The port's own, else the group's.
const artifacts::CertificateAssignments& signing_certificates(const SendRun& run) {
  static const artifacts::CertificateAssignments kNone;
  if (run.use.signing_certificates != nullptr && !run.use.signing_certificates->empty()) {
    return *run.use.signing_certificates;
  }
  const auto& group = run.environment.artifacts.group;
  return group ? group->signing_certificates : kNone;
}

Result<smime::SignOptions> make_sign_options(const SendRun& run, const artifacts::EncoderSettings& settings,
                                             certificates::StatusFetcher* online) {
  const CertificateUse use = use_for(run, settings, certificates::Usage::Sign, online);
  SG_TRY_ASSIGN(const OwnCertificate* own,
                signing_certificate(run.environment.certificates, use, signing_certificates(run), run.environment.now,
                                    run.environment.evidence));
  smime::SignOptions sign{
      .form = settings.signature_type == artifacts::SignatureType::Clear ? smime::SignatureForm::Clear
                                                                         : smime::SignatureForm::Opaque,
      .certificate = own->certificate,
      .key = *own->key,
  };
  sign.digest = settings.digest;
  sign.attach_certificate = settings.add_signing_certificate;
  return sign;
}

/// The message's own at a dynamic port, else the port's. Not empty.
Result<std::vector<artifacts::Thumbprint>> recipients_of(const SendRun& run, const CertificateUse& use,
                                                         const messaging::MessageContext& context) {
  const artifacts::CertificateAssignments& assigned = run.use.encryption_certificates;
  if (!run.use.dynamic) return recipients_in_force(use, assigned, run.environment.now);
  const std::string own = context.text_or_empty(names::kEncryptionCertificate);
  if (own.empty() && assigned.empty()) {
    return fail(
        kNoEncryptionCertificate,
        "the port encrypts, but neither it nor the message (BTS.EncryptionCert) has an encryption certificate",
        use.place,
        "assign the partner's certificate (encryption_certificates), then resume; nothing was sent in clear");
  }
  if (own.empty()) return recipients_in_force(use, assigned, run.environment.now);
  const auto thumbprint = artifacts::Thumbprint::parse(own);
  if (thumbprint) return std::vector{*thumbprint};
  return fail(kBadEncryptionCertificate,
              "BTS.EncryptionCert of the message is no thumbprint: " + thumbprint.error().what, use.place,
              "terminate the message and send it again with a right one; nothing was sent in clear");
}

Result<smime::EncryptOptions> make_encrypt_options(const SendRun& run, const artifacts::EncoderSettings& settings,
                                                   const messaging::MessageContext& context,
                                                   certificates::StatusFetcher* online) {
  const CertificateUse use = use_for(run, settings, certificates::Usage::Encrypt, online);
  SG_TRY_ASSIGN(const auto recipients, recipients_of(run, use, context));
  smime::EncryptOptions encrypt;
  encrypt.cipher = settings.encryption_algorithm;
  encrypt.key_transport = to_smime(settings.key_transport);
  SG_TRY_ASSIGN(encrypt.recipients, usable_recipients(run.environment.certificates, use, recipients,
                                                      run.environment.now, run.environment.evidence));
  return encrypt;
}

std::string part_content_type(const messaging::Part& part, const artifacts::EncoderSettings& settings) {
  if (!part.content_type.empty()) return part.content_type;
  return settings.content_type.empty() ? "application/octet-stream" : settings.content_type;
}

mime::TransferEncoding part_encoding(const messaging::Part& part, const artifacts::EncoderSettings& settings) {
  // The part's own property beats the component's, as in BizTalk.
  if (const auto wanted = part.properties.text(names::kMimeContentTransferEncoding)) {
    const auto encoding = mime::parse_transfer_encoding(*wanted);
    if (encoding != mime::TransferEncoding::Unknown) return encoding;
  }
  return to_mime(settings.transfer_encoding);
}

/// Several parts travel as multipart/mixed; so does a lone body that shall be an attachment.
Result<> write_multipart(const messaging::Message& message, const artifacts::EncoderSettings& settings,
                         Sink& target) {
  SG_TRY_ASSIGN(const Bytes random, crypto::random_bytes(16));
  const std::string boundary = mime::make_boundary(random);
  mime::Headers outer;
  SG_TRY(outer.add("MIME-Version", "1.0"));
  SG_TRY(outer.add("Content-Type", mime::make_multipart_type("mixed", boundary).to_string()));
  SG_TRY(mime::write_header(target, outer));
  mime::MultipartWriter writer(target, boundary);
  if (settings.send_body_as_attachment && message.parts.size() == 1) {
    // BizTalk's form: an empty text first, the body behind it.
    mime::Headers text;
    SG_TRY(text.add("Content-Type", "text/plain"));
    SG_TRY_ASSIGN(Sink * empty, writer.begin_part(text, mime::TransferEncoding::SevenBit));
    SG_TRY(empty->finish());
  }
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    const messaging::Part& part = message.parts[i];
    const mime::TransferEncoding encoding = part_encoding(part, settings);
    mime::Headers headers;
    SG_TRY(headers.add("Content-Type", part_content_type(part, settings)));
    SG_TRY(headers.add("Content-Transfer-Encoding", mime::transfer_encoding_name(encoding)));
    const bool is_body = i == message.body_index;
    if (is_body) {
      SG_TRY(headers.add("Content-Description", "body"));
    } else if (const auto description = part.properties.text(names::kMimeContentDescription)) {
      SG_TRY(headers.add("Content-Description", *description));
    }
    if (const auto id = part.properties.text(names::kMimeContentId)) SG_TRY(headers.add("Content-ID", *id));
    if (!part.file_name.empty() || (is_body && settings.send_body_as_attachment)) {
      mime::ContentDisposition disposition;
      disposition.disposition = "attachment";
      if (!part.file_name.empty()) disposition.parameters.set("filename", part.file_name);
      SG_TRY(headers.add("Content-Disposition", disposition.to_string()));
    }
    SG_TRY_ASSIGN(Sink * body, writer.begin_part(headers, encoding));
    SG_TRY(part.body->copy_to(*body));
    SG_TRY(body->finish());
  }
  return writer.close();
}

}  // namespace

Result<> run_encoder(const SendRun& run, const artifacts::EncoderSettings& settings,
                     const messaging::Message& message, Sink& target) {
  const messaging::Part* body = message.body_part();
  if (body == nullptr) return fail(kNoParts, "the message has no body part to send", run.use.place);

  const auto online = session_of(run.environment.certificates);
  smime::EncodeOptions options;
  options.time = run.environment.now;
  options.weak = weak_policy_for(run.environment.artifacts.find_party(run.use.party), run.environment.now);
  options.compression = to_smime(settings.compression);
  options.part_encoding = part_encoding(*body, settings);
  options.wire_encoding = to_mime(settings.transfer_encoding);
  options.content_type = part_content_type(*body, settings);
  options.file_name = body->file_name;
  if (const auto description = body->properties.text(names::kMimeContentDescription)) {
    options.content_description = *description;
  }
  if (settings.signature_type != artifacts::SignatureType::None) {
    SG_TRY_ASSIGN(options.sign, make_sign_options(run, settings, online.get()));
  }
  if (settings.enable_encryption) {
    SG_TRY_ASSIGN(options.encrypt, make_encrypt_options(run, settings, message.context, online.get()));
  }
  const bool several = message.parts.size() > 1 || settings.send_body_as_attachment;
  options.payload_is_entity = several;
  if (run.environment.evidence != nullptr) add_evidence(*run.environment.evidence, options);

  auto created = smime::Encoder::create(std::move(options), target);
  if (!created) return fail(std::move(created).error().at(run.use.place));
  smime::Encoder& encoder = **created;
  if (several) {
    SG_TRY(write_multipart(message, settings, encoder));
  } else {
    SG_TRY(body->body->copy_to(encoder));
  }
  return encoder.finish();
}

}  // namespace sealgate::pipeline
