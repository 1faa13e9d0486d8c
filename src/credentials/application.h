#pragma once
// Affiliate applications: systems of others that want a name and a password of theirs. An application says which
// fields its credentials have and who may use it; the credentials themselves are its mappings (mapping.h).

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "credentials/principal.h"

namespace sealgate::credentials {

enum class ApplicationType {
  Individual,  ///< each user or account has credentials of its own
  Group        ///< principals in an order; the first that holds counts
};
std::string_view to_string(ApplicationType type);  ///< individual, group

struct Field {
  std::string label = {};
  bool masked = false;  ///< nobody is ever shown it
  friend bool operator==(const Field&, const Field&) = default;
};

inline constexpr std::size_t kMaxName = 128;          ///< bytes of a name or label
inline constexpr std::size_t kMaxDescription = 1024;  ///< bytes of a description or contact
inline constexpr std::size_t kMaxFields = 16;
inline constexpr std::size_t kMaxListed = 256;  ///< administrators, users
inline constexpr std::chrono::milliseconds kShortestTicket = std::chrono::seconds(1);
/// Also the longest time for which tickets outlive the secret that sealed them.
inline constexpr std::chrono::milliseconds kLongestTicket = std::chrono::hours(7 * 24);

struct Application {
  // These never change.
  std::string name = {};  ///< letters, digits and ._- up to kMaxName
  ApplicationType type = ApplicationType::Individual;
  std::vector<Field> fields = {};  ///< the first is the user's name; the first masked one is the password

  std::string description = {};
  std::string contact = {};
  bool enabled = true;
  bool allow_tickets = false;  ///< a ticket says in whose name; false: tickets of messages are not looked at
  bool validate_tickets =
      true;  ///< the ticket must be that of the message's originator; false: only for administrators
  /// Counts from the issue of a ticket, instead of the group's. Empty: the group's.
  std::optional<std::chrono::milliseconds> ticket_lifetime = {};
  PrincipalList administrators = {};  ///< accounts may redeem tickets without validation
  PrincipalList users = {};           ///< in whose name it may be used; empty: everyone who is mapped
  friend bool operator==(const Application&, const Application&) = default;

  /// The place of the first masked field.
  std::optional<std::size_t> password_field() const;
};

/// credentials.bad-application.
Result<> check_application(const Application& application);

/// What holds for the whole group.
struct SystemSettings {
  bool tickets = false;
  std::chrono::milliseconds ticket_lifetime = std::chrono::minutes(2);
  friend bool operator==(const SystemSettings&, const SystemSettings&) = default;
};
/// credentials.bad-setting.
Result<> check_settings(const SystemSettings& settings);

// Stored forms: versioned, equal for equal values. Reading fails with credentials.damaged.
Secret encode(const Application& application);
Result<Application> decode_application(ByteView bytes);
Secret encode(const SystemSettings& settings);
Result<SystemSettings> decode_settings(ByteView bytes);

}  // namespace sealgate::credentials
