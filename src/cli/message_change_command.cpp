// sealgate message resume, resend and terminate.

#include <cstdio>
#include <set>
#include <utility>

#include "admin/message_search.h"
#include "admin/work.h"
#include "admin/work_changes.h"
#include "base/clock.h"
#include "cli/api_client.h"
#include "cli/audit_begun.h"
#include "cli/audit_trail.h"
#include "cli/errors.h"
#include "cli/message_command.h"
#include "cli/parse.h"
#include "cli/terminal.h"
#include "messaging/errors.h"

namespace sealgate::cli {
namespace {

using namespace messaging;

struct ChangeOptions {
  std::vector<std::string> ids;
  bool all = false;
  bool force = false;
  std::vector<std::string> states;
  std::string port;
  std::string party;
  Place place;
};

/// An operation with its words.
struct Operation {
  std::string_view name;  ///< "resume"
  std::string_view done;  ///< "resumed"
  Result<admin::Changed> (*run)(const admin::WorkPlace& place, const WorkSummary& work, Time now);
  bool (*applies)(const WorkSummary& work);
};

constexpr Operation kResume{"resume", "resumed", admin::resume, admin::can_resume};
constexpr Operation kTerminate{"terminate", "terminated", admin::terminate, admin::can_terminate};
constexpr Operation kResend{"resend", "resent", admin::resend, admin::can_resend};

/// One call of --all through the API changes no more.
constexpr std::size_t kMostByApi = 10'000;

/// "resumed ID (PORT)"; "resent ID as ID to PORT", where new work was made.
void tell_done(const Operation& operation, const std::string& id, const std::string& port, const std::string& made) {
  const std::string target = made.empty() ? " (" + printable(port) + ")" : " as " + made + " to " + printable(port);
  std::printf("%s %s%s\n", std::string(operation.done).c_str(), printable(id).c_str(), target.c_str());
}

/// Keeps the score: the first failure decides the exit status, the others are still tried.
class Runner {
 public:
  explicit Runner(const Operation& operation) : operation_(operation) {}

  void done(const std::string& id, const std::string& port, const std::string& made) {
    ++count_;
    tell_done(operation_, id, port, made);
  }
  void failed(const Error& error) {
    // With --all the same reason can hold for thousands.
    const bool said = !said_.insert(error.to_string()).second;
    if (outcome_ == "ok") outcome_ = error.code.id;
    const int status = said ? exit_status(error.code.error_class) : print_error(error);
    if (status_ == 0) status_ = status;
  }
  /// "ok", or the code of the first failure since the last call.
  std::string_view take_outcome() { return std::exchange(outcome_, "ok"); }
  std::size_t count() const { return count_; }
  int status() const { return status_; }

 private:
  const Operation& operation_;
  std::set<std::string> said_;
  std::string_view outcome_ = "ok";
  std::size_t count_ = 0;
  int status_ = 0;
};

/// What --all means, in words.
std::string choice_of(const ChangeOptions& options) {
  std::string words = "all messages";
  for (const std::string& state : options.states) words += ", " + state;
  if (!options.port.empty()) words += ", port " + options.port;
  if (!options.party.empty()) words += ", party " + options.party;
  return words;
}

/// The work of a store.
struct Stored {
  const admin::WorkPlace& place;
  const Operation& operation;
  Runner& runner;

  void change(const WorkSummary& summary) const {
    const SystemClock clock;
    const auto changed = operation.run(place, summary, clock.now());
    if (!changed) return runner.failed(changed.error());
    runner.done(summary.id.text(), changed->made.empty() ? summary.port : changed->port, changed->made.text());
  }
};

/// Whether --all means this one as well.
bool is_among_all(const Operation& operation, const WorkSummary& summary) {
  const bool given_up = summary.failure && !summary.failure->resumable && operation.name == kResume.name;
  return operation.applies(summary) && !given_up;
}

void change_by_id(const Stored& stored, const std::string& id) {
  const auto& [place, operation, runner] = stored;
  const auto work = admin::find_work(place.box, id);
  if (!work) return runner.failed(work.error());
  // The id of a message stands for those of its deliveries that the operation is for; the id of one delivery is taken
  // at its word.
  if (work->size() == 1) return stored.change(work->front());
  const std::size_t before = runner.count();
  for (const WorkSummary& summary : *work) {
    if (operation.applies(summary)) stored.change(summary);
  }
  if (runner.count() == before && runner.status() == 0) {
    runner.failed(Error{kWrongState, "nothing of this message can be " + std::string(operation.done), id,
                        "see its state with 'sealgate message show'"});
  }
}

void change_all(const Stored& stored, ListQuery query, const std::string& party) {
  query.limit = 500;
  for (;;) {
    const auto page = stored.place.box.list(query);
    if (!page) return stored.runner.failed(page.error());
    for (const WorkSummary& summary : *page) {
      if (!party.empty() && !admin::concerns(stored.place.set, summary, party)) continue;
      if (is_among_all(stored.operation, summary)) stored.change(summary);
    }
    if (page->size() < query.limit) return;
    query.after = page->back().id;
  }
}

/// As much of it as decides whether an operation is for it.
WorkSummary summary_of(const Json& work) {
  WorkSummary summary;
  summary.id = WorkId(work.value("id", ""));
  summary.kind = parse_work_kind(work.value("kind", "")).value_or(WorkKind::Receive);
  summary.state = parse_work_state(work.value("state", "")).value_or(WorkState::Completed);
  if (work.contains("failure")) {
    summary.failure.emplace();
    summary.failure->resumable = work["failure"].value("resumable", false);
  }
  return summary;
}

/// One call of the API; it may be for several deliveries.
void call(ApiClient& api, Runner& runner, const ChangeOptions& options, const Operation& operation,
          const std::string& id) {
  ApiRequest request{"POST", "/messages" + segment(id) + segment(operation.name)};
  if (options.force) request.query.emplace_back("force", "true");
  if (operation.name == kResend.name && !options.port.empty()) request.query.emplace_back("port", options.port);
  const auto answer = api.json(request);
  if (!answer) return runner.failed(answer.error());
  for (const Json& one : answer->value("done", Json::array())) {
    runner.done(one.value("id", ""), one.value("port", ""), one.value("made", ""));
  }
  for (const Json& one : answer->value("failed", Json::array()))
    runner.failed(error_of(one.value("error", Json::object())));
}

int change_by_api(const ChangeOptions& options, const Operation& operation, const std::vector<WorkState>& states) {
  const auto api = ApiClient::open(options.place);
  if (!api) return print_error(api.error());
  Runner runner(operation);
  for (const std::string& id : options.ids) {
    if (const auto good = parse_uuid(id); !good) {
      runner.failed(good.error());
    } else {
      call(**api, runner, options, operation, id);
    }
  }
  if (!options.all) return runner.status();
  ApiRequest request{"GET", "/messages"};
  std::string words;
  for (const WorkState state : states) words += (words.empty() ? "" : ",") + std::string(to_string(state));
  for (const auto& [name, value] :
       {std::pair{"state", words}, std::pair{"port", options.port}, std::pair{"party", options.party},
        std::pair{"oldest-first", std::string("true")}}) {
    if (!value.empty()) request.query.emplace_back(name, value);
  }
  bool more = false;
  const auto all = (*api)->items(request, kMostByApi, more);
  if (!all) return print_error(all.error());
  for (const Json& work : *all) {
    const WorkSummary summary = summary_of(work);
    if (is_among_all(operation, summary)) call(**api, runner, options, operation, summary.id.text());
  }
  std::printf("%zu %s\n", runner.count(), std::string(operation.done).c_str());
  if (more) print_note("there are more; call it again");
  return runner.status();
}

int run(const ChangeOptions& options, const Operation& operation, const std::string& command) {
  if (options.all == !options.ids.empty()) {
    return print_usage_error(operation.name == kResend.name ? "name messages by their ids"
                                                            : "name messages by their ids, or all with --all",
                             command);
  }
  auto states = parse_states(options.states);
  if (!states) return print_error(states.error());
  const bool chooses =
      !options.states.empty() || !options.party.empty() || (!options.port.empty() && operation.name != kResend.name);
  if (!options.all && chooses) return print_usage_error("--state, --port and --party go with --all", command);
  if (is_remote(options.place)) return change_by_api(options, operation, *states);
  const auto store = open_chosen_store(options.place.store, false);
  if (!store) return print_error(store.error());
  MessageBox& box = (*store)->box();
  const auto snapshot = (*store)->artifacts().load();
  if (!snapshot) return print_error(snapshot.error());
  const admin::WorkPlace place{box, snapshot->set, options.force, options.port, local_principal().who()};
  Runner runner(operation);
  const Stored stored{place, operation, runner};
  const auto tell = [&](const std::string& object, std::size_t before) {
    const auto recorded = record(**store,
                                 {{"message." + std::string(operation.name),
                                   object,
                                   {},
                                   std::to_string(runner.count() - before) + " " + std::string(operation.done),
                                   {}}},
                                 runner.take_outcome());
    if (!recorded) runner.failed(recorded.error());
  };
  const std::string action = "message." + std::string(operation.name);
  for (const std::string& id : options.ids) {
    const std::size_t before = runner.count();
    if (const auto begun = begin(**store, {{action, "message " + id, {}, {}, {}}}); !begun) {
      return print_error(begun.error());
    }
    change_by_id(stored, id);
    tell("message " + id, before);
  }
  if (options.all) {
    if (const auto begun = begin(**store, {{action, choice_of(options), {}, {}, {}}}); !begun) {
      return print_error(begun.error());
    }
    ListQuery query;
    query.states = std::move(*states);
    query.port = options.port;
    change_all(stored, std::move(query), options.party);
    tell(choice_of(options), 0);
    std::printf("%zu %s\n", runner.count(), std::string(operation.done).c_str());
  }
  return runner.status();
}

void add_options(CLI::App& app, ChangeOptions& options) {
  app.add_option("ID", options.ids, "Ids of deliveries or of messages, as listed");
  app.add_flag("--all", options.all, "All that --state, --port and --party leave");
  app.add_option("--state", options.states, "With --all: only these states, separated by commas")
      ->type_name("STATES");
  app.add_option("--port", options.port, "With --all: only this port")->type_name("PORT");
  app.add_option("--party", options.party, "With --all: only messages from this party or to it")->type_name("PARTY");
  add_place_options(app, options.place);
}

}  // namespace

int run_message_resume(const Args& args) {
  CLI::App app(
      "Try suspended messages again: what failed on receiving goes through its receive pipeline, what failed on "
      "sending is sent. Attempts and transports start over. Refused while the send port is not started, except with "
      "--force");
  configure_app(app, "sealgate message resume",
                "  sealgate message resume 0190163d-8694-739b-aea5-966c26f8ad91\n"
                "  sealgate message resume --force 0190163d-8694-739b-aea5-966c26f8ad91\n"
                "  sealgate message resume --all --state suspended --port Orders\n");
  ChangeOptions options;
  add_options(app, options);
  app.add_flag("--force", options.force, "Send it also while its port is not started");
  if (const auto status = parse(app, args)) return *status;
  settle(app, options.place);
  if (options.all && options.states.empty()) options.states = {"suspended"};
  return run(options, kResume, "sealgate message resume");
}

int run_message_resend(const Args& args) {
  CLI::App app(
      "Send messages once more, unedited and under a new identity, so that the partner does not take them for "
      "copies: "
      "what was delivered, given up, or waits suspended. The old delivery stays as it is");
  configure_app(app, "sealgate message resend",
                "  sealgate message resend 0190163d-8694-739b-aea5-966c26f8ad91\n"
                "  sealgate message resend 0190163d-8694-739b-aea5-966c26f8ad91 --port 'Orders to the archive'\n");
  ChangeOptions options;
  app.add_option("ID", options.ids, "Ids of deliveries or of messages, as listed");
  app.add_option("--port", options.port, "To this send port instead of the one it went to")->type_name("SEND-PORT");
  add_place_options(app, options.place);
  if (const auto status = parse(app, args)) return *status;
  settle(app, options.place);
  return run(options, kResend, "sealgate message resend");
}

int run_message_terminate(const Args& args) {
  CLI::App app(
      "Give messages up: they are not delivered any more. Their content is removed later, like that of completed "
      "ones");
  configure_app(app, "sealgate message terminate",
                "  sealgate message terminate 0190163d-8694-739b-aea5-966c26f8ad91\n"
                "  sealgate message terminate --all --state suspended --party Contoso\n");
  ChangeOptions options;
  add_options(app, options);
  if (const auto status = parse(app, args)) return *status;
  settle(app, options.place);
  if (options.all && options.states.empty()) {
    return print_error(Error{kBadOption, "--all needs --state here", "--state",
                             "write --state suspended, or --state all if you mean everything that is not finished"});
  }
  return run(options, kTerminate, "sealgate message terminate");
}

}  // namespace sealgate::cli
