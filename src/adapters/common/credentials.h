#pragma once
// Name and password that a message is sent with.

#include <functional>
#include <memory>
#include <string>

#include "adapters/common/adapter.h"
#include "base/secret.h"

namespace sealgate::adapters {

struct Credentials {
  std::string user;
  std::shared_ptr<const Secret> password;
};

/// Asked before each attempt. An error of class Transport, for what comes back by itself, is RetryLater; any other is
/// PermanentFailure.
using CredentialSource = std::function<Result<Credentials>(const OutboundMessage& message)>;

/// What a source's error means for the attempt.
inline SendOutcome without_credentials(Error error) {
  const bool passes = error.code.error_class == ErrorClass::Transport;
  return passes ? SendOutcome::retry(std::move(error)) : SendOutcome::permanent(std::move(error));
}

}  // namespace sealgate::adapters
