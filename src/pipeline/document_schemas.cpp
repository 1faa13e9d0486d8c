#include "pipeline/document_schemas.h"

#include <algorithm>

namespace sealgate::pipeline {

const artifacts::Schema* DocumentSchemas::find(std::string_view message_type) const {
  for (const artifacts::Schema& schema : set_.schemas) {
    if (schema.message_type != message_type) continue;
    const bool wanted = names_.empty() || std::ranges::find(names_, schema.name) != names_.end();
    return wanted ? &schema : nullptr;  // message types are unique in a set
  }
  return nullptr;
}

}  // namespace sealgate::pipeline
