#pragma once
// A folder that is filled beside its final place and appears under its name at the end, or not at all.

#include <filesystem>

#include "base/error.h"

namespace sealgate::store::backup {

class WorkFolder {
 public:
  /// store.not-empty when `target` is something else than an empty folder.
  static Result<WorkFolder> create(const std::filesystem::path& target);
  WorkFolder(WorkFolder&& other) noexcept : target_(std::move(other.target_)), path_(std::move(other.path_)) {
    other.path_.clear();
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  WorkFolder& operator=(WorkFolder&&) = delete;
  /// Removes what was not committed.
  ~WorkFolder();
  const std::filesystem::path& path() const { return path_; }
  /// A folder in it, mode 0700.
  Result<> make(const std::string& name) const;
  /// Durable under its name.
  Result<> commit();

 private:
  WorkFolder(std::filesystem::path target, std::filesystem::path path)
      : target_(std::move(target)), path_(std::move(path)) {}
  std::filesystem::path target_;
  std::filesystem::path path_;
};

}  // namespace sealgate::store::backup
