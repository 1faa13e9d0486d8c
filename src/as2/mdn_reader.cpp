#include "as2/mdn_reader.h"

#include <algorithm>

#include "as2/errors.h"
#include "base/text.h"
#include "mime/charset.h"
#include "smime/errors.h"

namespace sealgate::as2 {
namespace {

constexpr std::size_t kMaxMdn = std::size_t{4} * 1024 * 1024;

const smime::LayerReport* signature_layer(const smime::Report& report) {
  for (const auto& layer : report.layers) {
    if (layer.type == smime::LayerType::Signed && layer.part.empty()) return &layer;
  }
  return nullptr;
}

std::string readable(const std::string& text, const std::string& charset) {
  std::string utf8 = mime::is_utf8(text) ? text : mime::to_utf8(charset, text).value_or("");
  if (!mime::is_utf8(utf8)) utf8.clear();
  if (utf8.empty() && !text.empty()) utf8 = mime::to_utf8("windows-1252", text).value_or("");
  std::erase_if(utf8, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; });
  return utf8;
}

}  // namespace

void prepare_for_mdn(smime::DecodeOptions& options) {
  options.require_signature = false;
  options.require_encryption = false;
  options.allow_non_mime = true;
  options.receipt = nullptr;
  options.limits.max_layers = 4;
  options.limits.max_content_bytes = kMaxMdn;
  options.limits.mime.max_depth = 8;
  options.limits.mime.max_parts = 32;
}

bool is_mdn_type(const mime::ContentType& type) {
  return type.is("message", "disposition-notification") || type.is("multipart", "report");
}

bool is_mdn(const smime::Report& report) {
  return is_mdn_type(mime::parse_content_type(report.content_type));
}

Result<> MdnReader::Kept::write(ByteView bytes) {
  const std::size_t room = limit_ - text_.size();
  text_ += as_text(bytes.first(std::min(room, bytes.size())));
  if (!fails_ || bytes.size() <= room) return {};
  return fail(kReceiptTooLarge, "the fields of a receipt are larger than 64 KiB", {},
              "look at what the partner sends");
}

Result<Sink*> MdnReader::on_part(const smime::PartReport& part, const mime::HeaderBlock& headers) {
  const bool notification = part.content_type == "message/disposition-notification";
  if (notification) {
    notifications_.push_back({part.is_signed, headers.headers, std::make_unique<Kept>(kMaxNotification, true)});
    return notifications_.back().content.get();
  }
  const bool for_people = part.content_type.empty() || part.content_type.starts_with("text/");
  if (!for_people || text_) return nullptr;
  text_ = std::make_unique<Kept>(kMaxMdnText, false);
  charset_ = headers.headers.content_type().parameter("charset").value_or("utf-8");
  return text_.get();
}

Result<ReceivedMdn> MdnReader::result(const Result<>& decoded, const smime::Report& report) const {
  if (notifications_.empty()) {
    // What is no receipt at all says so; what broke on the way says why.
    const bool empty = !decoded && decoded.error().code == smime::kEmptyInput;
    if (!decoded && !empty) return fail(decoded.error());
    return fail(kNotAReceipt, empty ? "the answer is empty" : "the answer holds no disposition notification", {},
                "look at the answer, and ask the partner for a receipt of RFC 4130");
  }
  if (!decoded && decoded.error().code == kReceiptTooLarge) return fail(decoded.error());
  if (notifications_.size() > 1) {
    return fail(kAmbiguousReceipt, "the answer holds several disposition notifications", {},
                "ask the partner to send one receipt for each message");
  }
  const Notification& notification = notifications_.front();
  ReceivedMdn received;
  auto mdn = parse_notification(notification.content->text());
  if (!mdn && mdn.error().code == kNotAReceipt) mdn = read_notification(notification.headers);
  if (!mdn) return fail(std::move(mdn.error()));
  received.mdn = std::move(*mdn);
  if (text_) received.mdn.text = readable(text_->text(), charset_);
  const smime::LayerReport* layer = signature_layer(report);
  if (!decoded) {
    received.fault = decoded.error();
  } else if (layer != nullptr && !layer->outcome.ok()) {
    received.fault = layer->outcome.error;
  } else if (layer != nullptr && notification.is_signed) {
    received.is_signed = true;
    if (!layer->signers.empty()) received.signer = layer->signers.front().certificate;
  }
  return received;
}

}  // namespace sealgate::as2
