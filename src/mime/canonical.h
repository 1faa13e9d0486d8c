#pragma once
// Line ends before signing and while verifying (RFC 8551 section 3.1.1, RFC 2049 section 4). All forward finish() and
// keep a state of one or two bytes across chunks.

#include "base/sink.h"

namespace sealgate::mime {

/// Bare LF becomes CRLF; CRLF stays; a CR that no LF follows stays. Data that is canonical passes without a copy.
class CrlfCanonicaliser final : public Sink {
 public:
  explicit CrlfCanonicaliser(Sink& target) : target_(target) {}
  Result<> write(ByteView bytes) override;
  Result<> finish() override { return target_.finish(); }
  /// True once a bare LF was changed: the output differs from the input.
  bool changed() const { return changed_; }

 private:
  Sink& target_;
  Bytes buffer_;
  bool last_was_cr_ = false;
  bool changed_ = false;
};

/// CRLF becomes LF; everything else stays. For partners who sign the LF form.
class LfNormaliser final : public Sink {
 public:
  explicit LfNormaliser(Sink& target) : target_(target) {}
  Result<> write(ByteView bytes) override;
  Result<> finish() override;
  bool changed() const { return changed_; }

 private:
  Sink& target_;
  Bytes buffer_;
  bool held_cr_ = false;
  bool changed_ = false;
};

/// Drops one line end (CRLF or LF) at the very end of the data, if there is one.
class TrailingLineEndStripper final : public Sink {
 public:
  explicit TrailingLineEndStripper(Sink& target) : target_(target) {}
  Result<> write(ByteView bytes) override;
  Result<> finish() override;
  /// After finish(): a line end was dropped.
  bool changed() const { return changed_; }

 private:
  Sink& target_;
  Bytes held_;  ///< "\r", "\n" or "\r\n"
  bool changed_ = false;
};

}  // namespace sealgate::mime
