#pragma once
// Name and password of a message on its way out, from the affiliate application that its send port names.

#include <string>

#include "adapters/common/credentials.h"
#include "credentials/look_up.h"
#include "hosts/sender.h"

namespace sealgate::hosts {

/// Asked at each attempt: the application, the mappings or the ticket may have changed. `service` must outlive it.
adapters::CredentialSource affiliate_credentials(credentials::Service& service, const std::string& application,
                                                 const Sender& sender);

}  // namespace sealgate::hosts
