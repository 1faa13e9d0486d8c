#pragma once
// The key file of an account: 32 random bytes that wrap the private keys of its Personal store. It lies outside the
// database, is readable by its owner alone (mode 0600 or 0400) and belongs to the operating-system user that runs the
// account's hosts. Whoever has the database but not this file opens nothing.

#include <filesystem>
#include <string>

#include "certificates/key_protection.h"
#include "io/private_file.h"

namespace sealgate::store {

/// DATA/keys/ACCOUNT.key: where the key file lies when nobody says otherwise.
std::filesystem::path account_key_path(const std::filesystem::path& data, std::string_view account);

/// store.key-file-missing, store.key-file-not-private (others could read it, or it belongs to another user, or it is
/// a symbolic link or no plain file), certificates.bad-account-key (not 32 bytes).
/// The errors of a token when one wraps it (token_key_file.h).
Result<certificates::AccountKey> read_account_key_file(const std::filesystem::path& path, const std::string& account,
                                                       io::PrivateFileOwner owner = io::PrivateFileOwner::Caller);

/// Reads it, or makes a new one (durable, mode 0600; its folder is made with mode 0700). Two processes that do this
/// at once end up with the same key.
Result<certificates::AccountKey> open_or_create_account_key_file(const std::filesystem::path& path,
                                                                 const std::string& account);

/// A new file, durable, mode 0600; one that is there already stays as it is.
Result<> write_new_key_file(const std::filesystem::path& path, ByteView content);
/// What was made, renamed or removed in the folder of key files is so after a power cut, too.
Result<> sync_key_folder(const std::filesystem::path& folder);

}  // namespace sealgate::store
