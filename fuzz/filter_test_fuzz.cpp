// The body of POST /filters/test from any octets, or a filter alone in a body around it: what is taken is told of a
// message statement by statement, without what the caller may not see, and the whole holds when all of one group do.

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "api/operations/filter_words.h"
#include "messaging/property_names.h"

namespace {

using namespace sealgate;
using namespace sealgate::api;

constexpr const char* kSecret = "out of the content";

const messaging::MessageContext& sample() {
  static const messaging::MessageContext context = [] {
    messaging::MessageContext made;
    made.promote(messaging::names::kReceivePortName, std::string("Orders"));
    made.promote(messaging::names::kInterchangeSequenceNumber, std::int64_t{5});
    made.promote(messaging::names::kMimeWasSigned, true);
    made.promote("my.x", std::string(kSecret));
    made.write("my.n", std::int64_t{-1});
    made.write(std::string(messaging::names::kHttpInboundHeaders), std::string(kSecret));
    return made;
  }();
  return context;
}

const Operation& operation() {
  static const Description description = Description::read(description_text()).value();
  for (const Operation& one : description.operations) {
    if (one.id == "testFilter") return one;
  }
  std::abort();
}

access::Principal caller(bool sees_content) {
  access::Permissions may;
  may.add(access::Permission::View);
  if (sees_content) may.add(access::Permission::ViewBody);
  return {"ada", {access::Role::Administrator}, "192.0.2.1", "test", may};
}

void judge(const nlohmann::ordered_json& told, const messaging::Filter& filter, bool sees_content) {
  bool any = false;  // an empty filter takes nothing
  for (const auto& group : told["groups"]) {
    bool all = true;
    for (const auto& statement : group) {
      all = all && statement["holds"].get<bool>();
      if (!sees_content && statement.value("value", "") == kSecret) std::abort();
    }
    any = any || all;
  }
  if (any != told["matches"].get<bool>() || any != messaging::matches(filter, sample())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string body(as_text(ByteView(data, size)));
  if (!body.starts_with("{")) {
    body = nlohmann::json({{"filter", body}}).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  std::vector<Error> faults;
  const auto json = read_json(body, operation().bodies.front().schema, faults);
  if (!json && (json.error().what.empty() || json.error().remedy.empty())) std::abort();
  if (!json) return 0;
  for (const bool sees_content : {false, true}) {
    const access::Principal who = caller(sees_content);
    const net::HttpRequest request;
    const Call call{operation(), request, who, {}, "application/json", body, *json, {}, {}, false};
    const std::string text = (*json)->at("filter").get<std::string>();
    const auto filter = filter_of(call, text, "filter");
    if (!filter) {
      if (filter.error().where.empty() || filter.error().remedy.empty()) std::abort();
      continue;
    }
    judge(filter_against(*filter, sample(), context_view_of(call)), *filter, sees_content);
  }
  return 0;
}
