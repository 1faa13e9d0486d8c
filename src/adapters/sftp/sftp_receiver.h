#pragma once
// SFTP receive: looks into one folder of a partner's server again and again, and submits each file whose name fits a
// mask.
//
// A file is taken when its size and time stood still between two looks. It is taken away only after the commit; its
// identity (server, folder, name, size, time) goes along, so that a cut or a crash in between does not submit it
// twice. Taken away means removed, or moved to another folder. Before that it gets a hidden name, under which it is
// looked at once more: what the partner put there meanwhile under the same name is a message of its own. What a crash
// left under a hidden name is taken under its own one.
//
// Never taken: what FILE does not take either (adapters/common/file_name.h), and folders. The server's names are
// judged before anything is asked for by them: one with a slash or a control character is nobody's file.
//
// A file that cannot be taken for its own sake stays and is tried again after a wait that doubles; the others go on.
// A message that the submitter rejects (nothing kept) is set aside in the same folder as
// ".sealgate-rejected-<time>-<name>". An empty file is taken away with a warning when it stood there for a minute.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/common/adapter.h"
#include "adapters/sftp/remote.h"
#include "base/clock.h"

namespace sealgate::adapters::sftp {

struct SftpReceiveOptions {
  std::string location;  ///< name of the receive location
  Server server;
  Connect connect;                       ///< to it
  std::string folder;                    ///< from the root with "/", else from the home of the user
  std::string mask;                      ///< "*" and "?"
  std::string move_to;                   ///< folder for what was taken; empty: it is removed
  std::function<Result<Login>()> login;  ///< asked for each connection
  std::chrono::milliseconds polling_interval{60'000};
  std::chrono::milliseconds settle_time{5'000};        ///< for which size and time must stand still
  std::size_t batch_files = 20;                        ///< files taken before anything else is looked at again
  std::uint64_t batch_bytes = 100 * 1024 * 1024;       ///< likewise; the first file is always taken
  std::chrono::milliseconds first_backoff{1'000};      ///< after a failure of server, submitter or file; doubles
  std::chrono::milliseconds longest_backoff{300'000};  ///< for one file
  std::chrono::milliseconds longest_pause{60'000};     ///< for the server and the submitter
};

/// What one look at the folder did.
struct PollResult {
  std::size_t submitted = 0;  ///< committed and taken away (duplicates included)
  std::size_t waiting = 0;    ///< fit the mask, but not complete yet
  std::size_t empty = 0;      ///< empty files taken away
  std::size_t set_aside = 0;  ///< rejected by the submitter
  std::size_t refused = 0;    ///< cannot be read, taken or removed; each is tried again later, holding up nobody
  bool failed = false;        ///< the server or the submitter is in trouble: the others wait, too
  bool more = false;          ///< there are more of the last listing
};

/// Context that every message gets: SFTP.ReceivedFileName (path on the server), SFTP.FileTime (RFC 3339),
/// BTS.InboundTransportType ("SFTP"), BTS.InboundTransportLocation (URL of folder and mask).
class SftpReceiver final : public ReceiveAdapter {
 public:
  /// `submitter` and `clock` must outlive the adapter.
  SftpReceiver(SftpReceiveOptions options, Submitter& submitter, const Clock& clock);
  ~SftpReceiver() override;

  Result<> start() override;
  void stop_accepting() override;
  void stop(std::chrono::steady_clock::time_point deadline) override;
  std::string trouble() const override;

  /// One look at the folder on the caller's thread; not while started.
  PollResult poll_once();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealgate::adapters::sftp
