#pragma once
// Which schema a document is of: by the message type of its root element.

#include <string>
#include <string_view>
#include <vector>

#include "artifacts/artifacts.h"

namespace sealgate::pipeline {

class DocumentSchemas {
 public:
  /// `names` empty: all of the set. The set must outlive it.
  DocumentSchemas(const artifacts::ArtifactSet& set, const std::vector<std::string>& names)
      : set_(set), names_(names) {}
  /// nullptr when none of them is of this type.
  const artifacts::Schema* find(std::string_view message_type) const;

 private:
  const artifacts::ArtifactSet& set_;
  const std::vector<std::string>& names_;
};

}  // namespace sealgate::pipeline
