#pragma once
// The operations of openapi.yaml, a file for each family.

#include <memory>

#include "access/gate.h"
#include "api/event_hub.h"
#include "api/server.h"
#include "api/services.h"
#include "api/status_board.h"

namespace sealgate::api {

/// What live views share.
struct Live {
  std::shared_ptr<StatusBoard> board;
  std::shared_ptr<EventHub> events;
};

/// All of them. The gate outlives them.
Actions make_actions(const std::shared_ptr<Services>& services, const Live& live, access::Gate& gate);

// Each adds its own.
void add_session(Actions& actions, access::Gate& gate);
void add_tokens(Actions& actions, access::Gate& gate);
void add_users(Actions& actions, access::Gate& gate);
void add_profile(Actions& actions, access::Gate& gate);
void add_audit_log(Actions& actions, const std::shared_ptr<Services>& services, access::Gate& gate);
void add_status(Actions& actions, const std::shared_ptr<Services>& services, const Live& live, access::Gate& gate);
void add_filters(Actions& actions, const std::shared_ptr<Services>& services);
void add_figures(Actions& actions, const std::shared_ptr<Services>& services);
void add_artifacts(Actions& actions, const std::shared_ptr<Services>& services, const Live& live);
void add_apply(Actions& actions, const std::shared_ptr<Services>& services);
void add_revisions(Actions& actions, const std::shared_ptr<Services>& services);
void add_ports(Actions& actions, const std::shared_ptr<Services>& services, const Live& live);
void add_messages(Actions& actions, const std::shared_ptr<Services>& services);
void add_suspended(Actions& actions, const std::shared_ptr<Services>& services);
void add_tracking(Actions& actions, const std::shared_ptr<Services>& services);
void add_certificates(Actions& actions, const std::shared_ptr<Services>& services);
void add_import(Actions& actions, const std::shared_ptr<Services>& services);
void add_crls(Actions& actions, const std::shared_ptr<Services>& services);
void add_rollover(Actions& actions, const std::shared_ptr<Services>& services);
void add_probe(Actions& actions, const std::shared_ptr<Services>& services);
void add_credentials(Actions& actions, const std::shared_ptr<Services>& services);
void add_foresight(Actions& actions, const std::shared_ptr<Services>& services);

}  // namespace sealgate::api
