// Messages one by one and in lists; what people do to them.

#include <nlohmann/json.hpp>

#include "admin/message_search.h"
#include "admin/sealing.h"
#include "admin/tracking_words.h"
#include "admin/work.h"
#include "admin/work_changes.h"
#include "api/errors.h"
#include "api/operations/files.h"
#include "api/operations/filter_words.h"
#include "api/operations/operations.h"
#include "api/paging.h"
#include "api/problem.h"
#include "crypto/random.h"
#include "evidence/export.h"
#include "io/file.h"
#include "messaging/errors.h"

namespace sealgate::api {
namespace {

using namespace messaging;
using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;

std::string id_of(const Call& call) {
  return call.parameters.text_or_empty("id");
}

/// Work, and the party that it goes to.
Json work_with_partner(const artifacts::ArtifactSet& set, const WorkSummary& work) {
  Json json = admin::work_json(work);
  if (std::string partner = admin::partner_of(set, work); !partner.empty()) json["to"] = std::move(partner);
  return json;
}

Result<net::HttpResponse> list_messages(const Shared& services, Call& call) {
  admin::MessageQuery query;
  for (const std::string& word : call.parameters.list("state")) {
    if (const auto state = parse_work_state(word)) query.list.states.push_back(*state);
  }
  for (const std::string& word : call.parameters.list("kind")) {
    if (const auto kind = parse_work_kind(word)) query.list.kinds.push_back(*kind);
  }
  query.list.port = call.parameters.text_or_empty("port");
  if (const auto message = call.parameters.text("message")) query.list.message = MessageId(*message);
  query.list.newest_first = !call.parameters.flag("oldest-first");
  query.list.limit = limit_of(call);
  query.party = call.parameters.text_or_empty("party");
  query.code = call.parameters.text_or_empty("code");
  query.file = call.parameters.text_or_empty("file");
  query.as2_message_id = call.parameters.text_or_empty("as2-message-id");
  query.from = call.parameters.time("from");
  query.until = call.parameters.time("until");
  if (const auto filter = call.parameters.text("filter")) {
    SG_TRY_ASSIGN(query.properties, filter_of(call, *filter, "filter"));
  }
  SG_TRY_ASSIGN(query.place, cursor_place(call));
  if (!query.file.empty() || !query.as2_message_id.empty()) SG_TRY(cursor_number(call, 0));
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  SG_TRY_ASSIGN(const auto page, admin::search_messages(services->store(), configuration->set, query));
  Json json{{"items", Json::array()}};
  if (!page.next.empty()) json["next"] = make_cursor(call, page.next);
  for (const WorkSummary& work : page.items) json["items"].push_back(work_with_partner(configuration->set, work));
  return json_answer(200, json);
}

Result<net::HttpResponse> get_message(const Shared& services, Call& call) {
  MessageBox& box = services->store().box();
  SG_TRY_ASSIGN(const auto work, admin::find_work(box, id_of(call)));
  SG_TRY_ASSIGN(const Message message, box.load(work.front().message));
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  const auto view =
      call.caller.allows(Permission::ViewBody) ? admin::ContextView::Everything : admin::ContextView::Envelope;
  Json json{{"work", Json::array()}, {"message", admin::message_json(message, view)}};
  for (const WorkSummary& one : work) json["work"].push_back(work_with_partner(configuration->set, one));
  return json_answer(200, json);
}

Result<net::HttpResponse> get_journey(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const auto records, admin::find_journey(services->store().tracking(), id_of(call)));
  Json json{{"records", Json::array()}};
  for (const TrackingRecord& record : records) json["records"].push_back(admin::step_json(record));
  return json_answer(200, json);
}

Result<net::HttpResponse> get_body(const Shared& services, Call& call) {
  MessageBox& box = services->store().box();
  SG_TRY_ASSIGN(const auto work, admin::find_work(box, id_of(call)));
  if (call.parameters.flag("raw") && work.front().kind != WorkKind::Receive) {
    return fail(kNoSuchPart, "the form as received is kept only until the receive pipeline succeeded", id_of(call),
                "leave raw out to get the content as it was published");
  }
  SG_TRY_ASSIGN(const Message message, box.load(work.front().message));
  const auto part = call.parameters.number("part");
  const std::size_t index = part ? static_cast<std::size_t>(*part) - 1 : message.body_index;
  if (index >= message.parts.size()) {
    return fail(kNoSuchPart, "the message has " + std::to_string(message.parts.size()) + " parts", id_of(call),
                "see them in the message");
  }
  const Part& chosen = message.parts[index];
  const std::string name = chosen.file_name.empty() ? work.front().message.text() : chosen.file_name;
  return content_answer(*services, "application/octet-stream", name,
                        [&](Sink& sink) { return chosen.body->copy_to(sink); });
}

/// A file that goes away with this.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::filesystem::path path) : path_(std::move(path)) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code problem;
    std::filesystem::remove(path_, problem);
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

Result<net::HttpResponse> get_evidence(const Shared& services, Call& call) {
  TrackingLog& log = services->store().tracking();
  SG_TRY(admin::wait_for_seal(log, id_of(call)));
  SG_TRY_ASSIGN(const WorkId unique, make_work_id(services->now()));
  const TemporaryFile file(std::filesystem::path(services->place().data) / "spool" / (unique.text() + ".zip"));
  evidence::ExportRequest request;
  request.message = id_of(call);
  request.target = file.path();
  request.with_seals = call.parameters.flag("seals");
  SG_TRY(evidence::export_evidence(log, request, services->now()));
  return content_answer(*services, "application/zip", "evidence-" + id_of(call) + ".zip",
                        [&](Sink& sink) -> Result<> {
                          SG_TRY_ASSIGN(const io::FileDescriptor input, io::open_input(file.path()));
                          return io::pump(input.get(), sink, file.path());
                        });
}

using Operate = Result<admin::Changed> (*)(const admin::WorkPlace&, const WorkSummary&, Time);
using Applies = bool (*)(const WorkSummary&);

/// To the delivery of this id, or to those deliveries of the message of this id that it is for.
Result<net::HttpResponse> operate(const Shared& services, Call& call, Operate run, Applies applies) {
  MessageBox& box = services->store().box();
  SG_TRY_ASSIGN(const auto work, admin::find_work(box, id_of(call)));
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  const admin::WorkPlace place{box, configuration->set, call.parameters.flag("force"),
                               call.parameters.text_or_empty("port"), call.caller.who()};
  Json json{{"done", Json::array()}, {"failed", Json::array()}};
  std::optional<Error> first;
  for (const WorkSummary& one : work) {
    if (work.size() > 1 && !applies(one)) continue;
    const auto changed = run(place, one, services->now());
    if (!changed) {
      if (!first) first = changed.error();
      json["failed"].push_back({{"id", one.id.text()}, {"error", fault_json(changed.error())}});
      continue;
    }
    Json done{{"id", one.id.text()}, {"port", one.port}};
    if (!changed->made.empty()) {
      done["port"] = changed->port;
      done["made"] = changed->made.text();
    }
    json["done"].push_back(std::move(done));
  }
  if (!json["done"].empty()) return json_answer(200, json);
  if (first) return fail(std::move(*first));
  return fail(kWrongState, "nothing of this message is in a state for that", id_of(call), "see its state");
}

}  // namespace

void add_messages(Actions& actions, const Shared& services) {
  actions["listMessages"] = [services](Call& call) { return list_messages(services, call); };
  actions["getMessage"] = [services](Call& call) { return get_message(services, call); };
  actions["getJourney"] = [services](Call& call) { return get_journey(services, call); };
  actions["getBody"] = [services](Call& call) { return get_body(services, call); };
  actions["getEvidence"] = [services](Call& call) { return get_evidence(services, call); };
  actions["resumeMessage"] = [services](Call& call) {
    return operate(services, call, admin::resume, admin::can_resume);
  };
  actions["resendMessage"] = [services](Call& call) {
    return operate(services, call, admin::resend, admin::can_resend);
  };
  actions["terminateMessage"] = [services](Call& call) {
    return operate(services, call, admin::terminate, admin::can_terminate);
  };
}

}  // namespace sealgate::api
