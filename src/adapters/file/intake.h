#pragma once
// What happens to one complete file: read, submitted, and only then removed.

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/file/file_receiver.h"
#include "adapters/file/folder.h"

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

class Intake {
 public:
  /// `cut`: set = give up the file that is being read.
  Intake(const FileReceiveOptions& options, Submitter& submitter, const Clock& clock, const std::atomic<bool>& cut)
      : options_(options), submitter_(submitter), clock_(clock), cut_(cut) {}

  Taken take(const Folder& folder, const FolderEntry& entry);
  /// After a batch: makes removals durable and tells the submitter that these files will not come again.
  void forget_removed(const Folder& folder);
  /// Before a listing: gives back their names to files that a killed service left hidden.
  void restore(const Folder& folder);
  /// Forgets what it knew of files that are not there any more.
  void keep_only(const std::vector<FolderEntry>& entries);

 private:
  Taken take_empty(const Folder& folder, const FolderEntry& entry, std::optional<bool> being_written);
  Result<std::unique_ptr<Submission>> begin(const Folder& folder, const FolderEntry& entry, int fd);
  Result<SubmitOutcome> submit(const Folder& folder, const FolderEntry& entry, int fd, Submission& submission);
  Result<> copy(const Folder& folder, const FolderEntry& entry, int fd, Sink& sink);
  Taken settle(const Folder& folder, const FolderEntry& entry, std::string key, const SubmitOutcome& outcome);
  Taken set_aside(const Folder& folder, const FolderEntry& entry, const std::string& reason);
  bool remove(const Folder& folder, const FolderEntry& entry);
  bool is_deferred(const FolderEntry& entry) const;
  /// Not before a wait that doubles with every failure of this file.
  Taken defer(const FolderEntry& entry);

  struct Deferred {
    FileStamp stamp;
    Time until;
    std::chrono::milliseconds wait{0};
  };

  const FileReceiveOptions& options_;
  Submitter& submitter_;
  const Clock& clock_;
  const std::atomic<bool>& cut_;
  struct Committed {
    FileStamp stamp;
    std::string key;
  };
  std::map<std::string, Committed> committed_;  ///< committed, but removing failed: not to be read again
  std::map<std::string, Deferred> deferred_;
  bool restored_ = false;
  std::vector<std::string> removed_;  ///< identity keys of committed files that were removed
};

/// "file:<device>:<inode>:<created ns>:<modified ns>:<size>:<name>". The time of creation, which nobody can set,
/// keeps two files apart that follow each other under one name with a copied modification time, since file systems
/// use an inode again at once; 0 where the file system does not know it. `fd` is the file.
std::string identity_key(const FolderEntry& entry, int fd);

}  // namespace sealgate::adapters::file
