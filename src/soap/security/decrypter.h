#pragma once
// EncryptedKey and the EncryptedData that it opens. XML Encryption 1.1; every failure that ciphertext can cause is
// soap.decrypt-failed and looks alike.

#include <optional>

#include "soap/security/reader.h"

namespace sealgate::soap {

class Decrypter {
 public:
  /// All must outlive it. `header`: the Security header.
  Decrypter(Envelope& envelope, xmlNodePtr header, const OpeningKeys& keys, const TreeLimits& limits)
      : envelope_(envelope), header_(header), keys_(keys), limits_(limits) {}

  /// Replaces all that the key opens by its clear form. True when the content of the Body was among it.
  Result<bool> open(xmlNodePtr encrypted_key);
  const std::optional<certificates::Certificate>& opened_with() const { return opened_with_; }

 private:
  Result<Secret> unwrap(xmlNodePtr encrypted_key);
  Result<> replace(xmlNodePtr encrypted_data, ByteView content);

  Envelope& envelope_;
  xmlNodePtr header_;
  const OpeningKeys& keys_;
  const TreeLimits& limits_;
  std::optional<certificates::Certificate> opened_with_;
};

}  // namespace sealgate::soap
