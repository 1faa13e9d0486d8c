// sealgate message list and show.

#include <algorithm>
#include <cstdio>

#include "cli/api_client.h"
#include "cli/message_command.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/tracking_command.h"
#include "store/common/tracking/record_json.h"

namespace sealgate::cli {
namespace {

using namespace messaging;

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

std::string text_of(const Json& json, const char* name) {
  const auto field = json.find(name);
  return field != json.end() && field->is_string() ? field->get<std::string>() : std::string();
}

std::string number_of(const Json& json, const char* name) {
  return std::to_string(json.value(name, std::int64_t{0}));
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

std::string reason_of(const Json& work) {
  // What went wrong once is in its journey; here it would look as if it were still wrong.
  if (!work.contains("failure") || text_of(work, "state") == to_string(WorkState::Completed)) return "-";
  std::string text = first_line(text_of(work["failure"], "text"));
  if (text.size() > 80) text = text.substr(0, 77) + "...";
  return text_of(work["failure"], "code") + ": " + text;
}

/// When something happens to it by itself.
std::string next_of(const Json& work) {
  const std::string state = text_of(work, "state");
  const bool waits = state == to_string(WorkState::Retrying) || state == to_string(WorkState::Scheduled);
  return waits ? or_dash(text_of(work, "due")) : "-";
}

/// What became of it says more than its state, where there is such a word.
std::string state_of(const Json& work) {
  const std::string fate = text_of(work, "fate");
  return fate.empty() ? text_of(work, "state") : fate;
}

void print_list(const std::vector<Json>& all) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& work : all) {
    rows.push_back({text_of(work, "id"), text_of(work, "kind"), state_of(work), or_dash(text_of(work, "port")),
                    or_dash(text_of(work, "party")), or_dash(text_of(work, "to")), text_of(work, "created"),
                    next_of(work), reason_of(work)});
  }
  print_table({"ID", "KIND", "STATE", "PORT", "FROM", "TO", "ACCEPTED", "NEXT", "REASON"}, rows);
}

/// Text of several lines, each below the label.
void print_block(const std::string& label, const std::string& text) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    print_field(at == 0 ? label : std::string(), text.substr(at, end - at));
    at = end + 1;
  }
}

void print_summary(const Json& work) {
  const std::string id = text_of(work, "id");
  const std::string state = text_of(work, "state");
  print_field("ID", id);
  print_field("Message", text_of(work, "message"));
  print_field("Kind", text_of(work, "kind"));
  print_field("State", state);
  if (work.contains("fate")) print_field("Fate", text_of(work, "fate"));
  print_field("Port", or_dash(text_of(work, "port")));
  print_field("From", or_dash(text_of(work, "party")));
  print_field("To", or_dash(text_of(work, "to")));
  print_field("Type", or_dash(text_of(work, "message_type")));
  print_field("Accepted", text_of(work, "created"));
  print_field("Changed", text_of(work, "changed"));
  print_field("Attempts", number_of(work, "attempts"));
  if (text_of(work, "kind") == to_string(WorkKind::Send)) {
    print_field("Transport", text_of(work, "transport"));
    print_field("Priority", number_of(work, "priority"));
    print_field("Ordered", work.value("ordered", false) ? "yes" : "no");
  }
  if (work.contains("due")) {
    print_field(state == to_string(WorkState::Active) ? "Lease until" : "Next attempt", text_of(work, "due"));
  }
  if (work.contains("owner")) print_field("Owner", text_of(work, "owner"));
  if (!work.contains("failure")) return;
  const Json& failure = work["failure"];
  print_field("Error", text_of(failure, "code"));
  print_block("Reason", text_of(failure, "text"));
  print_block("Remedy", or_dash(text_of(failure, "remedy")));
  if (state == to_string(WorkState::Suspended)) {
    print_field("Resumable", failure.value("resumable", false)
                                 ? "yes: sealgate message resume " + id
                                 : "no: save the body, then sealgate message terminate " + id);
  }
}

void print_message(const Json& message) {
  std::printf("\nContext (* takes part in routing)\n");
  std::vector<std::vector<std::string>> rows;
  for (const Json& property : message.value("context", Json::array())) {
    rows.push_back(
        {property.value("promoted", false) ? "*" : "", text_of(property, "name"), text_of(property, "value")});
  }
  print_table({"", "PROPERTY", "VALUE"}, rows);
  std::printf("\nParts\n");
  rows.clear();
  for (const Json& part : message.value("parts", Json::array())) {
    rows.push_back({number_of(part, "index"), part.value("body", false) ? "body" : "", or_dash(text_of(part, "name")),
                    or_dash(text_of(part, "content_type")), or_dash(text_of(part, "file_name")),
                    number_of(part, "bytes"), text_of(part, "sha256")});
  }
  print_table({"PART", "", "NAME", "CONTENT TYPE", "FILE NAME", "BYTES", "SHA-256"}, rows);
}

/// Nothing for a message of ports that leave nothing in the log.
Result<std::vector<TrackingRecord>> journey_of(ApiClient& api, const std::string& message) {
  const auto answer = api.json({"GET", "/messages" + segment(message) + "/journey"});
  if (!answer && answer.error().code.error_class == ErrorClass::NotFound) return std::vector<TrackingRecord>{};
  if (!answer) return fail(answer.error());
  std::vector<TrackingRecord> records;
  for (Json step : answer->value("records", Json::array())) {
    step.erase("words");
    if (auto record = store::tracking::parse_record(step)) records.push_back(std::move(*record));
  }
  return records;
}

Result<> show(const Place& place, const std::string& id, const std::string& output) {
  SG_TRY(parse_uuid(id));
  SG_TRY_ASSIGN(const auto api, ApiClient::open(place));
  SG_TRY_ASSIGN(const Json details, api->json({"GET", "/messages" + segment(id)}));
  if (is_document(output)) {
    print_document(details, output);
    return {};
  }
  bool first = true;
  for (const Json& work : details.value("work", Json::array())) {
    if (!first) std::printf("\n");
    print_summary(work);
    first = false;
  }
  const Json message = details.value("message", Json::object());
  print_message(message);
  SG_TRY_ASSIGN(const auto journey, journey_of(*api, text_of(message, "id")));
  if (!journey.empty()) {
    std::printf("\nJourney\n");
    print_journey(journey, false, false);
  }
  return {};
}

struct ListOptions {
  Place place;
  std::vector<std::pair<std::string, std::string>> filters;
  std::size_t limit = 200;
  std::string output;
};

int list(const ListOptions& options) {
  const auto api = ApiClient::open(options.place);
  if (!api) return print_error(api.error());
  bool more = false;
  auto all = (*api)->items({"GET", "/messages", options.filters}, options.limit, more);
  if (!all) return print_error(all.error());
  std::reverse(all->begin(), all->end());
  if (is_document(options.output)) {
    print_document(Json(*all), options.output);
  } else {
    print_list(*all);
  }
  if (more && !is_appending()) {
    print_note("there are older ones; use --limit, --state, --kind, --port or --party to see them");
  }
  return 0;
}

/// "suspended,retrying"; "" for all of them.
template <typename Value>
std::string words_of(const std::vector<Value>& values) {
  std::string words;
  for (const Value value : values) words += (words.empty() ? "" : ",") + std::string(to_string(value));
  return words;
}

}  // namespace

int run_message_list(const Args& args) {
  CLI::App app("List messages, one line for each delivery; the newest are at the end");
  configure_app(app, "sealgate message list",
                "  sealgate message list --state suspended\n"
                "  sealgate message list --kind send --state retrying,scheduled --watch\n"
                "  sealgate message list --port Orders --party Contoso -o json\n"
                "  sealgate message list --api https://gateway.example:8443 --token-file token\n");
  std::vector<std::string> states;
  std::vector<std::string> kinds;
  std::string port;
  std::string party;
  ListOptions options;
  Watch watch;
  app.add_option("--state", states, "Only these states, separated by commas: suspended,retrying")
      ->type_name("STATES");
  app.add_option("--kind", kinds, "Only this kind of work: receive, route, send, respond, receipt, await")
      ->type_name("WORK");
  app.add_option("--port", port, "Only this port")->type_name("PORT");
  app.add_option("--party", party, "Only messages from this party or to it")->type_name("PARTY");
  app.add_option("--limit", options.limit, "At most so many, the newest")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  add_form_option(app, options.output);
  add_watch_option(app, watch);
  add_place_options(app, options.place);
  if (const auto status = parse(app, args)) return *status;
  settle(app, options.place);
  const auto parsed = parse_states(states);
  if (!parsed) return print_error(parsed.error());
  const auto parsed_kinds = parse_kinds(kinds);
  if (!parsed_kinds) return print_error(parsed_kinds.error());
  for (const auto& [name, value] : {std::pair{"state", words_of(*parsed)}, std::pair{"kind", words_of(*parsed_kinds)},
                                    std::pair{"port", port}, std::pair{"party", party}}) {
    if (!value.empty()) options.filters.emplace_back(name, value);
  }
  return run_watch(app, watch, [&] { return list(options); });
}

int run_message_show(const Args& args) {
  CLI::App app("Show everything about one message: state, reason, remedy, context, parts");
  configure_app(app, "sealgate message show", "  sealgate message show 0190163d-8694-739b-aea5-966c26f8ad91\n");
  std::string id;
  std::string output;
  Place place;
  app.add_option("ID", id, "Id of a delivery or of a message, as listed")->required();
  add_form_option(app, output);
  add_place_options(app, place);
  if (const auto status = parse(app, args)) return *status;
  settle(app, place);
  const auto shown = show(place, id, output);
  return shown ? 0 : print_error(shown.error());
}

}  // namespace sealgate::cli
