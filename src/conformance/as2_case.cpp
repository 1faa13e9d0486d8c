// Messages and receipts of AS2, as they came by HTTP: header lines, an empty line, the body.

#include "as2/mdn_reader.h"
#include "as2/message_headers.h"
#include "as2/received_mic.h"
#include "conformance/cases.h"
#include "io/file.h"
#include "mime/base64.h"

namespace sealgate::conformance {
namespace {

Json http_json(const mime::Headers& headers) {
  const as2::MessageHeaders message = as2::read_message_headers(headers);
  Json json{{"as2-from", message.from.text}, {"as2-to", message.to.text}, {"message-id", message.message_id}};
  if (headers.find("AS2-Version") != nullptr) json["as2-version"] = message.version;
  if (message.receipt) json["disposition-notification-to"] = message.receipt->notify_to;
  if (const auto options = headers.value("Disposition-Notification-Options")) {
    json["disposition-notification-options"] = *options;
  }
  return json;
}

// What was recovered, also where its signer is not trusted.
void add_content(Json& observed, const smime::Report& report) {
  for (const auto& layer : report.layers) {
    if (layer.part.empty() && !layer.content_sha256.empty()) observed["content_sha256"] = layer.content_sha256;
  }
  // RFC 2045 section 5.2: an entity that does not say what it is.
  if (!observed.contains("content_type")) observed["content_type"] = mime::ContentType{}.media_type();
  if (report.parts.empty()) return;
  observed["payload_sha256"] = report.parts.front().sha256;
  observed["payload_len"] = report.parts.front().bytes;
}

}  // namespace

Result<Json> observe_as2_message(const Case& test) {
  Json observed;
  Json mics;
  for (const auto digest : {crypto::DigestAlgorithm::Sha1, crypto::DigestAlgorithm::Sha256}) {
    const std::string name(crypto::name(digest));
    const std::vector<as2::MicAlgorithm> listed = {{digest, name}};
    as2::ReceivedMic mic(listed);
    SG_TRY_ASSIGN(smime::DecodeOptions options, load_decode_options(test));
    options.receipt = &mic;
    Nobody nobody;
    smime::Decoder decoder(std::move(options), nobody);
    SG_TRY_ASSIGN(const io::FileDescriptor input, io::open_input(test.file()));
    static_cast<void>(io::pump(input.get(), decoder, test.file()));  // the report tells
    observed = describe_report(test, decoder.report());
    observed["http"] = http_json(decoder.headers());
    add_content(observed, decoder.report());
    if (const auto value = mic.result(decoder.report())) mics[name] = mime::base64_encode(value->value.view());
  }
  observed["mic"] = std::move(mics);
  return observed;
}

Result<Json> observe_mdn(const Case& test) {
  SG_TRY_ASSIGN(smime::DecodeOptions options, load_decode_options(test));
  as2::prepare_for_mdn(options);
  as2::MdnReader reader;
  smime::Decoder decoder(std::move(options), reader);
  SG_TRY_ASSIGN(const io::FileDescriptor input, io::open_input(test.file()));
  const auto decoded = io::pump(input.get(), decoder, test.file());
  Json observed = describe_report(test, decoder.report());
  observed["http"] = http_json(decoder.headers());
  add_content(observed, decoder.report());
  const auto received = reader.result(decoded ? Result<>{} : fail(decoded.error()), decoder.report());
  if (!received) {
    observed["mdn"] = "error:" + std::string(received.error().code.id);
    return observed;
  }
  const as2::Mdn& mdn = received->mdn;
  observed["mdn"] = {{"reporting-ua", mdn.reporting_ua},       {"original-recipient", mdn.original_recipient},
                     {"final-recipient", mdn.final_recipient}, {"original-message-id", mdn.original_message_id},
                     {"disposition", mdn.disposition_text},    {"received-content-mic", mdn.mic_text}};
  return observed;
}

}  // namespace sealgate::conformance
