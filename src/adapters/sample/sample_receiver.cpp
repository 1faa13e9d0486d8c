#include "adapters/sample/sample_receiver.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>

#include "adapters/sample/errors.h"
#include "base/log.h"

namespace sealgate::adapters::sample {
namespace {

struct Head {
  std::string identity;
  std::uint64_t size = 0;
};

Result<Head> parse(const std::string& line) {
  const std::size_t blank = line.find(' ');
  Head head{line.substr(0, blank), 0};
  const std::string_view size = blank == std::string::npos ? "" : std::string_view(line).substr(blank + 1);
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), head.size);
  if (head.identity.empty() || size.empty() || error != std::errc{} || end != size.data() + size.size()) {
    return fail(kBadHead, "the first line is not an identity and a size", {}, "send IDENTITY SIZE and a line feed");
  }
  return head;
}

std::string answer_for(const SubmitOutcome& outcome) {
  const bool kept = outcome.kind == SubmitKind::Accepted || outcome.kind == SubmitKind::Suspended;
  return kept ? "ok " + outcome.message_id : "no the message was not accepted";
}

}  // namespace

Result<> SampleReceiver::start() {
  SG_TRY_ASSIGN(door_, listen_at(options_.socket));
  thread_ = std::thread([this] { run(); });
  return {};
}

void SampleReceiver::run() {
  while (wait_for(door_.get(), POLLIN, shut_, std::chrono::milliseconds(-1))) {
    io::FileDescriptor caller(::accept4(door_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!caller.valid()) continue;  // gone already
    Line line(std::move(caller), cut_, options_.patience);
    if (const auto served = serve(line); !served) {
      log(LogLevel::Warning, "a message did not come in",
          {{"location", options_.location}, {"reason", served.error().to_string()}});
    }
  }
  const std::lock_guard lock(mutex_);
  over_ = true;
  changed_.notify_all();
}

Result<> SampleReceiver::serve(Line& line) {
  const auto taken = take(line);
  if (!taken && taken.error().code == kLost) return fail(taken.error());  // nobody is there to hear of it
  const bool is_senders_fault = !taken && taken.error().code == kBadHead;
  // The sender learns that it failed, not why: that is in our log.
  const std::string answer = taken ? *taken : is_senders_fault ? "no bad first line" : "again later";
  SG_TRY(line.write(as_bytes(answer + "\n")));
  if (!taken) return fail(taken.error());
  return {};
}

Result<std::string> SampleReceiver::take(Line& line) {
  SG_TRY_ASSIGN(const std::string first, line.read_line());
  SG_TRY_ASSIGN(const Head head, parse(first));
  SG_TRY_ASSIGN(const auto submission, submitter_.begin({options_.location, {}, "sample:" + head.identity}));
  std::array<Byte, 65536> block{};
  for (std::uint64_t left = head.size; left > 0;) {
    const std::span<Byte> room(block.data(), static_cast<std::size_t>(std::min<std::uint64_t>(left, block.size())));
    SG_TRY_ASSIGN(const std::size_t got, line.read(room));
    SG_TRY(submission->write(room.first(got)));
    left -= got;
  }
  SG_TRY(submission->finish());
  SG_TRY_ASSIGN(const SubmitOutcome outcome, submission->commit());
  return answer_for(outcome);
}

void SampleReceiver::stop(std::chrono::steady_clock::time_point deadline) {
  shut_.set();
  if (!thread_.joinable()) return;
  {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [this] { return over_; });
  }
  cut_.set();
  thread_.join();
  door_.close();
  ::unlink(options_.socket.c_str());
}

}  // namespace sealgate::adapters::sample
