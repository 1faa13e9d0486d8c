#pragma once
// Moving everything from one store to an empty one, and proving that it arrived.

#include "store/common/store.h"

namespace sealgate::store {

struct CopyReport {
  std::uint64_t messages = 0, parts = 0, work = 0, receive_keys = 0, artifacts = 0, certificates = 0,
                revocation_lists = 0, credentials = 0;
  std::uint64_t access = 0;     ///< users, what was given to them, and records of the audit log
  std::uint64_t revisions = 0;  ///< changes of the configuration that are kept
  std::uint64_t bytes = 0;      ///< of all bodies
  /// SHA-256 over all records in their order, with the digests of the bodies; the same for stores with equal
  /// contents.
  Bytes digest = {};
  friend bool operator==(const CopyReport&, const CopyReport&) = default;
};

/// What is in the store, without its tracking log. Reads every body and compares it with its digest.
Result<CopyReport> survey(StoreReader& reader);

/// Copies everything from `source` to `target`, then reads both again and compares. Nobody else may use either.
/// Cut short, nothing or all but memos and the tracking log is there: called again, it goes on.
/// store.not-empty when the target holds something else, store.copy-differs, store.body-damaged.
Result<CopyReport> copy_store(Store& source, Store& target);

}  // namespace sealgate::store
