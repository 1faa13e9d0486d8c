#pragma once
// The one place that knows which adapters exist. A new adapter is its folder, its settings in artifacts/, and its
// line here.

#include "adapters/http/http_receiver.h"
#include "artifacts/artifacts.h"
#include "credentials/look_up.h"
#include "hosts/configuration.h"
#include "hosts/sender.h"
#include "net/http_client.h"
#include "soap/security/replay.h"
#include "store/common/memos.h"

namespace sealgate::hosts {

struct AdapterServices {
  adapters::Submitter& submitter;
  const Clock& clock;
  std::shared_ptr<net::HttpClient> http_client;
  credentials::Service& credentials;
  const ConfigurationHolder& configuration;  ///< certificates for what comes in at this moment
  messaging::MessageBox& box;
  store::Memos& memos;
  /// Of everything that came in by SOAP in this process; stays when locations change.
  std::shared_ptr<soap::ReplayCache> replays = std::make_shared<soap::ReplayCache>();
};

/// Sends by this transport for `sender`; never null.
std::shared_ptr<adapters::SendAdapter> make_send_adapter(const AdapterServices& services,
                                                         const artifacts::SendTransport& transport,
                                                         const Sender& sender);

/// A receive adapter of its own for this location, or null when the location shares one (HTTP: the host's listener).
std::unique_ptr<adapters::ReceiveAdapter> make_receive_adapter(const AdapterServices& services,
                                                               const artifacts::ReceiveLocation& location);

/// What its listener needs to know of an HTTP location; empty for others.
std::optional<adapters::http::HttpLocation> make_http_location(const AdapterServices& services,
                                                               const artifacts::ReceivePort& port,
                                                               const artifacts::ReceiveLocation& location,
                                                               const artifacts::ArtifactSet& set);

}  // namespace sealgate::hosts
