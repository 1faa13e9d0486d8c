#include "hosts/resumer.h"

#include "base/log.h"
#include "messaging/errors.h"

namespace sealgate::hosts {
namespace {

constexpr std::size_t kBatch = 500;
constexpr std::size_t kManyTasks = 100;
constexpr std::chrono::seconds kAfterTrouble{2};

}  // namespace

void Resumer::start() {
  thread_ = std::thread([this] { run(); });
}

void Resumer::follow(const Configuration& configuration) {
  const artifacts::ArtifactSet& set = configuration.artifacts.set;
  std::set<std::string, std::less<>> ports;
  std::set<std::string, std::less<>> groups;
  std::deque<Task> tasks;
  for (const artifacts::SendPort& port : set.send_ports) {
    if (port.state != artifacts::SendPortState::Started) continue;
    ports.insert(port.name);
    if (!ports_.contains(port.name)) tasks.push_back({port.name, messaging::kPortStopped.id});
  }
  for (const artifacts::SendPortGroup& group : set.send_port_groups) {
    if (group.state != artifacts::SendPortState::Started) continue;
    groups.insert(group.name);
    if (groups_.contains(group.name)) continue;
    for (const std::string& member : group.send_ports) tasks.push_back({member, messaging::kGroupStopped.id});
  }
  ports_ = std::move(ports);
  groups_ = std::move(groups);
  {
    const std::lock_guard lock(mutex_);
    for (Task& task : tasks) tasks_.push_back(std::move(task));
  }
  changed_.notify_all();
}

void Resumer::stop() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Resumer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ends_ || !tasks_.empty(); });
    if (ends_) return;
    // With very many ports, at the start above all, one question stands for thousands.
    if (tasks_.size() >= kManyTasks && tasks_.size() % kManyTasks == 0) {
      const auto asked = static_cast<std::ptrdiff_t>(tasks_.size());
      lock.unlock();
      const bool nothing = nothing_suspended();
      lock.lock();
      if (nothing) {
        tasks_.erase(tasks_.begin(), tasks_.begin() + asked);
        continue;
      }
    }
    const Task task = tasks_.front();
    lock.unlock();
    const bool done = resume(task);
    lock.lock();
    if (done) {
      tasks_.pop_front();
    } else {
      changed_.wait_for(lock, kAfterTrouble, [this] { return ends_; });
    }
  }
}

bool Resumer::nothing_suspended() {
  messaging::ListQuery query;
  query.states = {messaging::WorkState::Suspended};
  query.limit = 1;
  const auto found = box_.list(query);
  return found && found->empty();
}

bool Resumer::resume(const Task& task) {
  std::uint64_t total = 0;
  for (;;) {
    const auto resumed = box_.resume_all(messaging::WorkKind::Send, task.port, task.code, clock_.now(), kBatch);
    if (!resumed) {
      log(LogLevel::Warning, "messages of a started port cannot be resumed yet",
          {{"port", task.port}, {"reason", resumed.error().to_string()}});
      return false;
    }
    total += *resumed;
    const std::lock_guard lock(mutex_);
    if (*resumed < kBatch || ends_) break;
  }
  if (total > 0) {
    log(LogLevel::Info, "messages of a started port resumed",
        {{"port", task.port}, {"count", std::to_string(total)}});
  }
  return true;
}

}  // namespace sealgate::hosts
