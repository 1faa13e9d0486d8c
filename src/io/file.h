#pragma once
// Files as the gateway uses them: an input read in large blocks, an output that exists only when it is complete, and
// spools without a name that vanish with the process.

#include <filesystem>
#include <memory>
#include <string>

#include "base/sink.h"

namespace sealgate::io {

/// Owns a file descriptor; -1 is "none".
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void close();

 private:
  int fd_ = -1;
};

/// Opens for reading; "-" is standard input. A directory, a missing file and a file without permission are
/// io.is-a-directory and io.cannot-open, with the path.
Result<FileDescriptor> open_input(const std::string& path);

/// Reads up to `into.size()` bytes; 0 at the end.
Result<std::size_t> read_some(int fd, std::span<Byte> into, const std::string& path);

/// Pumps the rest of the file through `sink` in blocks of 256 KiB and calls finish() at its end. `path` is for
/// messages.
Result<> pump(int fd, Sink& sink, const std::string& path);

/// A small file as a whole (keys, certificates, YAML); io.file-too-large past `limit`.
Result<Bytes> read_file(const std::string& path, std::size_t limit = std::size_t{64} * 1024 * 1024);

/// Writes all of it; io.disk-full and io.write-failed.
Result<> write_all(int fd, ByteView bytes, const std::string& path);

/// Creates or replaces `path` as a whole: either the complete new content is there and durable, or the old state.
Result<> write_file_atomically(const std::string& path, ByteView content, unsigned mode);

/// An output file that appears under its name only on commit(). Until then it has no name at all where the file
/// system can do that (O_TMPFILE), else a hidden temporary one, mode 0600. Destroyed without commit, nothing remains.
/// "-" writes to standard output, but only on commit(): until then the content waits in a spool.
class OutputFile final : public Sink {
 public:
  static Result<std::unique_ptr<OutputFile>> create(const std::string& path, unsigned mode = 0644);
  ~OutputFile() override;
  Result<> write(ByteView bytes) override;
  /// Flushes; the content is still invisible.
  Result<> finish() override;
  /// Makes the content visible under its name, replacing what was there. `durable` also waits for the disk.
  Result<> commit(bool durable = false);

 private:
  OutputFile() = default;
  Result<> link_into_place();
  std::string path_;
  std::string temporary_;  ///< name of the hidden file; empty with O_TMPFILE
  FileDescriptor fd_;
  unsigned mode_ = 0644;
  bool to_stdout_ = false;
  bool committed_ = false;
};

/// A temporary file without a name in `directory`; gone when the last descriptor closes, also after kill -9.
/// Content past `memory_limit` goes to the disk, less stays in memory.
class Spool final : public Sink {
 public:
  explicit Spool(std::filesystem::path directory, std::size_t memory_limit = std::size_t{256} * 1024)
      : directory_(std::move(directory)), memory_limit_(memory_limit) {}
  ~Spool() override;
  Result<> write(ByteView bytes) override;
  Result<> finish() override { return {}; }
  std::uint64_t size() const { return size_; }
  /// Pumps the content from the start through `sink` and calls its finish(). May be called several times.
  Result<> replay(Sink& sink) const;
  /// Same without finish(), for content that is one piece of a larger stream.
  Result<> copy_to(Sink& sink) const;
  /// At most `most` bytes from `offset` on; empty at the end.
  Result<Bytes> read(std::uint64_t offset, std::size_t most) const;

 private:
  std::filesystem::path directory_;
  std::size_t memory_limit_;
  Bytes memory_;
  FileDescriptor fd_;
  std::uint64_t size_ = 0;
};

/// The folder for spools when nobody says otherwise: $TMPDIR, else /var/tmp.
std::filesystem::path default_spool_directory();

}  // namespace sealgate::io
