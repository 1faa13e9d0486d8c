#pragma once
// AS2 receive: a location of the HTTP listener whose pipeline begins with the AS2 decoder.
//
// The flavour looks at headers alone. What cannot be answered by a receipt, since it does not say from whom to whom
// it is or has no Message-ID, is refused with 400 before its body is taken. Everything else goes on: its body is
// always submitted as a MIME entity, since a plain message's file name and MIC depend on its fields, and whoever runs
// the pipeline makes the answer (SubmitOutcome::reply):
//
//   a receipt in the response is wanted     200 and the receipt, positive or negative
//   a receipt at another address            200, empty; the receipt is work of its own
//   none is wanted, the message was taken   200, empty
//   none is wanted, it was not              as at every HTTP location (http_receiver.h)
//   nothing can be taken or kept now        503, Retry-After: the partner comes again with the same Message-ID
//
// All of it is said after the commit. A partner who hears nothing, because one of the two sides died in between,
// sends the same Message-ID again and gets what the first commit stored.

#include <memory>
#include <string>

#include "adapters/http/location_flavour.h"

namespace sealgate::adapters::as2 {

/// `location`: name of the receive location, for the log.
std::shared_ptr<const http::LocationFlavour> make_as2_location(std::string location);

}  // namespace sealgate::adapters::as2
