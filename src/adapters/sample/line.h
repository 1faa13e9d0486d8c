#pragma once
// A connection over a Unix socket on which both ends of the sample adapter speak:
//
//   sender     IDENTITY SIZE\n, then SIZE bytes
//   receiver   ok MESSAGE\n   it has the message for good
//              again WHY\n    not now
//              no WHY\n       never
//
// Whatever waits, waits no longer than `patience` without a byte, and not at all once `stop` is readable.

#include <chrono>
#include <string>

#include "io/file.h"

namespace sealgate::adapters::sample {

/// An event that ends waits; set for good. Thread-safe.
class Signal {
 public:
  Signal();
  void set() const;
  int fd() const { return event_.get(); }

 private:
  io::FileDescriptor event_;
};

/// A socket at this path that listens, or is connected. adapter.sample.bad-address, -.cannot-listen, -.not-reached.
Result<io::FileDescriptor> listen_at(const std::string& path);
Result<io::FileDescriptor> connect_to(const std::string& path);

/// Waits until `fd` is ready for `events` of poll(2): adapter.sample.cancelled, -.lost. A negative time is for ever.
Result<> wait_for(int fd, short events, const Signal& stop, std::chrono::milliseconds patience);

class Line {
 public:
  /// `stop` must outlive it.
  Line(io::FileDescriptor fd, const Signal& stop, std::chrono::milliseconds patience)
      : fd_(std::move(fd)), stop_(stop), patience_(patience) {}

  Result<> write(ByteView bytes);
  /// At least one byte, at most what fits; adapter.sample.lost at the end.
  Result<std::size_t> read(std::span<Byte> into);
  /// Up to the next line feed, which is dropped. A line has 512 bytes at most.
  Result<std::string> read_line();

 private:
  io::FileDescriptor fd_;
  const Signal& stop_;
  std::chrono::milliseconds patience_;
};

}  // namespace sealgate::adapters::sample
