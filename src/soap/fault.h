#pragma once
// SOAP faults, written and read. SOAP 1.1 section 4.4, SOAP 1.2 part 1 section 5.4.

#include <optional>
#include <string>
#include <vector>

#include "soap/envelope.h"

namespace sealgate::soap {

/// As SOAP 1.2 calls them; in SOAP 1.1 Sender is Client and Receiver is Server.
enum class FaultCode { VersionMismatch, MustUnderstand, Sender, Receiver };

struct Fault {
  FaultCode code = FaultCode::Receiver;
  /// More exact, with its namespace; in SOAP 1.1 it stands in place of the code. Empty: none.
  std::string subcode_uri = {};
  std::string subcode = {};
  std::string reason = {};    ///< for people at the other end: nothing of what is kept here
  std::string error_id = {};  ///< our stable error code; may be empty
  bool about_header = false;  ///< SOAP 1.1 allows no detail then; the reason names the error code all the same
  std::vector<std::string> not_understood = {};  ///< header blocks as "namespace#local"
};

/// The fault that tells a sender of this error. `reason` says no more than the error's sentence for errors of the
/// message itself, and nothing of what went wrong inside.
Fault fault_of(const Error& error);

/// A whole envelope, UTF-8.
std::string write_fault(Version version, const Fault& fault);
/// 500; in SOAP 1.2 400 for what the sender did wrong (part 2 table 20).
int http_status_of(Version version, FaultCode code);

/// What a partner's service said.
struct ReceivedFault {
  std::string code;    ///< local name of the innermost code or subcode: "Client", "Sender"
  std::string reason;  ///< at most 1,000 bytes, control characters blanked
  std::string detail;  ///< text of the detail element, markup included, at most 4,000 bytes
  /// "Client: no such order".
  std::string summary() const;
};
/// Absent when the Body does not hold a fault.
std::optional<ReceivedFault> read_fault(const Envelope& envelope);

inline constexpr std::string_view kDetailNamespace = "urn:sealgate:soap:fault";

}  // namespace sealgate::soap
