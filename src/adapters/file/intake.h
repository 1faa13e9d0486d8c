#pragma once
// What happens to one complete file: read, submitted, and only then removed.

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "adapters/file/file_receiver.h"
#include "adapters/file/folder.h"
#include "adapters/file/known_files.h"
#include "adapters/file/removal.h"

namespace sealgate::adapters::file {

enum class Taken {
  Submitted,    ///< committed and removed
  Empty,        ///< removed with a warning
  SetAside,     ///< rejected by the submitter; kept under a hidden name
  NotComplete,  ///< changed, locked or open for writing: look again later
  Skipped,      ///< gone, or not for us
  Refused,      ///< this file cannot be taken or removed; it waits for its next try and holds nobody up
  Failed        ///< the submitter is in trouble: later files would fare no better
};

/// take() is thread-safe for files of different names; the rest is for one thread, while none takes.
class Intake {
 public:
  /// `cut`: set = give up the file that is being read.
  Intake(const FileReceiveOptions& options, Submitter& submitter, const Clock& clock, const std::atomic<bool>& cut)
      : options_(options), submitter_(submitter), clock_(clock), cut_(cut) {}

  Taken take(const Folder& folder, const FolderEntry& entry);
  /// After a batch: makes removals durable and tells the submitter that these files will not come again.
  void forget_removed(const Folder& folder);

  /// Before a listing: gives back their names to files that a killed service left hidden, and removes the markers of
  /// files that it removed.
  void restore(const Folder& folder);
  /// Of each file that is listed: whether it may be taken now. Not what is read-only, has no marker yet, or waits for
  /// its next try.
  bool wants(const Folder& folder, const FolderEntry& entry, const struct stat& status);
  /// Refused before and unchanged since: it is complete.
  bool was_refused(const FolderEntry& entry) const { return known_.knows(entry); }
  /// After a listing: forgets what it knew of files that are not there any more. How many wait for their next try.
  std::size_t end_listing();

 private:
  Taken take_empty(FileInUse& file, const Folder& folder, const FolderEntry& entry,
                   std::optional<bool> being_written);
  Result<std::unique_ptr<Submission>> begin(const Folder& folder, const FolderEntry& entry, int fd);
  Result<SubmitOutcome> submit(const Folder& folder, const FolderEntry& entry, int fd, Submission& submission);
  Result<> copy(const Folder& folder, const FolderEntry& entry, int fd, Sink& sink);
  Taken settle(FileInUse& file, const Folder& folder, const FolderEntry& entry, std::string key,
               const SubmitOutcome& outcome);
  Taken set_aside(FileInUse& file, const Folder& folder, const FolderEntry& entry, const std::string& reason);
  Taken remove_committed(FileInUse& file, const Folder& folder, const FolderEntry& entry, std::string key);
  bool remove(FileInUse& file, const Folder& folder, const FolderEntry& entry);
  bool is_read_only(const Folder& folder, const FolderEntry& entry, const struct stat& status);
  Taken defer(const FolderEntry& entry);

  const FileReceiveOptions& options_;
  Submitter& submitter_;
  const Clock& clock_;
  const std::atomic<bool>& cut_;
  std::atomic<bool> restored_{false};
  KnownFiles known_{options_, clock_};
  std::set<std::string> read_only_;        ///< told already
  std::set<std::string> still_read_only_;  ///< of this listing
  std::mutex mutex_;
  std::vector<std::string> removed_;  ///< identity keys of committed files that were removed
};

/// "file:<device>:<inode>:<created ns>:<modified ns>:<size>:<name>". The time of creation, which nobody can set,
/// keeps two files apart that follow each other under one name with a copied modification time, since file systems
/// use an inode again at once; 0 where the file system does not know it. `fd` is the file.
std::string identity_key(const FolderEntry& entry, int fd);

}  // namespace sealgate::adapters::file
