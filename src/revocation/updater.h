#pragma once
// Asks a source and takes in what it gives: one round for one source, with its state written down. Who asks when is
// the caller's: the schedule of a gateway, a message that waits, a person at the command line.

#include <chrono>

#include "base/clock.h"
#include "certificates/certificate_store.h"
#include "revocation/downloader.h"
#include "revocation/source_state.h"

namespace sealgate::revocation {

struct Update {
  SourceState state = {};                     ///< as it is now
  std::vector<certificates::Crl> lists = {};  ///< of the source that are in the store
  std::optional<Error> failure = {};          ///< also when some of its lists were taken
};

/// Thread-safe: several sources at a time, each by one thread.
class Updater {
 public:
  /// All must outlive it.
  Updater(certificates::CertificateStore& store, store::Memos& memos, Downloader& downloader, const Clock& clock)
      : store_(store), memos_(memos), downloader_(downloader), clock_(clock) {}

  /// A failure of the source is part of the result; an error is one of our own store. `demanded`: by a message that
  /// waits, so that the source is followed from now on.
  Result<Update> update(const Source& source, std::chrono::milliseconds refresh,
                        std::chrono::milliseconds total_time = std::chrono::seconds(60), bool demanded = false);

 private:
  Result<std::vector<certificates::Crl>> fetch(const Source& source, std::chrono::milliseconds total_time,
                                               std::optional<Error>& trouble);

  certificates::CertificateStore& store_;
  store::Memos& memos_;
  Downloader& downloader_;
  const Clock& clock_;
};

}  // namespace sealgate::revocation
