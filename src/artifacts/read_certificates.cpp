// Settings about certificates: who signs from when on, revocation, warnings, paths.

#include <algorithm>
#include <functional>

#include "artifacts/errors.h"
#include "artifacts/read_parts.h"
#include "base/text.h"

namespace sealgate::artifacts {
namespace {

constexpr std::size_t kMaximumUrl = 2048;
constexpr std::size_t kMaximumHost = 255;
constexpr std::size_t kMaximumOid = 128;
constexpr std::size_t kMaximumMail = 254;  // RFC 5321 section 4.5.3.1.3, without the brackets
constexpr int kLongestNotice = 3650;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// scheme://host..., without a user name and without what no address holds.
bool is_url(std::string_view text, std::string_view scheme) {
  if (!ascii_lower(text).starts_with(scheme)) return false;
  const std::string_view rest = text.substr(scheme.size());
  return !rest.empty() && rest.front() != '/' && rest.front() != ':' &&
         rest.find_first_of(" <>\"\\") == std::string_view::npos &&
         rest.substr(0, rest.find('/')).find('@') == std::string_view::npos;
}

bool is_web_address(std::string_view text) {
  return is_url(text, "http://") || is_url(text, "https://");
}

bool is_source(std::string_view text) {
  const std::string slashed = std::string(text) + "/";
  const bool climbs = slashed.find("/../") != std::string::npos || slashed.find("/./") != std::string::npos;
  return is_web_address(text) || (text.starts_with('/') && !climbs);
}

/// A name or an address, without scheme and port.
bool is_host(std::string_view text) {
  return text.find_first_of(" /@[]\"") == std::string_view::npos;
}

bool is_oid(std::string_view text) {
  if (text.find('.') == std::string_view::npos || text.front() < '0' || text.front() > '2') return false;
  bool digits = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.') {
      if (!digits) return false;
      digits = false;
    } else if (is_digit(text[i])) {
      digits = true;
    } else {
      return false;
    }
  }
  return digits;
}

bool is_mail_address(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != 0 && at != std::string_view::npos && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         text.find_first_of(" <>,;:\"\\()") == std::string_view::npos;
}

void read_days(Fields& fields, std::vector<int>& out) {
  if (!fields.has("days")) return;
  std::vector<std::string> words;
  const auto is_day = [](std::string_view text) {
    return text.size() <= 4 && std::ranges::all_of(text, is_digit) && text.front() != '0' &&
           std::stoi(std::string(text)) <= kLongestNotice;
  };
  fields.texts("days", words, 4, is_day, "write numbers of days, 1 to 3650, each once");
  out.clear();
  for (const std::string& word : words) out.push_back(std::stoi(word));
  std::ranges::sort(out, std::greater<>());
}

EmailNotice read_email(Fields& fields) {
  EmailNotice email;
  fields.text("smtp_url", email.smtp_url, Need::Required);
  fields.text("from", email.from, Need::Required);
  fields.required("to");
  fields.texts("to", email.to, kMaximumMail, is_mail_address, "write addresses as name@company.example");
  fields.no_other_keys();
  if (fields.reading().failed()) return email;
  if (email.smtp_url.size() > kMaximumUrl ||
      !(is_url(email.smtp_url, "smtp://") || is_url(email.smtp_url, "smtps://"))) {
    fields.bad_value("smtp_url", "'smtp_url' is not the address of a mail server",
                     "write smtp://host[:port], or smtps://");
  } else if (email.from.size() > kMaximumMail || !is_mail_address(email.from)) {
    fields.bad_value("from", "'from' is not a mail address", "write name@company.example");
  } else if (email.to.empty()) {
    fields.bad_value("to", "the notice would go to nobody", "name at least one address, or remove 'email'");
  }
  return email;
}

}  // namespace

void read_signing_certificates(Fields& fields, CertificateAssignments& out) {
  fields.assignments("signing_certificates", out);
  if (fields.has("signing_certificates") && fields.has("signing_certificate")) {
    fields.known("signing_certificate");
    return fields.bad_value("signing_certificate", "'signing_certificate' and 'signing_certificates' mean the same",
                            "keep signing_certificates", kContradiction);
  }
  fields.assignments("signing_certificate", out, true);
}

void read_revocation_policy(Fields& fields, std::string_view key, std::optional<RevocationPolicy>& out) {
  if (!fields.has(key)) return fields.known(key);
  RevocationPolicy policy = RevocationPolicy::Require;
  fields.choice(key, policy, {RevocationPolicy::Require, RevocationPolicy::Prefer, RevocationPolicy::Off});
  out = policy;
}

RevocationSettings read_revocation(Fields& fields) {
  RevocationSettings revocation;
  read_revocation_policy(fields, "policy", revocation.policy);
  fields.duration("refresh", revocation.refresh, std::chrono::seconds(1), kLongest);
  fields.texts("sources", revocation.sources, kMaximumUrl, is_source,
               "write http:// or https:// addresses, or folders from the root");
  fields.boolean("ocsp", revocation.ocsp);
  fields.boolean("fetch_issuers", revocation.fetch_issuers);
  fields.texts("allowed_private_hosts", revocation.allowed_private_hosts, kMaximumHost, is_host,
               "write names of hosts or addresses, without scheme and port");
  fields.no_other_keys();
  return revocation;
}

ExpirySettings read_expiry(Fields& fields) {
  ExpirySettings warnings;
  read_days(fields, warnings.days);
  fields.text("webhook", warnings.webhook);
  if (!warnings.webhook.empty() && (warnings.webhook.size() > kMaximumUrl || !is_web_address(warnings.webhook))) {
    fields.bad_value("webhook", "'webhook' is not an address", "write http://host[:port]/path or https://");
  }
  if (auto email = fields.map("email")) warnings.email = read_email(*email);
  fields.no_other_keys();
  return warnings;
}

PathSettings read_path(Fields& fields) {
  PathSettings path;
  fields.integer("auth_level", path.auth_level, 0, 2);
  fields.texts("policies", path.policies, kMaximumOid, is_oid, "write object identifiers as 1.3.6.1.4.1.311.21.8.1");
  fields.boolean("require_explicit_policy", path.require_explicit_policy);
  fields.no_other_keys();
  return path;
}

}  // namespace sealgate::artifacts
