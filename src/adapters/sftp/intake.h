#pragma once
// What happens to one file of the server: judged, read, submitted, and only then taken away.

#include <map>
#include <string>
#include <vector>

#include "adapters/sftp/remote.h"
#include "adapters/sftp/sftp_receiver.h"

namespace sealgate::adapters::sftp {

/// A file of the listing. Under a hidden name when an earlier run was about to take it away.
struct Listed {
  std::string name;     ///< what the partner called it
  bool hidden = false;  ///< it is there under hidden_name(name)
  friend auto operator<=>(const Listed&, const Listed&) = default;
};

enum class Taken {
  Submitted,  ///< committed and taken away
  Empty,      ///< taken away with a warning
  SetAside,   ///< rejected by the submitter; kept under a hidden name
  Waiting,    ///< not complete yet: look again later
  Skipped,    ///< gone, or no file
  Refused,    ///< this file cannot be taken; it waits for its next try and holds nobody up
  Failed      ///< the server or the submitter is in trouble: other files would fare no better
};

class Intake {
 public:
  /// All must outlive it.
  Intake(const SftpReceiveOptions& options, Submitter& submitter, const Clock& clock)
      : options_(options), submitter_(submitter), clock_(clock) {}

  /// What to do with a name of the server's; nullopt: it is not for us.
  std::optional<Listed> judge(std::string_view name) const;
  /// `size` becomes that of a file that was read.
  Taken take(Remote& remote, const Listed& listed, std::uint64_t& size);
  /// After a batch: tells the submitter that what was taken away will not come again.
  void forget_removed();
  /// After a listing: forgets what it knew of files that are not there any more. `whole`: these are all.
  void keep_only(const std::vector<Listed>& listed, bool whole);

 private:
  struct Known {
    RemoteFile file;
    Time since = {};  ///< it looks like this
    Time not_before = {};
    std::chrono::milliseconds wait{0};
    std::string committed_key;  ///< not empty: committed, but not taken away yet
    bool folder = false;
  };

  std::string path(const std::string& name) const;
  std::string path(const Listed& listed) const;
  bool is_complete(Known& known, const RemoteFile& file) const;
  Taken read(Remote& remote, const Listed& listed, Known& known);
  Result<SubmitOutcome> submit(Remote& remote, const Listed& listed, const RemoteFile& file,
                               Submission& submission) const;
  Taken settle(Remote& remote, const Listed& listed, Known& known, const SubmitOutcome& outcome);
  Taken set_aside(Remote& remote, const Listed& listed, const Known& known, const std::string& reason);
  Taken take_away(Remote& remote, const Listed& listed, Known& known, Taken done);
  Result<bool> clear(Remote& remote, const Listed& listed, const RemoteFile& file) const;
  Result<bool> dispose(Remote& remote, const std::string& from, const Listed& listed, const RemoteFile& file) const;
  Taken read_failed(Remote& remote, const Listed& listed, Known& known, const Error& error) const;
  Taken defer(Known& known) const;
  void warn(const char* what, const Listed& listed, const Error& error) const;

  const SftpReceiveOptions& options_;
  Submitter& submitter_;
  const Clock& clock_;
  std::map<Listed, Known> known_;
  std::vector<std::string> removed_;  ///< identity keys of committed files that were taken away
};

/// "sftp:<server>:<folder>:<time>:<size>:<name>".
std::string identity_key(const SftpReceiveOptions& options, const std::string& name, const RemoteFile& file);

/// ".sealgate-taken-<name>".
std::string hidden_name(std::string_view name);

}  // namespace sealgate::adapters::sftp
