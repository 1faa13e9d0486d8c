#pragma once
// Contents on their way into the box. A small body stays in memory and goes into the row; a larger one, and a small
// one when much is on its way, is a file without a name in DATA/bodies, which gets its name just before the commit
// that refers to it. So whatever dies before that leaves nothing, and a file with a name but no row (killed between
// the two) is removed at the next start. A body of medium size becomes a file only when it is accepted, and no file
// is flushed before: the raw form of most messages is read once and never kept.

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "crypto/digest.h"
#include "io/file.h"
#include "messaging/message.h"

namespace sealgate::store {

/// What all bodies that no message refers to yet use together.
struct SpoolUse {
  std::atomic<int> open{0};            ///< files
  std::atomic<std::size_t> memory{0};  ///< bytes
};

/// A finished body that no message refers to yet.
class StagedBody final : public messaging::Body {
 public:
  /// How many staged bodies keep their file open and nameless. A message of a thousand large parts must not use up
  /// the descriptors of the process, so further ones get a hidden name, which the next start removes if need be.
  static constexpr int kMaximumOpen = 64;

  /// How many bytes all of them keep in memory. A thousand small parts in each of many messages at once must not
  /// take gigabytes, so further ones become files however small they are. What was published a moment ago and is kept
  /// for its delivery counts, too (recent_messages.h).
  static constexpr std::size_t kMaximumMemory = std::size_t{48} * 1024 * 1024;

  /// A larger one is a file while it is written.
  static constexpr std::size_t kMaximumStaged = std::size_t{3} * 1024 * 1024 / 2;

  struct Content {
    Bytes memory = {};
    io::FileDescriptor file = {};
    std::string path = {};  ///< of the hidden name, if it has one
    std::uint64_t size = 0;
    Bytes sha256 = {};
  };
  /// `use` counts this one already.
  StagedBody(Content content, std::shared_ptr<SpoolUse> use) : content_(std::move(content)), use_(std::move(use)) {}
  ~StagedBody() override;
  std::uint64_t size() const override { return content_.size; }
  const Bytes& sha256() const override { return content_.sha256; }
  Result<> copy_to(Sink& sink) const override;

  bool in_memory() const { return !content_.file.valid() && content_.path.empty(); }
  const Bytes& memory() const { return content_.memory; }
  /// Before it is accepted, on the thread of whoever brings it, so that the commit waits for names only: what is
  /// longer than `inline_limit` becomes a file of `directory`, and a file is flushed. store.disk-full,
  /// store.io-failed.
  Result<> settle(const std::filesystem::path& directory, std::size_t inline_limit) const;
  /// Gives the file one more name.
  bool link_to(const std::string& target) const;

 private:
  mutable std::mutex settling_;
  mutable Content content_;
  mutable bool settled_ = false;
  std::shared_ptr<SpoolUse> use_;
};

/// While one is held, by whatever process, no body that a message referred to is removed: for a backup, which reads
/// the bodies of a snapshot long after it was taken.
Result<io::FileDescriptor> hold_bodies(const std::filesystem::path& data);

/// Thread-safe.
class BodySpool {
 public:
  BodySpool(std::filesystem::path directory, std::size_t inline_limit)
      : directory_(std::move(directory)), inline_limit_(inline_limit) {}

  std::unique_ptr<messaging::BodyWriter> create() const;
  /// Gives the body's file a name, unique for ever; not durable before sync().
  Result<std::string> link(const StagedBody& body, std::string name);
  /// Makes all names given so far durable; free when there are none.
  Result<> sync();
  /// Of a body that no committed row refers to.
  void unlink(const std::string& name) const;
  /// Of bodies whose rows were removed. While a backup runs they stay, and go with a later call or the next start.
  void remove(std::vector<std::string> names);
  /// Removes every file for which `is_known` says no, and says how many.
  template <typename IsKnown>
  Result<std::size_t> sweep(const IsKnown& is_known) const {
    std::size_t removed = 0;
    const io::FileDescriptor alone = try_alone();
    if (!alone.valid()) return removed;
    std::error_code problem;
    // Not the range form: that throws when the disk fails.
    for (std::filesystem::directory_iterator at(directory_, problem), end; !problem && at != end;
         at.increment(problem)) {
      const std::string name = at->path().filename().string();
      SG_TRY_ASSIGN(const bool known, is_known(name));
      if (known) continue;
      unlink(name);
      ++removed;
    }
    return removed;
  }
  const std::filesystem::path& directory() const { return directory_; }
  std::size_t inline_limit() const { return inline_limit_; }

 private:
  /// Valid when no backup runs; none begins before it closes.
  io::FileDescriptor try_alone() const;

  std::filesystem::path directory_;
  std::size_t inline_limit_;
  std::atomic<bool> dirty_{false};
  std::mutex removed_mutex_;
  std::vector<std::string> removed_;  ///< names that a backup held back
  std::shared_ptr<SpoolUse> use_ = std::make_shared<SpoolUse>();
};

}  // namespace sealgate::store
