#include "as2/mdn_writer.h"

#include <algorithm>

#include "as2/entity_splitter.h"
#include "as2/message_id.h"
#include "base/http_date.h"
#include "crypto/random.h"
#include "mime/canonical.h"
#include "mime/tokens.h"
#include "mime/writer.h"

namespace sealgate::as2 {
namespace {

constexpr std::size_t kMaxText = std::size_t{16} * 1024;
constexpr std::size_t kMaxBody = std::size_t{1024} * 1024;

using mime::TransferEncoding;

Result<> write_part(mime::MultipartWriter& writer, std::string_view type, TransferEncoding encoding,
                    std::string_view content) {
  mime::Headers headers;
  SG_TRY(headers.add("Content-Type", type));
  SG_TRY(headers.add("Content-Transfer-Encoding", mime::transfer_encoding_name(encoding)));
  SG_TRY_ASSIGN(Sink * part, writer.begin_part(headers, encoding));
  mime::CrlfCanonicaliser canonical(*part);
  SG_TRY(canonical.write(as_bytes(content)));
  return canonical.finish();
}

Result<std::string> notification(const MdnOptions& options) {
  SG_TRY_ASSIGN(const std::string name, format_name(options.recipient));
  mime::Headers fields;
  if (!options.reporting_ua.empty()) SG_TRY(fields.add("Reporting-UA", options.reporting_ua));
  SG_TRY(fields.add("Original-Recipient", "rfc822; " + name));
  SG_TRY(fields.add("Final-Recipient", "rfc822; " + name));
  if (!options.original_message_id.empty()) {
    SG_TRY_ASSIGN(const std::string id, parse_message_id(options.original_message_id));
    SG_TRY(fields.add("Original-Message-ID", id));
  }
  SG_TRY(fields.add("Disposition", to_string(options.disposition)));
  if (options.mic && options.disposition.positive())
    SG_TRY(fields.add("Received-Content-MIC", format_mic(*options.mic)));
  return fields.serialise();
}

// multipart/report, header included.
Result<Bytes> report(const MdnOptions& options) {
  SG_TRY_ASSIGN(const std::string fields, notification(options));
  SG_TRY_ASSIGN(const Bytes random, crypto::random_bytes(16));
  const std::string boundary = mime::make_boundary(random);
  mime::Headers headers;
  SG_TRY(headers.add(
      "Content-Type",
      mime::make_multipart_type("report", boundary, {{"report-type", "disposition-notification"}}).to_string()));
  BufferSink out(kMaxBody);
  SG_TRY(mime::write_header(out, headers));
  mime::MultipartWriter writer(out, boundary);
  const std::string_view text = std::string_view(options.text).substr(0, kMaxText);
  const bool plain =
      std::ranges::all_of(text, [](char c) { return mime::is_printable_ascii(c) || mime::is_white(c); });
  SG_TRY(write_part(writer, plain ? "text/plain; charset=us-ascii" : "text/plain; charset=utf-8",
                    plain ? TransferEncoding::SevenBit : TransferEncoding::Base64, text));
  SG_TRY(write_part(writer, "message/disposition-notification", TransferEncoding::SevenBit, fields));
  SG_TRY(writer.close());
  return out.take();
}

}  // namespace

Result<BuiltMdn> build_mdn(const MdnOptions& options) {
  SG_TRY_ASSIGN(const Bytes entity, report(options));
  smime::EncodeOptions encode;
  encode.sign = options.sign;
  encode.payload_is_entity = encode.keep_line_ends = true;
  encode.time = options.time;
  encode.weak = options.weak;
  MessageHeaders own = options.headers;
  own.receipt.reset();
  own.date = to_http_date(options.time);
  BuiltMdn built;
  SG_TRY_ASSIGN(built.headers, write_message_headers(own));
  BufferSink body(kMaxBody);
  EntitySplitter splitter(built.headers, body);
  SG_TRY_ASSIGN(const auto encoder, smime::Encoder::create(std::move(encode), splitter));
  SG_TRY(encoder->write(entity));
  SG_TRY(encoder->finish());
  built.body = body.take();
  return built;
}

}  // namespace sealgate::as2
