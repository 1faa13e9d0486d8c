// Filters from any text: what is read is written in a form that reads back equal, and the index of subscriptions
// finds it for a message exactly when the filter itself matches.

#include <cstdlib>

#include "messaging/property_names.h"
#include "messaging/routing.h"

namespace {

using namespace sealgate;
using namespace sealgate::messaging;

const MessageContext& sample() {
  static const MessageContext context = [] {
    MessageContext made;
    made.promote(names::kReceivePortName, std::string("Orders"));
    made.promote(names::kInterchangeSequenceNumber, std::int64_t{5});
    made.promote(names::kMimeWasSigned, true);
    made.promote(names::kFileCreationTime, Time(std::chrono::milliseconds(1'700'000'000'000)));
    made.promote("my.x", std::string("x"));
    made.promote("my.n", std::int64_t{-1});
    made.write("my.w", std::string("w"));
    return made;
  }();
  return context;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto filter = parse_filter(as_text(ByteView(data, size)));
  if (!filter) {
    if (filter.error().where.empty() || filter.error().remedy.empty()) std::abort();
    return 0;
  }
  const std::string text = to_text(*filter);
  const auto again = parse_filter(text);
  if (!again || !(*again == *filter) || to_text(*again) != text) std::abort();
  Subscription subscription;
  subscription.port = "P";
  subscription.filter = *filter;
  const Routing routing = route(SubscriptionIndex({std::move(subscription)}), sample());
  if (routing.deliveries.empty() == matches(*filter, sample())) std::abort();
  if (routing.deliveries.empty() == routing.report.empty()) std::abort();
  return 0;
}
