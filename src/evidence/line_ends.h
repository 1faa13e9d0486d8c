#pragma once
// The line ends of a signed text as its signer meant them, where they are not those that came: the forms of
// smime/detached_digests.h.

#include <string>

#include "base/sink.h"

namespace sealgate::evidence {

class LineEnds final : public Sink {
 public:
  /// `form`: "crlf", "lf", "stripped" or "extended"; anything else changes nothing. `next` outlives it.
  LineEnds(std::string form, Sink& next) : form_(std::move(form)), next_(next) {}
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  std::string form_;
  Sink& next_;
  std::string held_;  ///< a CR, or a line end that may be the last
};

}  // namespace sealgate::evidence
