#pragma once
// WS-Security as the SOAP adapter sees it: somebody opens what came in, and seals what goes out. Who that is, hosts/
// knows; an adapter knows no certificates.

#include <functional>
#include <string>
#include <vector>

#include "adapters/common/adapter.h"
#include "soap/envelope.h"

namespace sealgate::adapters::soap {

/// Of an envelope that was opened and accepted.
struct Unsealed {
  ContextEntries context = {};                      ///< what was proven
  std::vector<std::string> remembered = {};         ///< against replays
  std::function<bool(const xmlNode*)> may_be_used;  ///< of header blocks; empty: all
};

/// Thread-safe.
class EnvelopeOpener {
 public:
  EnvelopeOpener() = default;
  EnvelopeOpener(const EnvelopeOpener&) = delete;
  EnvelopeOpener& operator=(const EnvelopeOpener&) = delete;
  virtual ~EnvelopeOpener() = default;
  /// Changes the envelope to its clear form. After an error nothing of it may be used.
  virtual Result<Unsealed> open(sealgate::soap::Envelope& envelope) const = 0;
  /// The message was not taken after all: it may come again.
  virtual void forget(const std::vector<std::string>& remembered) const = 0;
};

/// Thread-safe.
class EnvelopeSealer {
 public:
  EnvelopeSealer() = default;
  EnvelopeSealer(const EnvelopeSealer&) = delete;
  EnvelopeSealer& operator=(const EnvelopeSealer&) = delete;
  virtual ~EnvelopeSealer() = default;
  virtual Result<std::string> seal(std::string_view envelope) const = 0;
};

}  // namespace sealgate::adapters::soap
