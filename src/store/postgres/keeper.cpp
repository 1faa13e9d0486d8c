#include "store/postgres/keeper.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "base/log.h"
#include "store/common/errors.h"
#include "store/postgres/postgres_body.h"

namespace sealgate::store::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kLookEvery{3};    // clock and sign of life
constexpr std::chrono::seconds kSweepEvery{60};  // staged bodies, old tokens
constexpr milliseconds kAskEvery{250};           // where notifications do not work
/// Tokens of transactions are asked for within seconds (Database::kPatience), or never.
constexpr std::chrono::minutes kTokenLife{10};

}  // namespace

Keeper::Keeper(Database& database, ServerClock& clock, std::string writer, std::function<void()> hint)
    : database_(database),
      clock_(clock),
      writer_(std::move(writer)),
      hint_(std::move(hint)),
      channel_("sealgate_" + database.schema()) {}

Result<std::unique_ptr<Keeper>> Keeper::start(Database& database, ServerClock& clock, std::string writer,
                                              std::function<void()> hint) {
  std::unique_ptr<Keeper> keeper(new Keeper(database, clock, std::move(writer), std::move(hint)));
  keeper->wake_up_ = io::FileDescriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!keeper->wake_up_.valid()) {
    return fail(kCannotOpen, "cannot make an eventfd: " + std::generic_category().message(errno),
                database.description(), "allow the process more open files");
  }
  SG_TRY(keeper->connect());
  SG_TRY(clock.synchronise(*keeper->connection_));
  SG_TRY(keeper->be_seen(*keeper->connection_));
  keeper->next_sweep_ = steady_clock::now() + kSweepEvery;
  keeper->thread_ = std::thread([raw = keeper.get()] { raw->run(); });
  return keeper;
}

Keeper::~Keeper() {
  ended_ = true;
  wake();
  if (thread_.joinable()) thread_.join();
  // Its staged bodies went with their owners, who hold the store.
}

void Keeper::wake() const {
  const std::uint64_t one = 1;
  if (::write(wake_up_.get(), &one, sizeof one) < 0) return;  // full means that it wakes up anyway
}

void Keeper::announce() {
  if (!to_tell_.exchange(true)) wake();
}

Result<> Keeper::connect() {
  SG_TRY_ASSIGN(connection_, database_.pool().open_another());
  if (!database_.pool().address().notify) return {};
  // Engines that only speak the protocol may not know it.
  listening_ = connection_->execute("LISTEN " + channel_).has_value();
  return {};
}

Result<> Keeper::be_seen(Connection& connection) {
  Parameters parameters;
  parameters.add(std::string_view(writer_)).add(clock_.now().time_since_epoch().count());
  SG_TRY(
      connection.run("INSERT INTO body_writers (id, seen) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET seen = $2",
                     std::move(parameters)));
  return {};
}

Result<> Keeper::keep_up() {
  if (connection_ == nullptr || connection_->is_lost()) {
    listening_ = false;
    SG_TRY(connect());
    // Something may have been said before.
    hint_();
  }
  SG_TRY_ASSIGN(const bool heard, connection_->take_notifications());
  if (heard || !listening_) hint_();
  if (listening_ && to_tell_.exchange(false)) {
    Parameters channel;
    channel.add(std::string_view(channel_));
    SG_TRY(connection_->run("SELECT ''::text FROM pg_notify($1, '')", std::move(channel)));
  }
  const auto now = steady_clock::now();
  if (now >= next_look_) {
    next_look_ = now + kLookEvery;
    SG_TRY(clock_.synchronise(*connection_));
    SG_TRY(be_seen(*connection_));
  }
  if (now >= next_sweep_) {
    next_sweep_ = now + kSweepEvery;
    const milliseconds time = clock_.now().time_since_epoch();
    Parameters old;
    old.add((time - kTokenLife) / milliseconds(1));
    SG_TRY(connection_->run("DELETE FROM commits WHERE at < $1", std::move(old)));
    SG_TRY_ASSIGN(const std::uint64_t removed, sweep_staged(database_, (time - kDeadAfter) / milliseconds(1)));
    if (removed > 0) {
      log(LogLevel::Info, "removed bodies of messages that were never accepted",
          {{"bodies", std::to_string(removed)}});
    }
  }
  return {};
}

void Keeper::wait() {
  std::array<pollfd, 2> entries{pollfd{wake_up_.get(), POLLIN, 0},
                                pollfd{connection_ ? connection_->socket() : -1, POLLIN, 0}};
  const milliseconds patience = listening_ ? milliseconds(kLookEvery) : kAskEvery;
  ::poll(entries.data(), entries.size(), static_cast<int>(patience.count()));
  std::uint64_t count = 0;
  if (::read(wake_up_.get(), &count, sizeof count) < 0) return;  // it was not this that woke us
}

void Keeper::run() {
  bool well = true;
  while (!ended_) {
    const auto done = keep_up();
    if (!done) {
      connection_.reset();
      listening_ = false;
      hint_();
      if (well) {
        log(LogLevel::Warning, "the connection for notifications failed; looking by the clock until it works again",
            {{"error", done.error().to_string()}});
      }
    }
    well = done.has_value();
    wait();
  }
}

}  // namespace sealgate::store::postgres
