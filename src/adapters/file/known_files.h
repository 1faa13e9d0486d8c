#pragma once
// What a FILE location remembers of files that stay in its folder: which of them wait for their next try, and which
// are committed already but could not be removed. Bounded: of files past the bound it remembers nothing, and tries
// them again each time. Thread-safe.

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "adapters/file/file_receiver.h"
#include "adapters/file/folder.h"

namespace sealgate::adapters::file {

class KnownFiles {
 public:
  /// Both must outlive it.
  KnownFiles(const FileReceiveOptions& options, const Clock& clock) : options_(options), clock_(clock) {}

  /// The file waits for its next try, not before a wait that doubles with every failure.
  void defer(const FolderEntry& entry);
  bool is_deferred(const FolderEntry& entry) const;
  /// Committed under `key`, but still there: not to be read again.
  void committed(const FolderEntry& entry, std::string key);
  /// The key of a committed file that is unchanged; of a changed one nothing is known any more.
  std::optional<std::string> committed_key(const FolderEntry& entry);
  void forget(const FolderEntry& entry);
  /// It was tried before, and has not changed since.
  bool knows(const FolderEntry& entry) const;

  /// Of a listing: the file is there. True: it may be tried now.
  bool seen(const FolderEntry& entry);
  /// Forgets those that the listing did not see. How many it saw that may not be tried yet.
  std::size_t end_listing();

 private:
  struct Known {
    FileStamp stamp = {};
    std::optional<std::string> committed = {};
    Time until = {};
    std::chrono::milliseconds wait{0};
    unsigned listing = 0;  ///< that saw it last
  };
  bool is_deferred(const Known& known, const FolderEntry& entry) const;
  /// nullptr: there are too many.
  Known* remember(const FolderEntry& entry);

  const FileReceiveOptions& options_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Known> files_;
  unsigned listing_ = 1;
  std::size_t waiting_ = 0;
};

}  // namespace sealgate::adapters::file
