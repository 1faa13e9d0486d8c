#include "messaging/state.h"

#include <array>

namespace sealgate::messaging {
namespace {

constexpr std::array kStates{WorkState::Ready,     WorkState::Active,    WorkState::Retrying,  WorkState::Scheduled,
                             WorkState::Suspended, WorkState::Completed, WorkState::Terminated};
constexpr std::array kKinds{WorkKind::Receive, WorkKind::Route,   WorkKind::Send,
                            WorkKind::Respond, WorkKind::Receipt, WorkKind::Await};

}  // namespace

std::string_view to_string(WorkState state) {
  switch (state) {
    case WorkState::Ready:
      return "ready";
    case WorkState::Active:
      return "active";
    case WorkState::Retrying:
      return "retrying";
    case WorkState::Scheduled:
      return "scheduled";
    case WorkState::Suspended:
      return "suspended";
    case WorkState::Completed:
      return "completed";
    case WorkState::Terminated:
      return "terminated";
  }
  return "";
}

std::string_view to_string(WorkKind kind) {
  switch (kind) {
    case WorkKind::Receive:
      return "receive";
    case WorkKind::Route:
      return "route";
    case WorkKind::Send:
      return "send";
    case WorkKind::Respond:
      return "respond";
    case WorkKind::Receipt:
      return "receipt";
    case WorkKind::Await:
      return "await";
  }
  return "";
}

std::optional<WorkState> parse_work_state(std::string_view word) {
  for (const WorkState state : kStates) {
    if (to_string(state) == word) return state;
  }
  return std::nullopt;
}

std::optional<WorkKind> parse_work_kind(std::string_view word) {
  for (const WorkKind kind : kKinds) {
    if (to_string(kind) == word) return kind;
  }
  return std::nullopt;
}

}  // namespace sealgate::messaging
