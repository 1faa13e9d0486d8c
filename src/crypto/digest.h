#pragma once
// Message digests. A Digest is a running hash that can be fed for hours and forked; nothing here fails in practice,
// so feeding returns nothing and a failure of the library (no memory) is reported by finish().

#include <array>
#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/sink.h"
#include "crypto/algorithms.h"

struct evp_md_ctx_st;

namespace sealgate::crypto {

inline constexpr std::size_t kMaxDigestSize = 64;

/// A finished digest, by value, without allocation.
class DigestValue {
 public:
  DigestValue() = default;
  /// At most kMaxDigestSize bytes are kept.
  explicit DigestValue(ByteView bytes);
  /// Valid as long as this object.
  ByteView view() const { return {bytes_.data(), size_}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// In constant time for equal lengths.
  friend bool operator==(const DigestValue& a, const DigestValue& b);

 private:
  std::array<Byte, kMaxDigestSize> bytes_{};
  std::size_t size_ = 0;
};

/// Movable; not thread-safe.
class Digest {
 public:
  explicit Digest(DigestAlgorithm algorithm);
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;
  ~Digest();

  DigestAlgorithm algorithm() const { return algorithm_; }
  void update(ByteView bytes);
  void update(std::string_view text) { update(as_bytes(text)); }
  /// A second running digest with the same history.
  Digest clone() const;
  /// The digest of everything so far; afterwards the object starts anew, empty.
  Result<DigestValue> finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  Digest(DigestAlgorithm algorithm, evp_md_ctx_st* context);

  DigestAlgorithm algorithm_;
  std::unique_ptr<evp_md_ctx_st, Free> context_;
  bool failed_ = false;
};

/// One call for bytes at hand.
Result<DigestValue> digest(DigestAlgorithm algorithm, ByteView bytes);
/// HMAC (RFC 2104).
Result<DigestValue> hmac(DigestAlgorithm algorithm, ByteView key, ByteView bytes);

/// Several digests over the same stream: the signers of a SignedData each name one.
class MultiDigest {
 public:
  MultiDigest() = default;
  explicit MultiDigest(std::span<const DigestAlgorithm> algorithms);
  MultiDigest(std::initializer_list<DigestAlgorithm> algorithms);

  /// Adds one that is not there yet. Call before the first update.
  void add(DigestAlgorithm algorithm);
  bool contains(DigestAlgorithm algorithm) const;
  bool empty() const { return digests_.empty(); }
  void update(ByteView bytes);
  /// The digest of what came so far, without ending it. Fails with crypto.unsupported-algorithm for one never added.
  Result<DigestValue> value(DigestAlgorithm algorithm) const;

 private:
  std::vector<Digest> digests_;
};

/// Feeds a MultiDigest from a stream. Does not own it.
class DigestSink final : public Sink {
 public:
  explicit DigestSink(MultiDigest& digests) : digests_(digests) {}
  Result<> write(ByteView bytes) override {
    digests_.update(bytes);
    return {};
  }
  Result<> finish() override { return {}; }

 private:
  MultiDigest& digests_;
};

}  // namespace sealgate::crypto
