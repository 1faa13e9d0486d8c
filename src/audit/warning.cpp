// The words of a warning, and metrics.

#include <nlohmann/json.hpp>

#include "audit/forecast.h"

namespace sealgate::audit {
namespace {

std::string remaining(const Expiry& expiry, Time now) {
  const int days = expiry.days_left(now);
  if (days < 0) return "expired on ";
  if (days == 0) return "expires within a day, on ";
  return "expires in " + std::to_string(days) + (days == 1 ? " day, on " : " days, on ");
}

/// Without line ends and other control characters: a name from a certificate must not make a line of its own.
std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return text;
}

/// A label value of the text format: backslash, quote and line end are escaped.
std::string label(const std::string& text) {
  std::string escaped;
  for (const char c : one_line(text)) {
    if (c == '\\' || c == '"') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

std::string warning_headline(const DueWarning& warning, Time now) {
  const certificates::Certificate& certificate = warning.expiry->certificate;
  return one_line("certificate '" + certificate.short_name() + "' (" + certificate.thumbprint().to_biztalk() + ") " +
                  remaining(*warning.expiry, now) + to_rfc3339(certificate.not_after()));
}

std::string warning_text(const DueWarning& warning, Time now, const std::string& group) {
  const certificates::Certificate& certificate = warning.expiry->certificate;
  std::string text = "The " + warning_headline(warning, now) + ".\n\nGroup: " + one_line(group) +
                     "\nSubject: " + one_line(certificate.display_subject()) +
                     "\nIssuer: " + one_line(certificate.issuer()) + "\n\nIt is used by:\n";
  for (const AffectedUse& use : warning.expiry->uses) {
    text += "  " + use.where + " (" + use.usage + ")";
    if (!use.party.empty()) text += ", party " + use.party;
    if (!use.window.empty()) text += ", assigned " + use.window;
    text += use.covered ? ", replaced by then\n" : "\n";
    for (const std::string& port : use.ports) text += "    hits " + one_line(port) + "\n";
  }
  return text +
         "\nGet its successor, import it, and assign it beside this one with the date of the switch.\n"
         "What else is coming: sealgate cert forecast, sealgate check --within 60d\n";
}

std::string warning_json(const DueWarning& warning, Time now, const std::string& group) {
  const certificates::Certificate& certificate = warning.expiry->certificate;
  nlohmann::ordered_json uses = nlohmann::ordered_json::array();
  for (const AffectedUse& use : warning.expiry->uses) {
    uses.push_back({{"where", use.where},
                    {"usage", use.usage},
                    {"party", use.party},
                    {"hits", use.ports},
                    {"window", use.window},
                    {"covered", use.covered}});
  }
  const nlohmann::ordered_json document = {{"event", "certificate-expiry"},
                                           {"id", warning.key()},
                                           {"group", group},
                                           {"text", warning_headline(warning, now)},
                                           {"mark_days", warning.mark},
                                           {"days_left", warning.expiry->days_left(now)},
                                           {"thumbprint", certificate.thumbprint().to_biztalk()},
                                           {"sha256", certificate.thumbprint_sha256().to_hex()},
                                           {"subject", certificate.subject()},
                                           {"issuer", certificate.issuer()},
                                           {"not_after", to_rfc3339(certificate.not_after())},
                                           {"uses", uses}};
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string expiry_metrics(const std::vector<Expiry>& all, Time now) {
  std::string text =
      "# HELP sealgate_certificate_expiry_days Days until a certificate in use expires; negative after it.\n"
      "# TYPE sealgate_certificate_expiry_days gauge\n";
  for (const Expiry& expiry : all) {
    const auto hours = std::chrono::floor<std::chrono::hours>(expiry.expires() - now).count();
    std::string days = std::to_string(static_cast<double>(hours) / 24);
    days.resize(days.find('.') + 3);
    for (const AffectedUse& use : expiry.uses) {
      text += "sealgate_certificate_expiry_days{thumbprint=\"" + expiry.certificate.thumbprint().to_hex() +
              "\",name=\"" + label(expiry.certificate.short_name()) + "\",usage=\"" + use.usage + "\",place=\"" +
              label(use.where) + "\",covered=\"" + (use.covered ? "true" : "false") + "\"} " + days + "\n";
    }
  }
  return text;
}

}  // namespace sealgate::audit
