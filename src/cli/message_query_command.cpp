// sealgate message list and show.

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "admin/work.h"
#include "base/bytes.h"
#include "cli/data_folder.h"
#include "cli/message_command.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/tracking_command.h"

namespace sealgate::cli {
namespace {

using namespace messaging;

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

std::string reason_of(const WorkSummary& summary) {
  // What went wrong once is in its journey; here it would look as if it were still wrong.
  if (!summary.failure || summary.state == WorkState::Completed) return "-";
  std::string text = first_line(summary.failure->text);
  if (text.size() > 80) text = text.substr(0, 77) + "...";
  return summary.failure->code + ": " + text;
}

/// When something happens to it by itself.
std::string next_of(const WorkSummary& summary) {
  const bool waits = summary.state == WorkState::Retrying || summary.state == WorkState::Scheduled;
  return waits && summary.due ? to_rfc3339(*summary.due) : "-";
}

/// What became of it says more than its state, where there is such a word.
std::string state_of(const WorkSummary& summary) {
  const std::string_view fate = admin::fate_word(summary);
  return std::string(fate.empty() ? to_string(summary.state) : fate);
}

void print_list(const std::vector<WorkSummary>& all) {
  std::vector<std::vector<std::string>> rows;
  for (const WorkSummary& summary : all) {
    rows.push_back({summary.id.text(), std::string(to_string(summary.kind)), state_of(summary), or_dash(summary.port),
                    or_dash(summary.party), to_rfc3339(summary.created), next_of(summary), reason_of(summary)});
  }
  print_table({"ID", "KIND", "STATE", "PORT", "PARTY", "ACCEPTED", "NEXT", "REASON"}, rows);
}

void print_list_json(const std::vector<WorkSummary>& all) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const WorkSummary& summary : all) json.push_back(admin::work_json(summary));
  std::printf("%s\n", dump(json).c_str());
}

/// Text of several lines, each below the label.
void print_block(const std::string& label, const std::string& text) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    print_field(at == 0 ? label : std::string(), text.substr(at, end - at));
    at = end + 1;
  }
}

void print_summary(const WorkSummary& summary) {
  print_field("ID", summary.id.text());
  print_field("Message", summary.message.text());
  print_field("Kind", std::string(to_string(summary.kind)));
  print_field("State", std::string(to_string(summary.state)));
  if (const auto fate = admin::fate_word(summary); !fate.empty()) print_field("Fate", std::string(fate));
  print_field("Port", or_dash(summary.port));
  print_field("Party", or_dash(summary.party));
  print_field("Type", or_dash(summary.message_type));
  print_field("Accepted", to_rfc3339(summary.created));
  print_field("Changed", to_rfc3339(summary.changed));
  print_field("Attempts", std::to_string(summary.attempts));
  if (summary.kind == WorkKind::Send) {
    print_field("Transport", std::string(admin::transport_word(summary)));
    print_field("Priority", std::to_string(summary.priority));
    print_field("Ordered", summary.ordered ? "yes" : "no");
  }
  if (summary.due)
    print_field(summary.state == WorkState::Active ? "Lease until" : "Next attempt", to_rfc3339(*summary.due));
  if (!summary.owner.empty()) print_field("Owner", summary.owner);
  if (!summary.failure) return;
  print_field("Error", summary.failure->code);
  print_block("Reason", summary.failure->text);
  print_block("Remedy", or_dash(summary.failure->remedy));
  if (summary.state == WorkState::Suspended) {
    print_field("Resumable", summary.failure->resumable
                                 ? "yes: sealgate message resume " + summary.id.text()
                                 : "no: save the body, then sealgate message terminate " + summary.id.text());
  }
}

void print_message(const Message& message) {
  std::printf("\nContext (* takes part in routing)\n");
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, property] : message.context.properties()) {
    rows.push_back({property.promoted ? "*" : "", name,
                    admin::shown_value(name, property.value, admin::ContextView::Everything)});
  }
  print_table({"", "PROPERTY", "VALUE"}, rows);
  std::printf("\nParts\n");
  rows.clear();
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    const Part& part = message.parts[i];
    rows.push_back({std::to_string(i + 1), i == message.body_index ? "body" : "", or_dash(part.name),
                    or_dash(part.content_type), or_dash(part.file_name), std::to_string(part.body->size()),
                    to_hex(part.body->sha256())});
  }
  print_table({"PART", "", "NAME", "CONTENT TYPE", "FILE NAME", "BYTES", "SHA-256"}, rows);
}

Result<> show(store::Store& store, const std::string& id, bool json) {
  MessageBox& box = store.box();
  SG_TRY_ASSIGN(const std::vector<WorkSummary> work, admin::find_work(box, id));
  SG_TRY_ASSIGN(const Message message, box.load(work.front().message));
  if (json) {
    nlohmann::ordered_json all;
    all["work"] = nlohmann::ordered_json::array();
    for (const WorkSummary& summary : work) all["work"].push_back(admin::work_json(summary));
    all["message"] = admin::message_json(message, admin::ContextView::Everything);
    std::printf("%s\n", dump(all).c_str());
    return {};
  }
  for (const WorkSummary& summary : work) {
    if (&summary != &work.front()) std::printf("\n");
    print_summary(summary);
  }
  print_message(message);
  SG_TRY_ASSIGN(const auto journey, store.tracking().journey(message.id));
  if (!journey.empty()) {
    std::printf("\nJourney\n");
    print_journey(journey, false, false);
  }
  return {};
}

void add_output_option(CLI::App& app, std::string& output) {
  app.add_option("-o", output, "Form of the output: table or json")
      ->type_name("FORM")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
}

}  // namespace

int run_message_list(const Args& args) {
  CLI::App app("List messages, one line for each delivery; the newest are at the end");
  configure_app(app, "sealgate message list",
                "  sealgate message list --state suspended\n"
                "  sealgate message list --kind send --state retrying,scheduled\n"
                "  sealgate message list --port Orders --party Contoso -o json\n");
  std::vector<std::string> states;
  std::vector<std::string> kinds;
  ListQuery query;
  std::string output = "table";
  StoreChoice where;
  query.limit = 200;
  query.newest_first = true;
  app.add_option("--state", states, "Only these states, separated by commas: suspended,retrying")->type_name("STATE");
  app.add_option("--kind", kinds, "Only this kind of work: receive, route, send, respond, receipt, await")
      ->type_name("KIND");
  app.add_option("--port", query.port, "Only this port")->type_name("NAME");
  app.add_option("--party", query.party, "Only messages of this party")->type_name("NAME");
  app.add_option("--limit", query.limit, "At most so many, the newest")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  add_output_option(app, output);
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  auto parsed = parse_states(states);
  if (!parsed) return print_error(parsed.error());
  query.states = std::move(*parsed);
  auto parsed_kinds = parse_kinds(kinds);
  if (!parsed_kinds) return print_error(parsed_kinds.error());
  query.kinds = std::move(*parsed_kinds);
  const auto store = open_chosen_store(where, false);
  if (!store) return print_error(store.error());
  const std::size_t limit = query.limit++;  // one more, to know whether there are more
  auto all = (*store)->box().list(query);
  if (!all) return print_error(all.error());
  const bool more = all->size() > limit;
  if (more) all->pop_back();
  std::reverse(all->begin(), all->end());
  if (output == "json") {
    print_list_json(*all);
  } else {
    print_list(*all);
  }
  if (more) print_note("there are older ones; use --limit, --state, --kind, --port or --party to see them");
  return 0;
}

int run_message_show(const Args& args) {
  CLI::App app("Show everything about one message: state, reason, remedy, context, parts");
  configure_app(app, "sealgate message show", "  sealgate message show 0190163d-8694-739b-aea5-966c26f8ad91\n");
  std::string id;
  std::string output = "table";
  StoreChoice where;
  app.add_option("ID", id, "Id of a delivery or of a message, as listed")->required();
  add_output_option(app, output);
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  const auto store = open_chosen_store(where, false);
  if (!store) return print_error(store.error());
  const auto shown = show(**store, id, output == "json");
  return shown ? 0 : print_error(shown.error());
}

}  // namespace sealgate::cli
