#pragma once
// What a delivery must remember over a crash of ours: that a file was about to get its name.

#include <optional>
#include <string>

#include "base/error.h"

namespace sealgate::adapters::sftp {

struct DeliveryNote {
  int serial = 0;      ///< of the temporary file that was about to be renamed
  std::string target;  ///< the name it was to get
};

/// Implemented by hosts/, in the store. Thread-safe; durable when a call returns.
class DeliveryNotes {
 public:
  DeliveryNotes() = default;
  DeliveryNotes(const DeliveryNotes&) = delete;
  DeliveryNotes& operator=(const DeliveryNotes&) = delete;
  virtual ~DeliveryNotes() = default;

  /// nullopt: none was kept.
  virtual Result<std::optional<DeliveryNote>> find(const std::string& delivery_id) = 0;
  /// Replaces an earlier one.
  virtual Result<> keep(const std::string& delivery_id, const DeliveryNote& note) = 0;
};

}  // namespace sealgate::adapters::sftp
