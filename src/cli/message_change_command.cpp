// sealgate message resume, resend and terminate.

#include <cstdio>
#include <set>
#include <utility>

#include "admin/work.h"
#include "admin/work_changes.h"
#include "base/clock.h"
#include "cli/audit_trail.h"
#include "cli/data_folder.h"
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
  StoreChoice where;
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

/// "as ID to PORT", where new work was made.
std::string made_in_words(const admin::Changed& changed) {
  return changed.made.empty() ? "" : " as " + changed.made.text() + " to " + printable(changed.port);
}

/// Does it to one item after the other; the first failure decides the exit status, the others are still tried.
class Runner {
 public:
  Runner(const admin::WorkPlace& place, const Operation& operation) : place_(place), operation_(operation) {}

  void change(const WorkSummary& summary) {
    const SystemClock clock;
    const auto changed = operation_.run(place_, summary, clock.now());
    if (!changed) return failed(changed.error());
    ++count_;
    std::printf("%s %s (%s)%s\n", std::string(operation_.done).c_str(), summary.id.text().c_str(),
                printable(summary.port).c_str(), made_in_words(*changed).c_str());
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
  const admin::WorkPlace& place_;
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

void change_by_id(Runner& runner, MessageBox& box, const Operation& operation, const std::string& id) {
  const auto work = admin::find_work(box, id);
  if (!work) return runner.failed(work.error());
  // The id of a message stands for those of its deliveries that the operation is for; the id of one delivery is taken
  // at its word.
  if (work->size() == 1) return runner.change(work->front());
  const std::size_t before = runner.count();
  for (const WorkSummary& summary : *work) {
    if (operation.applies(summary)) runner.change(summary);
  }
  if (runner.count() == before && runner.status() == 0) {
    runner.failed(Error{kWrongState, "nothing of this message can be " + std::string(operation.done), id,
                        "see its state with 'sealgate message show'"});
  }
}

void change_all(Runner& runner, MessageBox& box, const Operation& operation, ListQuery query) {
  query.limit = 500;
  for (;;) {
    const auto page = box.list(query);
    if (!page) return runner.failed(page.error());
    for (const WorkSummary& summary : *page) {
      const bool given_up = summary.failure && !summary.failure->resumable && operation.name == kResume.name;
      if (operation.applies(summary) && !given_up) runner.change(summary);
    }
    if (page->size() < query.limit) return;
    query.after = page->back().id;
  }
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
  const auto store = open_chosen_store(options.where, false);
  if (!store) return print_error(store.error());
  MessageBox& box = (*store)->box();
  const auto snapshot = (*store)->artifacts().load();
  if (!snapshot) return print_error(snapshot.error());
  const admin::WorkPlace place{box, snapshot->set, options.force, options.port};
  Runner runner(place, operation);
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
  for (const std::string& id : options.ids) {
    const std::size_t before = runner.count();
    change_by_id(runner, box, operation, id);
    tell("message " + id, before);
  }
  if (options.all) {
    ListQuery query;
    query.states = std::move(*states);
    query.port = options.port;
    query.party = options.party;
    change_all(runner, box, operation, std::move(query));
    tell(choice_of(options), 0);
    std::printf("%zu %s\n", runner.count(), std::string(operation.done).c_str());
  }
  return runner.status();
}

void add_options(CLI::App& app, ChangeOptions& options) {
  app.add_option("ID", options.ids, "Ids of deliveries or of messages, as listed");
  app.add_flag("--all", options.all, "All that --state, --port and --party leave");
  app.add_option("--state", options.states, "With --all: only these states, separated by commas")->type_name("STATE");
  app.add_option("--port", options.port, "With --all: only this port")->type_name("NAME");
  app.add_option("--party", options.party, "With --all: only messages of this party")->type_name("NAME");
  add_store_options(app, options.where);
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
  app.add_option("--port", options.port, "To this send port instead of the one it went to")->type_name("NAME");
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
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
  if (options.all && options.states.empty()) {
    return print_error(Error{kBadOption, "--all needs --state here", "--state",
                             "write --state suspended, or --state all if you mean everything that is not finished"});
  }
  return run(options, kTerminate, "sealgate message terminate");
}

}  // namespace sealgate::cli
