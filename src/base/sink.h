#pragma once
// How content flows: bytes are pushed from the outside in, through sinks that each hold a bounded buffer. A parser is
// a sink that feeds other sinks; nothing ever asks for the whole message.

#include "base/bytes.h"
#include "base/error.h"

namespace sealgate {

/// Receives a stream of bytes. After an error from write() or finish(), the stream is dead: no further calls.
/// Single-threaded; the view passed to write() is valid for that call only.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;

  /// Takes all of `bytes`, or fails. An empty view is allowed and does nothing.
  virtual Result<> write(ByteView bytes) = 0;
  /// Called exactly once, after the last write, when the input ended normally. What the sink cannot accept as
  /// complete (a truncated structure, a wrong tag) fails here.
  virtual Result<> finish() = 0;
};

/// Collects everything in memory, up to `limit` bytes; past it the write fails with base.buffer-full. For small
/// structures and tests, never for message content.
class BufferSink final : public Sink {
 public:
  explicit BufferSink(std::size_t limit = static_cast<std::size_t>(-1)) : limit_(limit) {}
  Result<> write(ByteView bytes) override;
  Result<> finish() override { return {}; }
  const Bytes& bytes() const { return bytes_; }
  Bytes take() { return std::move(bytes_); }

 private:
  std::size_t limit_;
  Bytes bytes_;
};

/// Swallows everything and counts it.
class CountingSink final : public Sink {
 public:
  Result<> write(ByteView bytes) override {
    count_ += bytes.size();
    return {};
  }
  Result<> finish() override { return {}; }
  std::uint64_t count() const { return count_; }

 private:
  std::uint64_t count_ = 0;
};

/// Passes everything to two sinks, first to `first`. Owns neither.
class TeeSink final : public Sink {
 public:
  TeeSink(Sink& first, Sink& second) : first_(first), second_(second) {}
  Result<> write(ByteView bytes) override {
    SG_TRY(first_.write(bytes));
    return second_.write(bytes);
  }
  Result<> finish() override {
    SG_TRY(first_.finish());
    return second_.finish();
  }

 private:
  Sink& first_;
  Sink& second_;
};

/// The size of the buffers that content flows through, where a component needs one. 64 KiB keeps the per-call cost of
/// the cryptographic primitives small and a chain of ten stages under a megabyte.
inline constexpr std::size_t kStreamBufferSize = std::size_t{64} * 1024;

}  // namespace sealgate
