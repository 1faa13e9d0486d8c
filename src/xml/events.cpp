#include "xml/events.h"

namespace sealgate::xml {

std::string Name::qualified() const {
  return prefix.empty() ? std::string(local) : std::string(prefix) + ":" + std::string(local);
}

std::string message_type_of(const Name& root) {
  return root.uri.empty() ? std::string(root.local) : std::string(root.uri) + "#" + std::string(root.local);
}

}  // namespace sealgate::xml
