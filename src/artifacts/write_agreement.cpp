// Agreements, the counterpart of read_agreement.cpp.

#include <algorithm>

#include "artifacts/agreement_fields.h"
#include "artifacts/write_artifact.h"
#include "artifacts/write_values.h"

namespace sealgate::artifacts {
namespace {

/// Written even at its default: what decides security, and whom a message belongs to.
bool is_always_shown(std::string_view name) {
  constexpr std::string_view kNames[]{
      "as2_from", "as2_to", "sign", "encrypt", "encryption_algorithm", "require_signature", "require_encryption"};
  return std::ranges::find(kNames, name) != std::end(kNames);
}

template <typename Settings, typename Always>
void write_fields(Writer& out, const Settings& settings, Always always) {
  write_unusual(
      out, settings, [](const auto& all, auto&& visit) { each_agreement_field(all, visit); }, always);
}

/// A mapping; nothing when everything in it is usual.
template <typename Settings>
void write_group(Writer& out, std::string_view key, const Settings& settings) {
  if (settings == Settings()) return;
  out.open(key);
  write_fields(out, settings, [](std::string_view) { return false; });
  out.close();
}

void write_side(Writer& out, std::string_view key, const AgreementSide& side) {
  out.open(key);
  out.line("party", side.party);
  out.text("profile", side.profile);
  out.close();
}

void write(Writer& out, const SendingAgreement& sending) {
  out.open("sending");
  write_fields(out, sending, is_always_shown);
  out.open("receipt");
  write_fields(out, sending.receipt, [](std::string_view name) { return name == "mode" || name == "signed"; });
  out.close();
  if (sending.retry) {
    out.open("retry");
    write(out, *sending.retry);
    out.unless("stop_after", sending.retry_stop_after, Duration(0));
    out.close();
  }
  write_group(out, "http", sending.http);
  write_group(out, "archive", sending.archive);
  out.close();
}

void write(Writer& out, const ReceivingAgreement& receiving) {
  out.open("receiving");
  write_fields(out, receiving, is_always_shown);
  const GivenReceipt& receipt = receiving.receipt;
  out.open("receipt");
  const bool by_agreement = receipt.rule == ReceiptRule::Agreement;
  write_fields(out, receipt, [&](std::string_view name) {
    return name == "rule" || (by_agreement && (name == "mode" || name == "signed"));
  });
  if (receipt.retry != RetryPolicy()) {
    out.open("retry");
    write(out, receipt.retry);
    out.close();
  }
  write_group(out, "http", receipt.http);
  out.close();
  write_group(out, "archive", receiving.archive);
  out.close();
}

void write(Writer& out, const Compatibility& compatibility) {
  if (compatibility == Compatibility()) return;
  out.open("compatibility");
  out.text("preset", compatibility.preset);
  // A preset stands for what everybody can see.
  write_fields(out, compatibility, [&](std::string_view) { return !compatibility.preset.empty(); });
  out.close();
}

}  // namespace

void write(Writer& out, const Agreement& agreement) {
  out.unless("enabled", agreement.enabled, true);
  write_side(out, "us", agreement.us);
  write_side(out, "partner", agreement.partner);
  write_value(out, "from", agreement.from);
  write_value(out, "until", agreement.until);
  out.unless("reporting", agreement.reporting, true);
  write(out, agreement.sending);
  write(out, agreement.receiving);
  write(out, agreement.compatibility);
  if (!agreement.contacts.empty()) {
    out.open("contacts");
    for (const AgreementContact& contact : agreement.contacts) {
      out.open_item();
      out.line("name", contact.name);
      out.text("email", contact.email);
      out.text("phone", contact.phone);
      out.close();
    }
    out.close();
  }
  if (agreement.properties.empty()) return;
  out.open("properties");
  for (const auto& [name, value] : agreement.properties) out.line(format_scalar(name), value);
  out.close();
}

}  // namespace sealgate::artifacts
