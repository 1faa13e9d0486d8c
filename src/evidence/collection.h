#pragma once
// The files of one piece of evidence, on their way. They are gathered in a hidden folder beside the target, and the
// target appears when everything is in it, or not at all.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/sink.h"

namespace sealgate::evidence {

/// A file of it, for the report.
struct FileFacts {
  std::string name = {};    ///< "message.http", "log/record-12.bin"
  std::string what = {};    ///< for people
  std::uint64_t size = 0;   ///< bytes
  std::string sha256 = {};  ///< hexadecimal
};

class Collection {
 public:
  /// `target`: a zip file when it ends with ".zip", else a folder. evidence.target-exists, io.cannot-open.
  static Result<Collection> begin(const std::string& target);
  Collection(Collection&& other) noexcept;
  Collection& operator=(Collection&&) = delete;
  Collection(const Collection&) = delete;
  Collection& operator=(const Collection&) = delete;
  /// Without commit() nothing remains.
  ~Collection();

  /// `fill` writes the content; its sink gets finish() here or there. Names are of letters, digits, "-", "_", "." and
  /// at most one "/", and come once; files are readable by their owner alone.
  Result<> add(const std::string& name, const std::string& what, const std::function<Result<>(Sink&)>& fill);
  Result<> add(const std::string& name, const std::string& what, ByteView content);

  const std::vector<FileFacts>& files() const { return files_; }
  /// Where a file lies for now.
  std::string path_of(const std::string& name) const { return (folder_ / name).string(); }

  /// Adds SHA256SUMS of all files and SHA256SUMS.sha256 of that, and makes the target appear. Gives the hash of
  /// SHA256SUMS, which names the whole.
  Result<std::string> commit(Time now);

 private:
  Collection() = default;
  Result<> commit_zip(Time now) const;
  std::filesystem::path target_;
  std::filesystem::path folder_;
  std::vector<FileFacts> files_;
};

/// A name for a file out of one that a partner chose: nothing but letters, digits, "-", "_" and "." remains, no
/// leading dot, at most 80 characters, "document" for what is left empty.
std::string harmless_name(std::string_view name);

}  // namespace sealgate::evidence
