#pragma once
// Puts a WS-Security header into an envelope that goes out: Timestamp, UsernameToken, signature over Body, Timestamp
// and UsernameToken, encryption of the Body's content. Signed first, then encrypted.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "soap/envelope.h"
#include "soap/security/reader.h"

namespace sealgate::soap {

enum class BodyCipher { Aes128Gcm, Aes256Gcm, Aes128Cbc, Aes256Cbc };

struct Login {
  std::string name;
  Secret password;
  bool as_digest = true;
};

struct SealOptions {
  std::optional<OwnKey> signer;                            ///< RSA or EC, not in a token
  std::vector<certificates::Certificate> recipients = {};  ///< RSA; empty: not encrypted
  BodyCipher cipher = BodyCipher::Aes256Gcm;
  std::optional<Login> login = {};
  std::chrono::milliseconds lifetime{std::chrono::minutes(5)};
};

/// `envelope`: as write_envelope() makes it. crypto.key-stays for a signer's key in a token;
/// soap.algorithm-refused for keys of other kinds.
Result<std::string> seal_envelope(std::string_view envelope, const SealOptions& options, Time now,
                                  const TreeLimits& limits);

}  // namespace sealgate::soap
