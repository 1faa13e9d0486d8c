#include "pipeline/as2_encoder.h"

#include "artifacts/agreement_file_name.h"
#include "as2/attachments.h"
#include "as2/message_writer.h"
#include "base/http_date.h"
#include "crypto/random.h"
#include "messaging/property_names.h"
#include "pipeline/assigned_certificates.h"
#include "pipeline/errors.h"
#include "pipeline/evidence.h"
#include "pipeline/seal_choices.h"
#include "pipeline/signer_judge.h"
#include "pipeline/weak_algorithms.h"

namespace sealgate::pipeline {
namespace {

using artifacts::Agreement;
using artifacts::CertificateAssignments;

class Encoding {
 public:
  Encoding(const SendRun& run, const artifacts::As2EncoderSettings& settings, const Agreement& agreement)
      : run_(run),
        settings_(settings),
        agreement_(agreement),
        partner_(run.environment.artifacts.find_party(agreement.partner.party)),
        online_(session_of(run.environment.certificates)) {}

  Result<as2::OutgoingMessage> make(const messaging::Message& message, const As2Departure& departure) const {
    const artifacts::SendingAgreement& sending = agreement_.sending;
    const messaging::Part& body = *message.body_part();
    as2::OutgoingMessage made;
    made.headers = headers_of(departure);
    SG_TRY_ASSIGN(made.headers.file_name, file_name_of(message));
    smime::EncodeOptions& seal = made.seal;
    seal.time = run_.environment.now;
    seal.weak = weak_policy_for(partner_, run_.environment.now);
    seal.compression = to_smime(sending.compression);
    seal.content_type = body.content_type.empty() ? sending.content_type : body.content_type;
    seal.part_encoding = to_mime(agreement_.compatibility.transfer_encoding);
    seal.payload_is_entity = message.parts.size() > 1;
    if (sending.sign) {
      SG_TRY_ASSIGN(seal.sign, signature());
    }
    if (sending.encrypt) {
      SG_TRY_ASSIGN(seal.encrypt, encryption());
    }
    return made;
  }

  /// Several documents, if the partner takes them.
  Result<> write_parts(const messaging::Message& message, Sink& writer) const {
    SG_TRY_ASSIGN(const Bytes random, crypto::random_bytes(16));
    as2::AttachmentsWriter attachments(writer, random);
    const auto write = [&](const messaging::Part& part) -> Result<> {
      as2::Attachment attachment;
      attachment.content_type = part.content_type.empty() ? agreement_.sending.content_type : part.content_type;
      attachment.file_name = part.file_name;
      std::string id = part.properties.text_or_empty(messaging::names::kMimeContentId);
      if (id.size() >= 2 && id.front() == '<' && id.back() == '>') id = id.substr(1, id.size() - 2);
      attachment.content_id = std::move(id);
      SG_TRY_ASSIGN(Sink * content, attachments.begin(attachment));
      SG_TRY(part.body->copy_to(*content));
      return content->finish();
    };
    SG_TRY(write(*message.body_part()));
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
      if (i != message.body_index) SG_TRY(write(message.parts[i]));
    }
    return attachments.close();
  }

  Result<> check_parts(const messaging::Message& message) const {
    if (message.parts.size() < 2 || as2::Features(agreement_.compatibility.features).has(as2::kMultipleAttachments)) {
      return {};
    }
    return fail(kSeveralDocuments, "the message has several parts, and the partner takes one document at a time",
                place(),
                "send the parts one by one, or list multiple-attachments under compatibility.features of the "
                "agreement if the partner's software knows RFC 6362; then resume");
  }

 private:
  std::string place() const { return run_.use.place + ", agreement " + agreement_.name; }

  as2::MessageHeaders headers_of(const As2Departure& departure) const {
    const artifacts::SendingAgreement& sending = agreement_.sending;
    const artifacts::Compatibility& compatibility = agreement_.compatibility;
    as2::MessageHeaders headers;
    headers.from = {sending.as2_from, compatibility.quote_names};
    headers.to = {sending.as2_to, compatibility.quote_names};
    headers.message_id = departure.message_id;
    headers.version = artifacts::to_string(compatibility.version);
    if (compatibility.version == artifacts::As2Version::V13) headers.product = departure.product;
    headers.date = to_http_date(run_.environment.now);
    if (compatibility.version >= artifacts::As2Version::V12) headers.features = as2::Features(compatibility.features);
    headers.receipt = receipt_request();
    return headers;
  }

  std::optional<as2::ReceiptRequest> receipt_request() const {
    const artifacts::RequestedReceipt& wanted = agreement_.sending.receipt;
    if (wanted.mode == artifacts::ReceiptMode::None) return std::nullopt;
    as2::ReceiptRequest request;
    request.notify_to = wanted.notify_to.empty() ? agreement_.sending.as2_from : wanted.notify_to;
    request.wants_signature = wanted.is_signed;
    request.signature_required = wanted.require_signed;
    for (const auto digest : wanted.digests) {
      request.mic_algorithms.push_back(
          {digest, as2::mic_algorithm_name(digest, agreement_.compatibility.digest_names)});
    }
    if (wanted.mode == artifacts::ReceiptMode::Async) request.delivery_url = wanted.delivery_url;
    return request;
  }

  Result<std::string> file_name_of(const messaging::Message& message) const {
    const artifacts::SendingAgreement& sending = agreement_.sending;
    switch (sending.file_name_source) {
      case artifacts::FileNameSource::None:
        break;
      case artifacts::FileNameSource::Generated:
        return messaging::make_uuid_v7(run_.environment.now);
      case artifacts::FileNameSource::Pattern: {
        auto expanded = artifacts::expand_file_name(sending.file_name, message.context);
        if (expanded.missing.empty() || !sending.require_file_name) return std::move(expanded.name);
        return fail(kFileNameMissing,
                    "the message has no property " + expanded.missing + ", which its file name needs", place(),
                    "turn require_file_name of the agreement off, or send a message that has it");
      }
    }
    return std::string();
  }

  CertificateUse use_for(certificates::Usage usage) const {
    CertificateUse use;
    use.usage = usage;
    use.online = online_.get();
    use.place = place();
    use.party = agreement_.partner.party;
    if (usage == certificates::Usage::Sign) use.account = run_.host.account;
    if (!settings_.check_revocation) return use;
    use.revocation =
        outbound_policy(run_.environment.artifacts,
                        artifacts::strictest(agreement_.sending.revocation, run_.use.revocation), partner_);
    return use;
  }

  /// The agreement's, else the port's, else the group's.
  const CertificateAssignments& signing_certificates() const {
    static const CertificateAssignments kNone;
    if (!agreement_.sending.signing_certificates.empty()) return agreement_.sending.signing_certificates;
    if (run_.use.signing_certificates != nullptr && !run_.use.signing_certificates->empty()) {
      return *run_.use.signing_certificates;
    }
    const auto& group = run_.environment.artifacts.group;
    return group ? group->signing_certificates : kNone;
  }

  Result<smime::SignOptions> signature() const {
    SG_TRY_ASSIGN(const OwnCertificate* own,
                  signing_certificate(run_.environment.certificates, use_for(certificates::Usage::Sign),
                                      signing_certificates(), run_.environment.now, run_.environment.evidence));
    smime::SignOptions sign{.certificate = own->certificate, .key = *own->key};
    sign.digest = agreement_.sending.digest;
    sign.use_pss = agreement_.sending.pss;
    sign.attach_certificate = agreement_.compatibility.attach_certificate;
    sign.old_micalg_names = agreement_.compatibility.digest_names == as2::MicSpelling::Plain;
    return sign;
  }

  Result<smime::EncryptOptions> encryption() const {
    CertificateUse use = use_for(certificates::Usage::Encrypt);
    const auto& until = agreement_.receiving.allow_expired_until;
    use.allow_expired = until && run_.environment.now < *until;
    const CertificateAssignments& assigned = agreement_.sending.encryption_certificates.empty()
                                                 ? run_.use.encryption_certificates
                                                 : agreement_.sending.encryption_certificates;
    smime::EncryptOptions encrypt;
    encrypt.allow_expired = use.allow_expired;
    encrypt.cipher = agreement_.sending.encryption_algorithm;
    encrypt.key_transport = to_smime(agreement_.sending.key_transport);
    SG_TRY_ASSIGN(encrypt.recipients, encryption_certificates(run_.environment.certificates, use, assigned,
                                                              run_.environment.now, run_.environment.evidence));
    return encrypt;
  }

  const SendRun& run_;
  const artifacts::As2EncoderSettings& settings_;
  const Agreement& agreement_;
  const artifacts::Party* partner_;
  std::unique_ptr<certificates::StatusFetcher> online_;
};

/// Keeps what is signed, and the signature, while they are written.
class DepartureProof {
 public:
  static Result<DepartureProof> of(messaging::MessageBox& box, smime::EncodeOptions& seal) {
    DepartureProof proof;
    if (!seal.sign && !seal.encrypt && seal.compression == smime::Compression::None) return proof;
    SG_TRY_ASSIGN(proof.content_, box.create_body());
    seal.receipt_octets = proof.content_.get();
    if (!seal.sign) return proof;
    SG_TRY_ASSIGN(proof.signature_, box.create_body());
    seal.signature_octets = proof.signature_.get();
    proof.path_.chain = {seal.sign->certificate};
    return proof;
  }

  /// After everything was written.
  As2Proof take(const messaging::Message& message) {
    As2Proof proof;
    proof.content = content_ != nullptr ? content_->take() : message.body_part()->body;
    if (signature_ != nullptr) {
      proof.signature = signature_->take();
      proof.paths.push_back(std::move(path_));
    }
    proof.documents = message.parts;
    return proof;
  }

 private:
  std::unique_ptr<messaging::BodyWriter> content_;
  std::unique_ptr<messaging::BodyWriter> signature_;
  PathProof path_;
};

}  // namespace

Result<> run_as2_encoder(const SendRun& run, const artifacts::As2EncoderSettings& settings,
                         const messaging::Message& message, Sink& target) {
  As2Departure* const departure = run.environment.departure;
  if (departure == nullptr) {
    return fail(kNoAs2Departure, "AS2 goes out at send ports only", run.use.place, "use another pipeline here");
  }
  const messaging::Part* body = message.body_part();
  if (body == nullptr) return fail(kNoParts, "the message has no body part to send", run.use.place);
  const Encoding encoding(run, settings, departure->agreement);
  SG_TRY(encoding.check_parts(message));
  SG_TRY_ASSIGN(as2::OutgoingMessage outgoing, encoding.make(message, *departure));
  if (run.environment.evidence != nullptr) add_evidence(*run.environment.evidence, outgoing.seal);
  departure->file_name = outgoing.headers.file_name;
  std::optional<DepartureProof> proof;
  const artifacts::As2Archive& archive = departure->agreement.sending.archive;
  if (archive.encoded || archive.decoded) {
    SG_TRY_ASSIGN(proof, DepartureProof::of(run.environment.box, outgoing.seal));
  }
  auto writer = as2::MessageWriter::create(std::move(outgoing), target);
  if (!writer) return fail(std::move(writer).error().at(run.use.place));
  if (message.parts.size() > 1) {
    SG_TRY(encoding.write_parts(message, **writer));
  } else {
    SG_TRY(body->body->copy_to(**writer));
    SG_TRY((*writer)->finish());
  }
  departure->headers = (*writer)->headers();
  departure->mics = (*writer)->mics();
  if (proof) departure->proof = proof->take(message);
  return {};
}

}  // namespace sealgate::pipeline
