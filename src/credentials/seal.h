#pragma once
// The master secret and what it seals, with AES-256-GCM. A record is bound to its key, its place and the generation,
// so that it can be neither changed nor moved; a wrapped secret to its account.

#include "base/secret.h"
#include "certificates/key_protection.h"
#include "credentials/storage.h"

namespace sealgate::credentials {

struct MasterSecret {
  std::int64_t generation = 0;
  Secret key = {};  ///< 32 bytes
};
Result<MasterSecret> make_master_secret(std::int64_t generation);
/// 16 hex digits that tell secrets apart and betray nothing of them.
std::string id_of(const MasterSecret& secret);

Result<WrappedSecret> wrap(const MasterSecret& secret, const certificates::AccountKey& account_key, Time made);
struct Unwrapped {
  MasterSecret secret;
  bool by_newest = true;  ///< false: an older key of the account opened it
};
/// credentials.secret-unwrap-failed.
Result<Unwrapped> unwrap(const WrappedSecret& wrapped, const certificates::AccountKey& account_key);

Result<SealedRecord> seal(const MasterSecret& secret, RecordKey key, std::int64_t place, ByteView content,
                          Time changed);
/// credentials.damaged, also when the record is of another generation.
Result<Secret> open(const MasterSecret& secret, const SealedRecord& record);

/// What seals tickets; betrays nothing of the secret.
Result<Secret> ticket_key(const MasterSecret& secret);

}  // namespace sealgate::credentials
