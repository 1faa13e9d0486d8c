#pragma once
// SOAP send: the document in the Body of an envelope, POSTed by the HTTP sender, whose settings (authentication,
// client certificate, proxy, time limits, identities) and outcomes are this one's as well.
//
// A fault is an answer that failed: RetryLater with the fault's text (BizTalk retries all of them), whatever the
// status it came with; adapter.soap.fault. A client certificate that cannot be loaded is PermanentFailure: the
// message is suspended; a server that asks for one where none is set is tried again by the schedule. What can never
// become an envelope (no XML, too large) is PermanentFailure.
//
// A two-way port gets the element in the Body of the answer. Details of its outcome: those of HTTP, and what wire.h
// says of the answer's envelope. A one-way port takes any success that is no fault.

#include <string>
#include <vector>

#include "adapters/http/http_sender.h"
#include "adapters/soap/guard.h"
#include "soap/envelope.h"

namespace sealgate::adapters::soap {

struct SoapSendOptions {
  http::HttpSendOptions http;  ///< content_type counts for nothing
  sealgate::soap::Version version = sealgate::soap::Version::Soap11;
  std::string action;  ///< empty: SOAP.Action of the message
  /// SOAPHeader.<name> properties of the message that become header blocks, when they are there.
  std::vector<std::string> headers;
  std::vector<std::string> understood;           ///< of answers, as in soap_location.h
  sealgate::soap::TreeLimits limits;             ///< of messages and of answers
  std::shared_ptr<const EnvelopeSealer> sealer;  ///< asked at each attempt; null: sent as it is
  std::shared_ptr<const EnvelopeOpener> opener;  ///< of answers; null: WS-Security is not understood
};

class SoapSender final : public SendAdapter {
 public:
  SoapSender(SoapSendOptions options, std::shared_ptr<net::HttpClient> client);
  SendOutcome send(OutboundMessage& message) override;
  void cancel() override { http_.cancel(); }

 private:
  Result<std::string> wrap(OutboundMessage& message, std::string_view action) const;
  SendOutcome judge(SendOutcome outcome, ByteView answer, OutboundMessage& message) const;

  SoapSendOptions options_;
  http::HttpSender http_;
};

}  // namespace sealgate::adapters::soap
