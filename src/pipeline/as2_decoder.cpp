#include "pipeline/as2_decoder.h"

#include <algorithm>

#include "artifacts/agreement_resolution.h"
#include "as2/file_name.h"
#include "as2/mdn_reader.h"
#include "messaging/property_names.h"
#include "pipeline/agreement_signer.h"
#include "pipeline/as2_receipt.h"
#include "pipeline/decoder_component.h"
#include "pipeline/errors.h"
#include "pipeline/signer_judge.h"
#include "smime/errors.h"

namespace sealgate::pipeline {
namespace {

namespace names = messaging::names;
using artifacts::Agreement;

Result<mime::Headers> headers_of(const messaging::MessageContext& context) {
  const auto lines = context.text(names::kHttpInboundHeaders);
  if (!lines) {
    return fail(kNotAs2, "the message did not come with HTTP headers", {},
                "use this pipeline at HTTP locations only");
  }
  SG_TRY_ASSIGN(auto headers, as2::parse_http_headers(*lines));
  if (!as2::is_as2(headers)) {
    return fail(kNotAs2, "the request has no AS2 headers", {}, "ask the sender to send it by AS2");
  }
  return headers;
}

as2::InboundOptions options_of(const Agreement* agreement) {
  as2::InboundOptions options;
  if (agreement == nullptr) return options;
  options.mic_choice = agreement->compatibility.mic_digest;
  options.mic_spelling = agreement->compatibility.digest_names;
  const artifacts::GivenReceipt& receipt = agreement->receiving.receipt;
  if (receipt.rule == artifacts::ReceiptRule::Agreement) {
    options.mic_algorithms = {
        {receipt.digest, as2::mic_algorithm_name(receipt.digest, agreement->compatibility.digest_names)}};
  }
  return options;
}

artifacts::DecoderSettings decoder_settings(const artifacts::As2DecoderSettings& settings,
                                            const artifacts::ReceivingAgreement& agreement) {
  artifacts::DecoderSettings decoder;
  decoder.check_revocation = settings.check_revocation;
  decoder.check_extended_key_usage = settings.check_extended_key_usage;
  decoder.allow_expired_decryption = settings.allow_expired_decryption;
  decoder.require_signature = agreement.require_signature;
  decoder.require_encryption = agreement.require_encryption;
  return decoder;
}

void describe(const as2::MessageHeaders& headers, const Agreement& agreement, messaging::MessageContext& context) {
  context.promote(names::kAs2From, headers.from.text);
  context.promote(names::kAs2To, headers.to.text);
  context.write(names::kAs2MessageId, headers.message_id);
  context.promote(names::kAs2Agreement, agreement.name);
  context.promote(names::kAs2IsPayload, true);
  context.promote(names::kAs2SendMdn, headers.receipt.has_value());
  context.promote(names::kAs2IsAsynchronousMdn, headers.receipt && headers.receipt->delivery_url.has_value());
}

Result<> check_layers(const Agreement& agreement, const smime::Report& report) {
  const artifacts::ReceivingAgreement& wanted = agreement.receiving;
  bool compressed = false;
  for (const smime::LayerReport& layer : report.layers) {
    if (!layer.part.empty()) continue;
    if (layer.type == smime::LayerType::Compressed) compressed = true;
    if (layer.cipher.empty() || wanted.encryption_algorithms.empty()) continue;
    const auto cipher = crypto::cipher_from_name(layer.cipher);
    if (!cipher || std::ranges::find(wanted.encryption_algorithms, *cipher) == wanted.encryption_algorithms.end()) {
      return fail(smime::kWeakAlgorithm, "the cipher " + layer.cipher + " is not one that was agreed on",
                  "agreement " + agreement.name, "ask the partner for another one, or add it to the agreement");
    }
  }
  if (wanted.require_compression && !compressed) {
    return fail(kNotCompressed, "the message is not compressed", "agreement " + agreement.name,
                "ask the partner to compress, or do not require it");
  }
  return {};
}

/// A receipt is no message that goes on: hosts/ takes it from As2Exchange::receipt, and what it cannot take fails so.
tl::unexpected<Error> take_receipt(const ReceiveRun& run, const artifacts::As2DecoderSettings& settings,
                                   const messaging::Message& message, As2Exchange& exchange) {
  exchange.is_receipt = true;
  auto receipt =
      read_as2_receipt(run.environment, settings, *message.body_part()->body, message.context, &exchange.proof.paths);
  if (!receipt) return fail(std::move(receipt).error());
  exchange.receipt = std::move(*receipt);
  return fail(kUnexpectedReceipt, "a receipt came for which no message waits",
              "Original-Message-ID " + exchange.receipt->mdn.original_message_id, "ask the partner what it is about");
}

}  // namespace

Result<> run_as2_decoder(const ReceiveRun& run, const artifacts::As2DecoderSettings& settings, InFlight& message) {
  const Environment& environment = run.environment;
  As2Exchange own;
  As2Exchange& exchange = environment.as2 != nullptr ? *environment.as2 : own;
  const messaging::Part* raw = message.message.body_part();
  if (raw == nullptr) return fail(kNoParts, "the message holds no part to decode");
  messaging::MessageContext& context = message.message.context;
  SG_TRY_ASSIGN(const mime::Headers http, headers_of(context));
  as2::MessageHeaders read = as2::read_message_headers(http);
  const auto found =
      artifacts::resolve_incoming_message(environment.artifacts, read.from.text, read.to.text, environment.now);
  exchange.agreement = found ? *found : nullptr;
  exchange.message.emplace(std::move(read), options_of(exchange.agreement));
  const as2::MessageHeaders& headers = exchange.message->headers();
  exchange.is_receipt = as2::is_mdn_type(http.content_type());
  if (exchange.is_receipt) return take_receipt(run, settings, message.message, exchange);
  const std::optional<Error>& fault = exchange.message->fault();
  if (fault || !found) {
    // Receipts need no Message-ID, and whom we only send to has no agreement for messages: a multipart/signed of a
    // partner may be a receipt all the same.
    const bool receipts_only = artifacts::resolve_incoming_receipt(environment.artifacts, headers.from.text,
                                                                   headers.to.text, environment.now)
                                   .has_value();
    if (receipts_only && read_as2_receipt(environment, settings, *raw->body, context)) {
      return take_receipt(run, settings, message.message, exchange);
    }
    return fail(fault ? *fault : found.error());
  }

  const Agreement& agreement = **found;
  describe(exchange.message->headers(), agreement, context);
  DecodeWishes wishes;
  wishes.receipt = &exchange.message->mic();
  wishes.report = &exchange.report;
  wishes.signer = signer_rules(environment, agreement);
  wishes.tolerate_line_ends = agreement.compatibility.tolerate_line_ends;
  wishes.gcm_in_enveloped_data = agreement.compatibility.gcm_in_enveloped_data;
  const artifacts::As2Archive& archive = agreement.receiving.archive;
  ProvingTap proving(exchange.message->mic(), environment.box);
  As2Proof proof;
  if (archive.encoded || archive.decoded) {
    wishes.receipt = &proving;
    wishes.paths = &proof.paths;
  }
  auto decoded =
      decode(environment, run.host, decoder_settings(settings, agreement.receiving), *raw->body, context, wishes);
  // A multipart/signed may be either; and one that is broken is no reason to answer a receipt with a receipt.
  if (as2::is_mdn(exchange.report)) return take_receipt(run, settings, message.message, exchange);
  if (!decoded) return fail(std::move(decoded).error());
  SG_TRY(check_agreement_signer(environment, agreement, decoded->signer));
  SG_TRY(check_layers(agreement, decoded->report));
  take_over(run, std::move(*decoded), message);
  // As BizTalk's decoder does: ports that write files name them after the partner's (%SourceFileName%).
  const std::string file_name = as2::safe_file_name(context.text_or_empty(names::kMimeFileName));
  if (!file_name.empty()) context.promote(names::kFileReceivedFileName, file_name);
  if (!archive.encoded && !archive.decoded) return {};
  SG_TRY(proving.take(proof));
  proof.documents = message.message.parts;
  exchange.proof = std::move(proof);
  return {};
}

}  // namespace sealgate::pipeline
