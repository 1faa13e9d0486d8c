#include "hosts/affiliate_credentials.h"

#include "messaging/property_names.h"

namespace sealgate::hosts {

namespace names = messaging::names;

adapters::CredentialSource affiliate_credentials(credentials::Service& service, const std::string& application,
                                                 const Sender& sender) {
  credentials::LookUp usual;
  usual.application = application;
  usual.port = sender.port;
  usual.account = sender.account;
  return [&service, usual](const adapters::OutboundMessage& message) -> Result<adapters::Credentials> {
    credentials::LookUp request = usual;
    request.message = message.message_id();
    request.party = message.property(names::kPartyName).value_or("");
    request.ticket = message.property(names::kSsoTicket).value_or("");
    request.originator = message.property(names::kOriginator).value_or("");
    auto found = service.look_up(request);
    if (found) return adapters::Credentials{std::move(found->user), std::move(found->password)};
    Error error = std::move(found.error());
    // The store or the disk is in trouble, which passes: for the adapter like a partner who does not answer.
    if (error.code.error_class == ErrorClass::Environment) error.code.error_class = ErrorClass::Transport;
    return fail(std::move(error));
  };
}

}  // namespace sealgate::hosts
