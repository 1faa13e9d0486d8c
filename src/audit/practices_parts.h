#pragma once
// The parts of audit() that look at the configuration alone. Private to audit/.

#include "audit/practices.h"

namespace sealgate::audit {

void judge_parties(const artifacts::ArtifactSet& set, Time now, std::vector<Finding>& out);
void judge_receiving(const artifacts::ArtifactSet& set, std::vector<Finding>& out);
void judge_sending(const artifacts::ArtifactSet& set, std::vector<Finding>& out);
void judge_agreements(const artifacts::ArtifactSet& set, Time now, std::vector<Finding>& out);
void judge_hosts(const artifacts::ArtifactSet& set, std::vector<Finding>& out);
void judge_group(const artifacts::ArtifactSet& set, const Holdings& holdings, std::vector<Finding>& out);

/// What a location does to what comes in, and a port to what goes out.
struct Guard {
  bool decodes = false;
  bool takes_plain = true;  ///< messages that are not MIME, or not encrypted, pass
  bool takes_encrypted = false;
  bool takes_unsigned = true;
  bool checks_revocation = false;
  bool checks_usage = false;
  bool resolves_party = false;
  bool by_agreement = false;  ///< AS2: what passes is what the agreements let pass, and told of them
};
Guard guard_of(const artifacts::ArtifactSet& set, const artifacts::ReceivePipelineSettings& pipeline);

struct Seal {
  bool encodes = false;
  bool signs = false;
  bool encrypts = false;
  bool checks_revocation = false;
  std::vector<std::string> weak = {};  ///< "3des", "sha1"
};
Seal seal_of(const artifacts::ArtifactSet& set, const artifacts::SendPipelineSettings& pipeline);
/// Of AS2, what the agreements say that may be meant.
Seal seal_of(const artifacts::ArtifactSet& set, const artifacts::SendPort& port);

bool takes_as2(const artifacts::ArtifactSet& set, const artifacts::ReceiveLocation& location);

/// The listener of its own host that an HTTP location names; nullptr for the shared one.
const artifacts::HttpListener* listener_of(const artifacts::ArtifactSet& set,
                                           const artifacts::ReceiveLocation& location);

/// The URL where this transport posts to; empty for others.
std::string url_of(const artifacts::SendTransport& transport);
bool is_plain_http(std::string_view url);
/// Whether the host of the URL is this computer.
bool is_loopback(std::string_view url);

}  // namespace sealgate::audit
