#include "store/common/tracking/archive_folder.h"

#include <system_error>

#include "crypto/digest.h"
#include "io/file.h"
#include "io/gzip_sink.h"
#include "store/common/errors.h"
#include "store/common/tracking/archive.h"
#include "store/common/tracking/gzip.h"

namespace sealgate::store::tracking {
namespace {

std::string name_of(std::int64_t first) {
  std::string number = std::to_string(first);
  if (number.size() < 12) number.insert(0, 12 - number.size(), '0');
  return "tracking-" + number + ".jsonl.gz";
}

Result<> make_folder(const std::filesystem::path& folder) {
  std::error_code problem;
  if (std::filesystem::create_directories(folder, problem)) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, problem);
  }
  if (!problem) return {};
  return fail(kIoFailed, "cannot create the folder for archives: " + problem.message(), folder.string(),
              "create it and give it to the user who runs this");
}

}  // namespace

std::filesystem::path archive_folder(const std::filesystem::path& data) {
  return data / "archive";
}

Result<std::optional<ArchiveFile>> archive_and_cut(messaging::TrackingLog& log, const messaging::TrackingPart& part,
                                                   const std::filesystem::path& folder, Time now) {
  SG_TRY_ASSIGN(const messaging::TrackingState state, log.state());
  if (state.first == 0) return std::nullopt;
  SG_TRY(make_folder(folder));
  const std::string name = name_of(state.first);
  ArchiveFile file{folder / name, {}};
  SG_TRY_ASSIGN(const auto output, io::OutputFile::create(file.path.string(), 0600));
  crypto::MultiDigest digests({crypto::DigestAlgorithm::Sha256});
  crypto::DigestSink digest(digests);
  TeeSink both(*output, digest);
  io::GzipSink gzip(both);
  SG_TRY_ASSIGN(file.archive, log.archive(part, gzip));
  if (file.archive.last_seal == 0) return std::nullopt;
  SG_TRY(output->commit(true));
  SG_TRY_ASSIGN(const crypto::DigestValue value, digests.value(crypto::DigestAlgorithm::Sha256));
  const std::string line = to_hex(value.view()) + "  " + name + "\n";
  SG_TRY(io::write_file_atomically(file.path.string() + ".sha256", as_bytes(line), 0600));
  SG_TRY(log.cut(file.archive, file.path.string(), now));
  return file;
}

Result<CheckedArchive> check_archive_file(const std::string& path) {
  SG_TRY_ASSIGN(const io::FileDescriptor file, io::open_input(path));
  ArchiveVerifier verifier;
  GunzipSink gunzip(verifier);
  if (auto done = io::pump(file.get(), gunzip, path); !done) return fail(std::move(done).error().at(path));
  return CheckedArchive{verifier.found(), verifier.previous()};
}

}  // namespace sealgate::store::tracking
