#pragma once
// The operations of openapi.yaml, a file for each family.

#include <memory>

#include "api/server.h"
#include "api/services.h"

namespace sealgate::api {

/// All of them.
Actions make_actions(const std::shared_ptr<Services>& services);

// Each adds its own.
void add_session(Actions& actions);
void add_artifacts(Actions& actions, const std::shared_ptr<Services>& services);
void add_apply(Actions& actions, const std::shared_ptr<Services>& services);
void add_ports(Actions& actions, const std::shared_ptr<Services>& services);

}  // namespace sealgate::api
