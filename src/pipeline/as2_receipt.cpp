#include "pipeline/as2_receipt.h"

#include "artifacts/agreement_resolution.h"
#include "messaging/property_names.h"
#include "pipeline/agreement_signer.h"

namespace sealgate::pipeline {
namespace {

/// Of the agreement whose receipt it says to be; the usual ones when there is none.
SignerRules rules_of(const Environment& environment, const messaging::MessageContext& context) {
  const auto http = as2::parse_http_headers(context.text_or_empty(messaging::names::kHttpInboundHeaders));
  if (!http) return {};
  const as2::MessageHeaders headers = as2::read_message_headers(*http);
  const auto agreement =
      artifacts::resolve_incoming_receipt(environment.artifacts, headers.from.text, headers.to.text, environment.now);
  return agreement ? signer_rules(environment, **agreement) : SignerRules();
}

}  // namespace

Result<as2::ReceivedMdn> read_as2_receipt(const Environment& environment,
                                          const artifacts::As2DecoderSettings& settings, const messaging::Body& raw,
                                          const messaging::MessageContext& context, std::vector<PathProof>* paths) {
  artifacts::DecoderSettings decoder_settings;
  decoder_settings.check_revocation = settings.check_revocation;
  decoder_settings.check_extended_key_usage = settings.check_extended_key_usage;
  SignerJudge judge(environment, decoder_settings, context, certificates::PathPurpose::EmailSign,
                    rules_of(environment, context));
  judge.keep(paths);
  smime::DecodeOptions options;
  options.partners = environment.certificates.other_people;
  options.trust.intermediates = environment.certificates.intermediates;
  options.trust.judge = &judge;
  // Receipts are signed with what partners have; who may sign, the agreement says.
  options.weak = smime::WeakPolicy::allow_everything();
  as2::prepare_for_mdn(options);
  as2::MdnReader reader;
  smime::Decoder decoder(std::move(options), reader);
  auto decoded = raw.copy_to(decoder);
  if (decoded) decoded = decoder.finish();
  // Our own trouble, such as a body that cannot be read, says nothing about the receipt.
  if (!decoded && decoded.error().code.error_class == ErrorClass::Environment)
    return fail(std::move(decoded).error());
  return reader.result(decoded, decoder.report());
}

void demand_partner(const Environment& environment, const artifacts::Agreement& agreement,
                    as2::ReceivedMdn& received) {
  if (!received.is_signed) return;
  auto checked = check_agreement_signer(environment, agreement, received.signer);
  if (checked && received.signer) return;
  received.is_signed = false;
  received.fault = checked ? Error{kSignerNotOfAgreement, "nobody knows whose signature it is", {}, {}}
                           : std::move(checked).error();
}

}  // namespace sealgate::pipeline
