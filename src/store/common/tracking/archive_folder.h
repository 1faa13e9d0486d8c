#pragma once
// Archives as files: tracking-FIRST.jsonl.gz, named by the sequence number of its first record, and beside it
// tracking-FIRST.jsonl.gz.sha256 in the form of sha256sum. Mode 0600, complete and on disk before the log is cut.

#include <filesystem>
#include <optional>

#include "messaging/tracking_log.h"

namespace sealgate::store::tracking {

struct ArchiveFile {
  std::filesystem::path path = {};
  messaging::TrackingArchive archive = {};
};

/// DATA/archive.
std::filesystem::path archive_folder(const std::filesystem::path& data);

/// Archives this part of the log in `folder`, which is made when it is not there, and cuts it off. Empty when there
/// is nothing to archive. Killed in between, it leaves the log as it was, and the next time replaces the file.
Result<std::optional<ArchiveFile>> archive_and_cut(messaging::TrackingLog& log, const messaging::TrackingPart& part,
                                                   const std::filesystem::path& folder, Time now);

/// What the archive holds, proven as ArchiveVerifier does. `previous`: hash of the seal before its first.
struct CheckedArchive {
  messaging::TrackingArchive archive = {};
  Bytes previous = {};
};
Result<CheckedArchive> check_archive_file(const std::string& path);

}  // namespace sealgate::store::tracking
