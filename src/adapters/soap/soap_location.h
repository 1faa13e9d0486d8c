#pragma once
// SOAP receive: a location of the HTTP listener whose messages are the documents in SOAP bodies (document/literal).
//
// The element in the Body is the message, as a document of its own; what stood around it is in the context
// (wire.h). Answers:
//   accepted, one-way                         202, empty
//   the response of a two-way location        200, an envelope of the caller's version around it; a response whose
//   root
//                                             element is a Fault of that version goes out as the fault that it is
//   refused                                   a fault with the stable error code in its detail: VersionMismatch,
//                                             MustUnderstand, Client/Sender, Server/Receiver; 500, or 400 for a
//                                             Sender fault of SOAP 1.2; 401, 413, 415, 503, 504 stay what they are
//   GET …?wsdl                                the description of the service
// Nothing is answered with success before the commit (http_receiver.h).

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/http/location_flavour.h"
#include "adapters/soap/guard.h"
#include "soap/envelope.h"
#include "soap/wsdl.h"

namespace sealgate::adapters::soap {

struct SoapLocationOptions {
  std::string location;  ///< name of the receive location, for the log
  /// Header blocks that are dealt with behind this location: "namespace#name", "namespace#*". Others that must be
  /// understood are refused.
  std::vector<std::string> understood;
  sealgate::soap::TreeLimits limits;  ///< of requests and of responses
  /// What ?wsdl tells. When it has operations, documents of no operation are refused, and so are those whose action
  /// is another operation's: whoever routes by the action must not be misled.
  sealgate::soap::Service service;
  std::shared_ptr<const EnvelopeOpener> opener;  ///< of requests; null: WS-Security is not understood
  std::shared_ptr<const EnvelopeSealer> sealer;  ///< of responses; null: they go as they are
  std::string public_address;                    ///< for ?wsdl; empty: as the client called it
};

std::shared_ptr<const http::LocationFlavour> make_soap_location(SoapLocationOptions options);

}  // namespace sealgate::adapters::soap
