#pragma once
// FILE send: writes each message to a folder under a name made from macros (file_name.h). Delivered means that the
// content and the name are on the disk.
//
// The content is written to a hidden file ".sealgate-<delivery id>.tmp" in the same folder, fsynced, and then gets
// its name at once: nobody sees half a file, and the leftover of a crash is overwritten by the next attempt.
//
// Twice the same delivery (a crash after the name appeared, before the engine knew) makes one file: the file carries
// its delivery id in the extended attribute user.sealgate.delivery, and a name that holds %MessageID% belongs to that
// message alone. A file of that name that is ours already is Delivered; any other is an error under CreateNew. Where
// the file system has no extended attributes, give the name %MessageID%.

#include <filesystem>
#include <string>

#include "adapters/common/adapter.h"
#include "base/clock.h"

namespace sealgate::adapters::file {

enum class CopyMode {
  CreateNew,  ///< an existing file is an error (RetryLater: someone may take it away) and stays as it is
  Overwrite,  ///< replaces an existing file as a whole
  Append      ///< adds to an existing file; one that a crash left half appended is cut back first
};

struct FileSendOptions {
  std::filesystem::path folder;  ///< absolute; must exist
  std::string file_name = "%MessageID%.xml";
  CopyMode copy_mode = CopyMode::CreateNew;
  unsigned mode = 0640;
};

/// Details of an outcome: FILE.SentFileName (full path).
class FileSender final : public SendAdapter {
 public:
  /// `clock` must outlive the adapter.
  FileSender(FileSendOptions options, const Clock& clock);
  SendOutcome send(OutboundMessage& message) override;
  void cancel() override;

 private:
  SendOutcome place(OutboundMessage& message, const std::string& name);
  SendOutcome append(OutboundMessage& message, const std::string& name);
  FileSendOptions options_;
  const Clock& clock_;
};

}  // namespace sealgate::adapters::file
