// The tracking log searched, bodies that were kept, the AS2 report.

#include <nlohmann/json.hpp>

#include "admin/as2_rows.h"
#include "admin/tracking_words.h"
#include "api/errors.h"
#include "api/operations/files.h"
#include "api/operations/operations.h"
#include "api/paging.h"
#include "api/problem.h"
#include "base/hex.h"
#include "certificates/thumbprint.h"

namespace sealgate::api {
namespace {

using namespace messaging;
using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;

Result<TrackingQuery> query_of(const Call& call) {
  const Parameters& given = call.parameters;
  TrackingQuery query;
  query.from = given.time("from");
  query.until = given.time("until");
  if (const auto id = given.text("message")) query.message = MessageId(*id);
  if (const auto id = given.text("delivery")) query.work = WorkId(*id);
  if (const auto event = given.text("event")) query.event = parse_tracking_event(*event);
  query.port = given.text_or_empty("port");
  query.party = given.text_or_empty("party");
  if (const auto certificate = given.text("certificate")) {
    const auto thumbprint = certificates::Thumbprint::parse(*certificate);
    if (!thumbprint) {
      return fail(kBadParameter, thumbprint.error().what, "certificate", thumbprint.error().remedy);
    }
    query.details.emplace_back("", thumbprint->to_hex());
  }
  for (const char* name : {"file", "address"}) {
    if (const auto value = given.text(name); value && !value->empty()) query.details.emplace_back(name, *value);
  }
  query.text = given.text_or_empty("text");
  query.newest_first = !given.flag("oldest-first");
  query.limit = limit_of(call);
  SG_TRY_ASSIGN(query.after, cursor_number(call, 0));
  return query;
}

Result<net::HttpResponse> search(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const TrackingQuery query, query_of(call));
  SG_TRY_ASSIGN(const TrackingPage page, services->store().tracking().search(query));
  Json json{{"items", Json::array()}, {"sealed", page.sealed}};
  for (const TrackingRecord& record : page.records) json["items"].push_back(admin::step_json(record));
  if (page.next != 0) json["next"] = make_cursor(call, std::to_string(page.next));
  return json_answer(200, json);
}

Result<net::HttpResponse> get_tracked_body(const Shared& services, Call& call) {
  const std::string digits = call.parameters.text_or_empty("sha256");
  const auto sha256 = from_hex(digits);
  if (!sha256 || sha256->size() != 32) {
    return fail(kBadParameter, "this is no SHA-256", "sha256", "give the 64 digits that the journey shows");
  }
  return content_answer(*services, "application/octet-stream", digits,
                        [&](Sink& sink) { return services->store().tracking().read_body(*sha256, sink); });
}

Result<evidence::As2Filter> filter_of(const Call& call) {
  const Parameters& given = call.parameters;
  evidence::As2Filter filter;
  filter.since = given.time("since");
  filter.until = given.time("until");
  filter.partner = given.text_or_empty("partner");
  filter.agreement = given.text_or_empty("agreement");
  filter.from = given.text_or_empty("from");
  filter.to = given.text_or_empty("to");
  filter.message_id = given.text_or_empty("message-id");
  if (const auto direction = given.text("direction")) filter.sent = *direction == "sent";
  if (const auto status = given.text("status")) filter.status = evidence::parse_as2_status(*status);
  SG_TRY_ASSIGN(filter.before_record, cursor_number(call, 0));
  return filter;
}

Result<net::HttpResponse> report_as2(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const auto filter, filter_of(call));
  SG_TRY_ASSIGN(const auto hidden, admin::agreements_left_out(services->store().artifacts()));
  const std::size_t limit = limit_of(call);
  std::vector<evidence::As2Row> rows;
  bool more = false;
  SG_TRY(evidence::report_as2(services->store().tracking(), filter, hidden, [&](const evidence::As2Row& row) {
    more = rows.size() == limit;
    if (!more) rows.push_back(row);
    return !more;
  }));
  const std::string next = more ? make_cursor(call, std::to_string(rows.back().record)) : std::string();
  net::HttpResponse response;
  if (call.accepted == "text/csv") {
    std::string text = admin::as2_csv_heading();
    for (const auto& row : rows) text += admin::as2_csv_line(row);
    response = answer(200, "text/csv", std::move(text));
    response.headers.add("Content-Disposition", as_attachment("as2-report.csv"));
  } else {
    Json json{{"items", Json::array()}};
    for (const auto& row : rows) json["items"].push_back(admin::as2_json(row));
    if (more) json["next"] = next;
    response = json_answer(200, json);
  }
  if (more) response.headers.add("Link", "<?cursor=" + next + ">; rel=\"next\"");
  return response;
}

}  // namespace

void add_tracking(Actions& actions, const Shared& services) {
  actions["searchTracking"] = [services](Call& call) { return search(services, call); };
  actions["getTrackedBody"] = [services](Call& call) { return get_tracked_body(services, call); };
  actions["reportAs2"] = [services](Call& call) { return report_as2(services, call); };
}

}  // namespace sealgate::api
