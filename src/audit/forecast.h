#pragma once
// What expires when, who is hit, and which warnings are due.

#include <set>

#include "audit/holdings.h"

namespace sealgate::audit {

struct AffectedUse {
  std::string where = {};               ///< "SendPort Orders, encryption_certificates"
  std::string usage = {};               ///< "encrypt"
  std::string party = {};               ///< may be empty
  std::vector<std::string> ports = {};  ///< what stops working
  std::string window = {};              ///< of the assignment; may be empty
  bool covered = false;                 ///< by then another certificate has taken over, or the assignment has ended
};

/// One certificate that the configuration uses, with all its uses.
struct Expiry {
  certificates::Certificate certificate;
  std::vector<AffectedUse> uses = {};
  Time expires() const { return certificate.not_after(); }
  /// Nothing stops when it expires.
  bool covered() const;
  /// Whole days left; 0 on the last day, negative after the expiry.
  int days_left(Time now) const;
};

/// Of all certificates in use, the first to expire first; certificates that are in no store are not in it.
std::vector<Expiry> forecast(const std::vector<Place>& places, const Holdings& holdings, Time now);

/// A warning: the certificate has come to `mark` days before its expiry, or past it (0).
struct DueWarning {
  const Expiry* expiry = nullptr;
  int mark = 0;
  /// The same for every host instance: who remembers it sends it once.
  std::string key() const;  ///< "expiry/<sha256>/<mark>"
};

/// One at most for each certificate: the nearest mark that was reached. Covered certificates need none.
std::vector<DueWarning> due_warnings(const std::vector<Expiry>& all, const std::vector<int>& days, Time now);

/// "certificate 'Contoso' (04A2 …) expires in 7 days, on 2026-12-01T00:00:00Z".
std::string warning_headline(const DueWarning& warning, Time now);
/// The headline, who is hit and what to do: the text of a mail.
std::string warning_text(const DueWarning& warning, Time now, const std::string& group);
/// The same as a JSON object: what a webhook gets.
std::string warning_json(const DueWarning& warning, Time now, const std::string& group);

/// The forecast in Prometheus' text format, one line for each use.
std::string expiry_metrics(const std::vector<Expiry>& all, Time now);

}  // namespace sealgate::audit
