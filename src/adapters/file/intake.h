#pragma once
// What happens to one complete file: read, submitted, and only then removed.

#include <atomic>
#include <map>
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
  Failed        ///< not taken, or taken and not removable
};

class Intake {
 public:
  /// `cut`: set = give up the file that is being read.
  Intake(const FileReceiveOptions& options, Submitter& submitter, const Clock& clock, const std::atomic<bool>& cut)
      : options_(options), submitter_(submitter), clock_(clock), cut_(cut) {}

  Taken take(const Folder& folder, const FolderEntry& entry);
  /// Forgets what it knew of files that are not there any more.
  void keep_only(const std::vector<FolderEntry>& entries);

 private:
  Taken take_empty(const Folder& folder, const FolderEntry& entry, std::optional<bool> being_written);
  Result<SubmitOutcome> submit(const Folder& folder, const FolderEntry& entry, int fd);
  Result<> copy(const Folder& folder, const FolderEntry& entry, int fd, Sink& sink);
  Taken settle(const Folder& folder, const FolderEntry& entry, const SubmitOutcome& outcome);
  Taken set_aside(const Folder& folder, const FolderEntry& entry, const std::string& reason);
  bool remove(const Folder& folder, const FolderEntry& entry);

  const FileReceiveOptions& options_;
  Submitter& submitter_;
  const Clock& clock_;
  const std::atomic<bool>& cut_;
  std::map<std::string, FileStamp> committed_;  ///< committed, but removing failed: not to be read again
};

/// "file:<device>:<inode>:<modified ns>:<size>:<name>"
std::string identity_key(const FolderEntry& entry);

}  // namespace sealgate::adapters::file
