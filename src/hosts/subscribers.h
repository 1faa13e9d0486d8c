#pragma once
// Who gets a message by this configuration: the subscribers, those outside of their service window for later.

#include "hosts/configuration.h"

namespace sealgate::hosts {

messaging::Routing find_subscribers(const Configuration& configuration, const messaging::MessageContext& context,
                                    Time now);

}  // namespace sealgate::hosts
