#include "probe/client_part.h"

#include <algorithm>

#include "base/text.h"
#include "certificates/usage.h"

namespace sealgate::probe {
namespace {

using certificates::Certificate;

constexpr int kMaxSteps = 8;
constexpr std::size_t kMaxChallenges = 20;

bool leads_to(const Certificate& own, std::span<const Bytes> authorities, std::span<const Certificate> others) {
  const Certificate* at = &own;
  for (int step = 0; step < kMaxSteps; ++step) {
    const Bytes issuer = at->issuer_der();
    if (std::ranges::find(authorities, issuer) != authorities.end()) return true;
    if (at->self_issued()) return false;
    const auto next =
        std::ranges::find_if(others, [&](const Certificate& each) { return each.subject_der() == issuer; });
    if (next == others.end()) return false;
    at = &*next;
  }
  return false;
}

/// At commas that are in no quoted string.
std::vector<std::string_view> split_list(std::string_view value) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t at = 0; at <= value.size(); ++at) {
    if (at == value.size() || (value[at] == ',' && !quoted)) {
      parts.push_back(trim(value.substr(start, at - start)));
      start = at + 1;
    } else if (value[at] == '"') {
      quoted = !quoted;
    } else if (value[at] == '\\' && quoted && at + 1 < value.size()) {
      ++at;
    }
  }
  return parts;
}

/// "realm=x" and "realm = x" belong to the challenge before; "Basic realm=x", "Negotiate" and "NTLM abc=" begin one.
bool begins_challenge(std::string_view part) {
  const std::size_t end = part.find_first_of(" \t=");
  if (end == std::string_view::npos) return true;
  if (part[end] == '=') return false;
  const std::size_t next = part.find_first_not_of(" \t", end);
  return next == std::string_view::npos || part[next] != '=';
}

}  // namespace

std::string obstacle_to(const Certificate& own, std::span<const Bytes> authorities,
                        std::span<const Certificate> others, Time now) {
  if (!own.valid_at(now)) return now < own.not_before() ? "it is not valid yet" : "it has expired";
  const auto usage = certificates::check_usage(own, certificates::Usage::HttpsClient);
  if (!usage.allowed) return usage.reason;
  if (!authorities.empty() && !leads_to(own, authorities, others)) {
    return "its authority is none of those that the server names";
  }
  return {};
}

std::vector<std::string> challenges_of(const net::HttpHeaders& headers) {
  std::vector<std::string> all;
  for (const net::HttpHeader& field : headers) {
    if (!iequals(field.name, "WWW-Authenticate")) continue;
    bool first = true;
    for (const std::string_view part : split_list(field.value)) {
      if (part.empty()) continue;
      if (first || begins_challenge(part)) {
        if (all.size() == kMaxChallenges) return all;
        all.emplace_back(part);
      } else {
        all.back().append(", ").append(part);
      }
      first = false;
    }
  }
  return all;
}

}  // namespace sealgate::probe
