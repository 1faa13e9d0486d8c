#pragma once
// What the stores hold of the certificates that a configuration names, and what is needed to judge them: read once,
// judged for any moment.

#include <functional>
#include <map>

#include "audit/uses.h"
#include "certificates/crl.h"

namespace sealgate::audit {

struct Holding {
  certificates::Certificate certificate;
  bool has_private_key = false;
  std::optional<Error> key_error = {};  ///< why its private key cannot be opened
  bool key_examined = true;             ///< false: only the gateway itself can tell, for the reason of `key_error`
};

/// What came of an attempt to open a private key (certificates::open_private_key with the account's key).
struct KeyTrial {
  std::optional<Error> error = {};  ///< absent: it opens
  bool examined = true;             ///< false: what opens it is not within the reach of whoever looks
};
using KeyCheck = std::function<KeyTrial(const std::string& account, const certificates::Certificate& certificate)>;

class Holdings {
 public:
  /// Looks up what the places name, one by one: the partners' store may hold a hundred thousand. `can_open` may be
  /// empty: then keys are believed to open.
  static Result<Holdings> read(const certificates::CertificateStore& store, const std::vector<Place>& places,
                               const KeyCheck& can_open);

  /// nullptr when the store of this place does not hold it.
  const Holding* find(const Place& place, const certificates::Thumbprint& thumbprint) const;
  /// Where else it lies, "TrustedRoots": for the remedy. Empty: nowhere.
  std::string elsewhere(const Place& place, const certificates::Thumbprint& thumbprint) const;

  std::vector<certificates::Certificate> roots = {};
  std::vector<certificates::Certificate> intermediates = {};
  std::vector<certificates::Thumbprint> untrusted = {};  ///< SHA-256
  std::vector<certificates::Crl> crls = {};

 private:
  using Key = std::tuple<certificates::StoreName, std::string, certificates::Thumbprint>;
  static Key key_of(const Place& place, const certificates::Thumbprint& thumbprint);
  std::map<Key, Holding> held_;
  std::map<Key, std::string> elsewhere_;
};

}  // namespace sealgate::audit
