#pragma once
// Where the key of an account comes from, in this order:
//
//   1. a systemd credential, $CREDENTIALS_DIRECTORY/ACCOUNT.key (LoadCredentialEncrypted=ACCOUNT.key:…)
//   2. the key file DATA/keys/ACCOUNT.key (account_key_file.h)
//
// Either holds the 32 bytes themselves or wraps them for a token (token_key_file.h). While the key is being renewed
// ACCOUNT.key.next lies beside it: the next key wraps, both open (key_rotation.h).

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "io/file.h"
#include "store/common/account_key_file.h"

namespace sealgate::store {

enum class KeyOrigin { File, Credential };

struct AccountKeyPlace {
  KeyOrigin origin = KeyOrigin::File;
  std::filesystem::path path;  ///< of the key; whether there is one is another question
  std::filesystem::path next() const { return path.string() + ".next"; }
  io::PrivateFileOwner owner() const {
    return origin == KeyOrigin::File ? io::PrivateFileOwner::Caller : io::PrivateFileOwner::System;
  }
};
AccountKeyPlace account_key_place(const std::filesystem::path& data, std::string_view account);

/// The errors of read_account_key_file().
Result<certificates::AccountKey> read_account_key(const std::filesystem::path& data, const std::string& account);

/// For whoever is about to wrap something: reads the key, makes one when there is none, and keeps a renewal from
/// beginning until this dies. What is wrapped and stored meanwhile is not forgotten by the renewal.
struct HeldAccountKey {
  certificates::AccountKey key;
  io::FileDescriptor lock;
};
Result<HeldAccountKey> hold_account_key(const std::filesystem::path& data, const std::string& account);

struct AccountKeyFacts {
  AccountKeyPlace place;
  Time since{};                      ///< when the key was made: the time of its file
  std::optional<std::string> token;  ///< address of the token's key that wraps it
  bool being_renewed = false;        ///< there is a next key
  std::optional<std::string> id;     ///< of the newest; absent when it cannot be opened
  std::optional<Error> trouble;      ///< why not
};
AccountKeyFacts account_key_facts(const std::filesystem::path& data, const std::string& account);

/// Accounts that have a key file or a credential, sorted.
std::vector<std::string> accounts_with_keys(const std::filesystem::path& data);

}  // namespace sealgate::store
