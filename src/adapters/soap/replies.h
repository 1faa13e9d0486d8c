#pragma once
// What a SOAP caller gets in place of the plain answers of a location.

#include <memory>
#include <string>

#include "adapters/common/adapter.h"
#include "adapters/soap/guard.h"
#include "adapters/soap/wire.h"
#include "net/http_server.h"
#include "soap/fault.h"

namespace sealgate::adapters::soap {

/// What became of a submitted message.
struct Seen {
  bool known = false;
  SubmitKind kind = SubmitKind::Accepted;
  bool two_way = false;
  std::string error_id;  ///< of the reason; may be empty

  void take(const SubmitOutcome& outcome);
};

/// How answers to one request are made.
struct ReplyForm {
  Version version = Version::Soap11;
  std::string location;
  sealgate::soap::TreeLimits limits;
  std::shared_ptr<const EnvelopeSealer> sealer = nullptr;  ///< of responses, never of faults
};

/// `status` 0: as the version has it for this fault.
net::HttpResponse reply_fault(Version version, const sealgate::soap::Fault& fault, int status = 0);
/// Of a message whose security was not accepted: never says why.
sealgate::soap::Fault security_fault();
net::HttpResponse refuse_size(Version version);
/// The plain answer as SOAP: an envelope, an empty receipt, or a fault.
net::HttpResponse wrap_response(net::HttpResponse plain, const Seen& seen, const ReplyForm& form);
std::shared_ptr<net::LaterResponse> wrap_later(std::shared_ptr<net::LaterResponse> plain, ReplyForm form);

}  // namespace sealgate::adapters::soap
