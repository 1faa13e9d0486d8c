#pragma once
// Receipts that go in a connection of their own: Receipt work, published in the commit of the message it is about
// (as2_receipts.h), so that it survives everything the message survives. Each attempt posts the stored bytes; any 2xx
// ends it. Attempts, waits and the end of patience are those of the agreement (GivenReceipt::retry); then the work is
// suspended and a person may resume it. A partner may get the same receipt twice, when our record of his answer is
// lost: it has one Message-ID and says the same.
//
// The agreement is asked again for its hosts at each attempt, and redirects are not followed.

#include "hosts/send_flow.h"
#include "net/http_client.h"

namespace sealgate::hosts {

/// Makes one attempt and records its outcome. An error is the box's own.
Result<> call_for_receipt(const SendEnvironment& environment, net::HttpClient& client,
                          const messaging::WorkItem& item);

}  // namespace sealgate::hosts
