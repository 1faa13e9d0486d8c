#pragma once
// FILE receive: watches one folder and submits each file whose name fits a mask.
//
// A file is taken when it is complete: its writer closed it or it was renamed into place (inotify says so), or size
// and modification time stood still from one look to the next; and, where the system can tell, nobody has it open for
// writing. It is removed only after the commit; its identity (device, inode, times of creation and
// modification, size, name) goes along, so that a crash in between does not submit it twice.
//
// Never taken: hidden names (first character "."), names that end in .BTS-WIP, .tmp, .part or .filepart, names that
// start with "~" or ".sealgate", anything but regular files (symbolic links are not followed), and, unless told
// otherwise, files without write permission, as BizTalk skips them; the log names each of those once. With a marker
// ".done", order.xml is taken only when order.xml.done exists, which is removed after it.
//
// A file that cannot be taken for its own sake (unreadable, over the limit of the location, not removable after its
// commit) stays and is tried again after a wait that doubles; the others go on.
//
// A message that the submitter rejects (nothing kept) is not lost: its file is set aside in the same folder as
// ".sealgate-rejected-<inode>-<name>", with an error in the log.
//
// An empty file is removed with a warning, as BizTalk does (event 7182), but only when nobody has it open for
// writing; where that cannot be told, only when it has been empty for a minute.
//
// inotify is a hint that saves waiting; polling finds everything without it (network folders).

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adapters/common/adapter.h"
#include "adapters/common/name_filter.h"
#include "base/clock.h"

namespace sealgate::adapters::file {

struct FileReceiveOptions {
  std::string location;          ///< name of the receive location
  std::filesystem::path folder;  ///< absolute, without ".."
  NameFilter names = {};
  std::chrono::milliseconds polling_interval{60'000};
  /// A file must not have changed for so long, whatever events say. 0: what an event vouches for is taken at once,
  std::chrono::milliseconds stable_for{0};
  std::chrono::milliseconds settle_interval{1'000};  ///< and anything else after this
  /// The file has a hidden name while it is read, so that no other reader of the folder finds it.
  bool rename_while_reading = false;
  bool skip_read_only = true;
  std::size_t readers = 1;                             ///< files that are read at a time; 1 keeps their order
  std::size_t batch_files = 20;                        ///< files taken before the folder is looked at again
  std::uint64_t batch_bytes = 100 * 1024 * 1024;       ///< likewise; the first file is always taken
  std::chrono::milliseconds first_backoff{1'000};      ///< after a failure of folder, submitter or file; doubles
  std::chrono::milliseconds longest_backoff{300'000};  ///< for one file
  std::chrono::milliseconds longest_pause{10'000};     ///< for the folder and the submitter: looking costs little
};

/// What one look at the folder did.
struct PollResult {
  std::size_t submitted = 0;  ///< committed and removed (duplicates included)
  std::size_t waiting = 0;    ///< fit a mask, but not complete yet, or being written
  std::size_t empty = 0;      ///< empty files removed
  std::size_t set_aside = 0;  ///< rejected by the submitter
  std::size_t refused = 0;    ///< cannot be read, taken or removed; each is tried again later, holding up nobody
  std::size_t failed = 0;     ///< the submitter is in trouble; still there, and later files wait too
  bool folder_lost = false;
  bool more = false;  ///< the batch was full
};

/// Context that every message gets: FILE.ReceivedFileName (full path), FILE.FileCreationTime (modification time,
/// RFC 3339), BTS.InboundTransportType ("FILE"), BTS.InboundTransportLocation (folder and masks).
class FileReceiver final : public ReceiveAdapter {
 public:
  /// `submitter` and `clock` must outlive the adapter.
  FileReceiver(FileReceiveOptions options, Submitter& submitter, const Clock& clock);
  ~FileReceiver() override;

  Result<> start() override;
  void stop_accepting() override;
  void stop(std::chrono::steady_clock::time_point deadline) override;
  std::string trouble() const override;

  /// One look at the folder on the caller's thread; what the adapter's own thread does all the time. For tests and
  /// for "receive now"; not while started.
  PollResult poll_once();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealgate::adapters::file
