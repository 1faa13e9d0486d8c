#include "evidence/collection.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/hex.h"
#include "crypto/digest.h"
#include "evidence/errors.h"
#include "evidence/zip_writer.h"
#include "io/errors.h"
#include "io/file.h"

namespace sealgate::evidence {
namespace {

Error cannot(const std::string& what, const std::filesystem::path& path) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return {full ? io::kDiskFull : io::kWriteFailed, what + ": " + std::strerror(errno), path.string(),
          "check the folder, its permissions and the free space"};
}

Error is_there(const std::filesystem::path& target) {
  return {kTargetExists, "there is something of that name", target.string(),
          "evidence never replaces anything: give another name, or move that one away"};
}

bool is_zip(const std::filesystem::path& target) {
  return target.extension() == ".zip";
}

/// Passes finish() on once.
class Once final : public Sink {
 public:
  explicit Once(Sink& next) : next_(next) {}
  Result<> write(ByteView bytes) override { return next_.write(bytes); }
  Result<> finish() override {
    if (finished_) return {};
    finished_ = true;
    return next_.finish();
  }

 private:
  Sink& next_;
  bool finished_ = false;
};

}  // namespace

std::string harmless_name(std::string_view name) {
  constexpr std::size_t kLongest = 80;
  std::string harmless;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.';
    if (c == '.' && harmless.empty()) continue;
    harmless += plain ? c : '_';
    if (harmless.size() == kLongest) break;
  }
  return harmless.empty() ? "document" : harmless;
}

Result<Collection> Collection::begin(const std::string& target) {
  Collection collection;
  collection.target_ = std::filesystem::path(target).lexically_normal();
  if (!collection.target_.has_filename()) collection.target_ = collection.target_.parent_path();
  struct ::stat found = {};
  if (::lstat(collection.target_.c_str(), &found) == 0) return fail(is_there(collection.target_));
  const std::filesystem::path beside =
      collection.target_.has_parent_path() ? collection.target_.parent_path() : std::filesystem::path(".");
  std::string pattern = (beside / ("." + collection.target_.filename().string() + ".XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    return fail(Error{io::kCannotOpen, std::string("a folder cannot be made: ") + std::strerror(errno),
                      beside.string(), "check the folder and its permissions"});
  }
  collection.folder_ = pattern;
  return collection;
}

Collection::Collection(Collection&& other) noexcept
    : target_(std::move(other.target_)), folder_(std::move(other.folder_)), files_(std::move(other.files_)) {
  other.folder_.clear();
}

Collection::~Collection() {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

Result<> Collection::add(const std::string& name, const std::string& what,
                         const std::function<Result<>(Sink&)>& fill) {
  const std::filesystem::path path = folder_ / name;
  if (::mkdir(path.parent_path().c_str(), 0700) != 0 && errno != EEXIST) {
    return fail(cannot("a folder cannot be made", path.parent_path()));
  }
  SG_TRY_ASSIGN(const auto file, io::OutputFile::create(path.string(), 0600));
  crypto::MultiDigest digests({crypto::DigestAlgorithm::Sha256});
  crypto::DigestSink digest(digests);
  CountingSink count;
  TeeSink measured(digest, count);
  TeeSink all(measured, *file);
  Once once(all);
  SG_TRY(fill(once));
  SG_TRY(once.finish());
  SG_TRY(file->commit());
  SG_TRY_ASSIGN(const crypto::DigestValue value, digests.value(crypto::DigestAlgorithm::Sha256));
  files_.push_back({name, what, count.count(), to_hex(value.view())});
  return {};
}

Result<> Collection::add(const std::string& name, const std::string& what, ByteView content) {
  return add(name, what, [content](Sink& sink) { return sink.write(content); });
}

Result<std::string> Collection::commit(Time now) {
  std::string sums;
  for (const FileFacts& file : files_) sums += file.sha256 + "  " + file.name + "\n";
  SG_TRY(add("SHA256SUMS", "the hash of every other file", as_bytes(sums)));
  const std::string hash = files_.back().sha256;
  SG_TRY(add("SHA256SUMS.sha256", "the hash of SHA256SUMS", as_bytes(hash + "  SHA256SUMS\n")));
  if (is_zip(target_)) {
    SG_TRY(commit_zip(now));
    return hash;
  }
  int renamed = ::renameat2(AT_FDCWD, folder_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE);
  // Not every file system knows that; then only an empty folder could be replaced.
  if (renamed != 0 && errno == EINVAL) renamed = ::rename(folder_.c_str(), target_.c_str());
  if (renamed != 0) {
    return errno == EEXIST ? fail(is_there(target_)) : fail(cannot("the folder cannot get its name", target_));
  }
  folder_.clear();
  return hash;
}

Result<> Collection::commit_zip(Time now) const {
  SG_TRY_ASSIGN(const auto file, io::OutputFile::create(target_.string(), 0600));
  ZipWriter zip(*file, now);
  const std::string prefix = harmless_name(target_.stem().string()) + "/";
  for (const FileFacts& one : files_) SG_TRY(zip.add(prefix + one.name, path_of(one.name)));
  SG_TRY(zip.finish());
  return file->commit();
}

}  // namespace sealgate::evidence
