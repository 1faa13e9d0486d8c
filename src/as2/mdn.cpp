#include "as2/mdn.h"

#include <algorithm>
#include <array>

#include "as2/errors.h"
#include "as2/message_headers.h"
#include "as2/names.h"
#include "base/text.h"

namespace sealgate::as2 {

Result<Mdn> read_notification(const mime::Headers& fields) {
  const auto text = [&](std::string_view name) { return std::string(fields.value(name).value_or("")); };
  Mdn mdn;
  mdn.disposition_text = text("Disposition");
  if (fields.find("Disposition") == nullptr) {
    return fail(kNotAReceipt, "a disposition notification has no Disposition", {},
                "ask the partner for a receipt of RFC 4130");
  }
  SG_TRY_ASSIGN(mdn.disposition, parse_disposition(mdn.disposition_text));
  mdn.reporting_ua = text("Reporting-UA");
  mdn.original_recipient = text("Original-Recipient");
  mdn.final_recipient = text("Final-Recipient");
  mdn.original_message_id = text("Original-Message-ID");
  mdn.mic_text = text("Received-Content-MIC");
  if (!trim(mdn.mic_text).empty()) {
    auto mic = parse_mic(mdn.mic_text);
    if (mic) {
      mdn.mic = std::move(*mic);
    } else {
      mdn.mic_fault = std::move(mic.error());
    }
  }
  constexpr std::array kExplanations = {"Failure", "Error", "Warning"};
  for (const char* name : kExplanations) {
    for (const mime::HeaderField* field : fields.find_all(name)) {
      if (!mdn.explanation.empty()) mdn.explanation += "; ";
      mdn.explanation += field->value;
    }
  }
  return mdn;
}

Result<Mdn> parse_notification(std::string_view content) {
  const auto begin = std::min(content.find_first_not_of("\r\n"), content.size());
  SG_TRY_ASSIGN(const mime::Headers fields, parse_http_headers(content.substr(begin)));
  return read_notification(fields);
}

std::string recipient_name(std::string_view recipient) {
  const auto semicolon = recipient.find(';');
  if (semicolon != std::string_view::npos && iequals(trim(recipient.substr(0, semicolon)), "rfc822")) {
    recipient.remove_prefix(semicolon + 1);
  }
  const auto name = parse_name(recipient);
  return name ? name->text : std::string(trim(recipient));
}

}  // namespace sealgate::as2
