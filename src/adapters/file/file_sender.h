#pragma once
// FILE send: writes each message to a folder under a name made from macros (adapters/common/file_name.h). Delivered
// means that the content and the name are on the disk.
//
// The content is written to a hidden file ".sealgate-<delivery id>.tmp" in the same folder, or a temporary one,
// fsynced, and then gets its name at once: nobody sees half a file, and the leftover of a crash is overwritten by the
// next attempt.
//
// Date and time in the name are those of the delivery's beginning, so that every attempt makes the same name. Only
// when a file of another message has that name already, they are those of the attempt.
//
// Twice the same delivery (a crash after the name appeared, before the engine knew) makes one file: the file carries
// its delivery id in the extended attribute user.sealgate.delivery, by which the next attempt knows it and is
// Delivered. Any other file of that name is an error under CreateNew. Where the file system has no extended
// attributes, a name that holds %MessageID% takes their place; without either, a second attempt finds "a file of this
// name exists already", and an appended message may be there twice.

#include <atomic>
#include <filesystem>
#include <string>

#include "adapters/common/adapter.h"
#include "adapters/common/file_name.h"
#include "base/clock.h"

namespace sealgate::adapters::file {

enum class CopyMode {
  CreateNew,  ///< an existing file is an error (RetryLater: someone may take it away) and stays as it is
  Overwrite,  ///< replaces an existing file as a whole
  Append      ///< adds to an existing file; one that a crash left half appended is cut back first
};

class Folder;

struct FileSendOptions {
  std::filesystem::path folder;  ///< absolute
  std::string file_name = "%MessageID%.xml";
  Destination destination = {};
  CopyMode copy_mode = CopyMode::CreateNew;
  /// Where a file is written before it gets its name, on the same file system; empty: in `folder`. Not for Append.
  std::filesystem::path temporary_folder = {};
  bool create_folder = false;  ///< `folder` is made when it is missing, with those above it, mode 0750
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
  Result<ExpandedName> name_of(const OutboundMessage& message, Time time) const;
  Result<> place(OutboundMessage& message, const Folder& folder, const ExpandedName& target);
  Result<> append(OutboundMessage& message, const Folder& folder, const std::string& name);
  FileSendOptions options_;
  const Clock& clock_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace sealgate::adapters::file
