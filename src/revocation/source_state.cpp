#include "revocation/source_state.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "crypto/digest.h"
#include "revocation/errors.h"

namespace sealgate::revocation {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kPrefix = "revocation/source/";
constexpr std::string_view kListPrefix = "revocation/list/";
constexpr std::size_t kMaxFailureText = 500;

Result<std::string> key_of(const std::string& address) {
  SG_TRY_ASSIGN(const auto digest, crypto::digest(crypto::DigestAlgorithm::Sha256, as_bytes(address)));
  return std::string(kPrefix) + to_hex(digest.view());
}

nlohmann::json to_json(const std::optional<Time>& time) {
  return time ? nlohmann::json(time->time_since_epoch().count()) : nlohmann::json();
}

std::optional<Time> time_of(const nlohmann::json& value) {
  if (!value.is_number_integer()) return std::nullopt;
  return Time(milliseconds(value.get<std::int64_t>()));
}

std::string encode(const SourceState& state) {
  const nlohmann::json document = {{"address", state.source.address},
                                   {"configured", state.source.configured},
                                   {"asked", to_json(state.asked)},
                                   {"fetched", to_json(state.fetched)},
                                   {"next", to_json(state.next)},
                                   {"failures", state.failures},
                                   {"failure", state.failure.substr(0, kMaxFailureText)},
                                   {"failure_code", state.failure_code},
                                   {"lists", state.lists},
                                   {"demanded", to_json(state.demanded)}};
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<SourceState> decode(const store::Memo& memo) {
  const nlohmann::json document = nlohmann::json::parse(memo.value, nullptr, false);
  const auto text = [&](const char* name) {
    const auto found = document.find(name);
    return found != document.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (!document.is_object() || text("address").empty()) {
    return fail(kBadState, "what is known about a source of revocation lists cannot be read", memo.key,
                "run sealgate crl update; it is written anew");
  }
  const auto number = [&](const char* name) {
    const auto found = document.find(name);
    return found == document.end() ? nlohmann::json() : *found;
  };
  SourceState state;
  state.source.address = text("address");
  state.source.kind = kind_of_source(state.source.address);
  state.source.configured = document.value("configured", nlohmann::json()) == true;
  state.asked = time_of(number("asked"));
  state.fetched = time_of(number("fetched"));
  state.next = time_of(number("next")).value_or(Time());
  state.failures = number("failures").is_number_integer() ? number("failures").get<int>() : 0;
  state.failure = text("failure");
  state.failure_code = text("failure_code");
  state.demanded = time_of(number("demanded"));
  state.lists = number("lists").is_number_integer() ? number("lists").get<int>() : 0;
  return state;
}

}  // namespace

Result<std::vector<SourceState>> load_states(store::Memos& memos) {
  SG_TRY_ASSIGN(const auto rows, memos.list(std::string(kPrefix)));
  std::vector<SourceState> states;
  for (const store::Memo& memo : rows) {
    SG_TRY_ASSIGN(SourceState state, decode(memo));
    states.push_back(std::move(state));
  }
  return states;
}

Result<std::optional<SourceState>> load_state(store::Memos& memos, const std::string& address) {
  SG_TRY_ASSIGN(const std::string key, key_of(address));
  SG_TRY_ASSIGN(const auto rows, memos.list(key));
  for (const store::Memo& memo : rows) {
    if (memo.key != key) continue;
    SG_TRY_ASSIGN(SourceState state, decode(memo));
    return std::optional(std::move(state));
  }
  return std::optional<SourceState>();
}

Result<> save_state(store::Memos& memos, const SourceState& state, Time now) {
  SG_TRY_ASSIGN(std::string key, key_of(state.source.address));
  return memos.put({std::move(key), encode(state), now});
}

Result<std::vector<ListOrigin>> load_origins(store::Memos& memos) {
  SG_TRY_ASSIGN(const auto rows, memos.list(std::string(kListPrefix)));
  std::vector<ListOrigin> origins;
  for (const store::Memo& memo : rows) {
    origins.push_back({memo.key.substr(kListPrefix.size()), memo.value, memo.written});
  }
  return origins;
}

Result<> save_origin(store::Memos& memos, const ListOrigin& origin) {
  return memos.put({std::string(kListPrefix) + origin.sha256, origin.address, origin.fetched});
}

Result<> forget_origin(store::Memos& memos, const std::string& sha256, Time now) {
  return memos.forget(std::string(kListPrefix) + sha256, now + std::chrono::hours(1));
}

Time next_after_success(Time now, milliseconds refresh, const std::vector<certificates::Crl>& lists) {
  constexpr milliseconds kLeast{10'000};
  Time next = now + refresh;
  for (const certificates::Crl& list : lists) {
    const auto end = list.next_update();
    if (!end) continue;
    // Authorities publish the next one some time before; a tenth of the period, at most an hour.
    const auto lead =
        std::clamp<milliseconds>((*end - list.this_update()) / 10, milliseconds(0), std::chrono::hours(1));
    next = std::min(next, *end - lead);
  }
  return std::max(next, now + std::min(refresh, kLeast));
}

Time next_after_failure(Time now, milliseconds refresh, int failures) {
  constexpr milliseconds kFirst{30'000};
  const int doublings = std::clamp(failures - 1, 0, 7);
  const auto pause = std::min<milliseconds>(kFirst * (1 << doublings), std::chrono::hours(1));
  return now + std::min(pause, std::max<milliseconds>(refresh, std::chrono::seconds(1)));
}

}  // namespace sealgate::revocation
