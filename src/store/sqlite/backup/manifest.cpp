#include "store/sqlite/backup/manifest.h"

#include <charconv>
#include <sstream>

#include "crypto/digest.h"
#include "io/file.h"
#include "store/common/errors.h"

namespace sealgate::store::backup {
namespace {

constexpr std::string_view kTitle = "sealgate backup 1";
constexpr std::size_t kMaximumManifest = std::size_t{1} << 30U;

Result<std::string> sha256_of(std::string_view text) {
  SG_TRY_ASSIGN(const crypto::DigestValue value, crypto::digest(crypto::DigestAlgorithm::Sha256, as_bytes(text)));
  return to_hex(value.view());
}

tl::unexpected<Error> bad_manifest(const std::filesystem::path& file, std::string what) {
  return fail(kBadBackup, std::move(what), file.string(), "use another backup");
}

/// A path that stays below the folder whatever it is joined to.
bool is_inside(const std::filesystem::path& path) {
  if (path.empty() || path.is_absolute()) return false;
  for (const auto& part : path) {
    if (part == ".." || part == "." || part.empty()) return false;
  }
  return true;
}

Result<Entry> parse_entry(const std::filesystem::path& file, std::string_view line) {
  Entry entry;
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos || first != 64)
    return bad_manifest(file, "the manifest has a line that is none");
  entry.sha256 = line.substr(0, first);
  const std::string_view size = line.substr(first + 1, second - first - 1);
  const auto [end, problem] = std::from_chars(size.data(), size.data() + size.size(), entry.size);
  entry.path = line.substr(second + 1);
  if (problem != std::errc() || end != size.data() + size.size() || !is_inside(entry.path)) {
    return bad_manifest(file, "the manifest has a line that is none");
  }
  return entry;
}

Result<Entry> pump_and_measure(const std::string& file, Sink& sink, const std::string& path) {
  SG_TRY_ASSIGN(const io::FileDescriptor input, io::open_input(file));
  crypto::MultiDigest digests({crypto::DigestAlgorithm::Sha256});
  crypto::DigestSink digest(digests);
  CountingSink count;
  TeeSink measured(digest, count);
  TeeSink both(measured, sink);
  SG_TRY(io::pump(input.get(), both, file));
  SG_TRY_ASSIGN(const crypto::DigestValue value, digests.value(crypto::DigestAlgorithm::Sha256));
  return Entry{path, count.count(), to_hex(value.view())};
}

}  // namespace

Result<> write_manifest(const std::filesystem::path& folder, const Manifest& manifest) {
  std::string text = std::string(kTitle) + "\n" + to_rfc3339(manifest.created) + "\n";
  for (const Entry& entry : manifest.entries) {
    text += entry.sha256 + " " + std::to_string(entry.size) + " " + entry.path + "\n";
  }
  SG_TRY_ASSIGN(const std::string sha256, sha256_of(text));
  text += sha256 + "\n";
  return io::write_file_atomically((folder / kManifestName).string(), as_bytes(text), 0600);
}

Result<Manifest> read_manifest(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kManifestName;
  const auto content = io::read_file(file.string(), kMaximumManifest);
  if (!content) return bad_manifest(file, "this is no backup: " + content.error().what);
  const std::string_view text = as_text(*content);
  // The last line is the digest of everything before it.
  const std::size_t end = text.size() < 66 ? std::string_view::npos : text.size() - 65;
  if (end == std::string_view::npos || text.back() != '\n' || !text.starts_with(kTitle)) {
    return bad_manifest(file, "the manifest of the backup is damaged");
  }
  SG_TRY_ASSIGN(const std::string sha256, sha256_of(text.substr(0, end)));
  if (text.substr(end, 64) != sha256) return bad_manifest(file, "the manifest of the backup is damaged");
  Manifest manifest;
  std::istringstream lines{std::string(text.substr(0, end))};
  std::string line;
  std::getline(lines, line);
  std::getline(lines, line);
  SG_TRY_ASSIGN(manifest.created, parse_rfc3339(line));
  while (std::getline(lines, line)) {
    SG_TRY_ASSIGN(Entry entry, parse_entry(file, line));
    manifest.entries.push_back(std::move(entry));
  }
  return manifest;
}

Result<Entry> measure(const std::filesystem::path& folder, const std::string& path) {
  const std::string file = (folder / path).string();
  CountingSink nowhere;
  return pump_and_measure(file, nowhere, path);
}

Result<Entry> copy_file(const std::filesystem::path& source, const std::filesystem::path& folder,
                        const std::string& path) {
  SG_TRY_ASSIGN(const auto output, io::OutputFile::create((folder / path).string(), 0600));
  SG_TRY_ASSIGN(Entry entry, pump_and_measure(source.string(), *output, path));
  SG_TRY(output->commit(true));
  return entry;
}

}  // namespace sealgate::store::backup
