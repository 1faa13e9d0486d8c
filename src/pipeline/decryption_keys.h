#pragma once
// The own certificates that a host opens messages with: those in force that may be used now. A message that was
// encrypted to another of the host's certificates is refused with the reason that this one may not be used.

#include "artifacts/artifacts.h"
#include "pipeline/components.h"
#include "smime/decoder.h"

namespace sealgate::pipeline {

class DecryptionKeys {
 public:
  DecryptionKeys(const Environment& environment, const artifacts::Host& host,
                 const artifacts::DecoderSettings& settings);

  /// All that may be used.
  const std::vector<smime::DecryptionKey>& usable() const { return usable_; }
  /// The error of a message that could not be decrypted, `failure`: when a recipient of it is one of the host's that
  /// may not be used, why not; else `failure` with what an operator can do.
  Error explain(Error failure, const smime::Report& report) const;

 private:
  struct Unusable {
    std::vector<std::string> identifiers;  ///< as RecipientReport names it; empty: the certificate is not here
    Error reason;
  };
  const artifacts::Host& host_;
  std::vector<smime::DecryptionKey> usable_;
  std::vector<Unusable> unusable_;
};

}  // namespace sealgate::pipeline
