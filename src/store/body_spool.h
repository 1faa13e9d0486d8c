#pragma once
// Contents on their way into the box. A small body stays in memory and goes into the row; a larger one is a file
// without a name in DATA/bodies, which gets its name just before the commit that refers to it. So whatever dies
// before that leaves nothing, and a file with a name but no row (killed between the two) is removed at the next
// start.

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

#include "crypto/digest.h"
#include "io/file.h"
#include "messaging/message.h"

namespace sealgate::store {

/// A finished body that no message refers to yet.
class StagedBody final : public messaging::Body {
 public:
  StagedBody(Bytes memory, io::FileDescriptor file, std::string temporary, std::uint64_t size, Bytes sha256);
  ~StagedBody() override;
  std::uint64_t size() const override { return size_; }
  const Bytes& sha256() const override { return sha256_; }
  Result<> copy_to(Sink& sink) const override;

  bool in_memory() const { return !file_.valid(); }
  const Bytes& memory() const { return memory_; }
  int descriptor() const { return file_.get(); }

 private:
  Bytes memory_;
  io::FileDescriptor file_;
  std::string temporary_;  ///< its hidden name on file systems without unnamed files; else empty
  std::uint64_t size_;
  Bytes sha256_;
};

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
  void unlink(const std::string& name) const;
  /// Removes every file for which `is_known` says no, and says how many.
  template <typename IsKnown>
  Result<std::size_t> sweep(const IsKnown& is_known) const {
    std::size_t removed = 0;
    std::error_code problem;
    for (const auto& entry : std::filesystem::directory_iterator(directory_, problem)) {
      const std::string name = entry.path().filename().string();
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
  std::filesystem::path directory_;
  std::size_t inline_limit_;
  std::atomic<bool> dirty_{false};
};

}  // namespace sealgate::store
