#include "soap/security/ids.h"

#include <libxml/valid.h>

#include "soap/errors.h"
#include "soap/security/names.h"

namespace sealgate::soap {
namespace {

bool is_security_element(const xmlNode* element) {
  const std::string_view uri = namespace_of(element);
  return uri == kDsig || uri == kXenc || uri == kXenc11 || uri == kWsse || uri == kWsse11;
}

bool is_id(const xmlNode* element, const xmlAttr* attribute) {
  const std::string_view name = text_of(attribute->name);
  const std::string_view uri = attribute->ns == nullptr ? std::string_view() : text_of(attribute->ns->href);
  if (uri == kWsu) return name == "Id";
  if (uri == "http://www.w3.org/XML/1998/namespace") return name == "id";
  return uri.empty() && name == "Id" && is_security_element(element);
}

std::string value_of(const xmlAttr* attribute) {
  std::string value;
  for (const xmlNode* part = attribute->children; part != nullptr; part = part->next) value += text_of(part->content);
  return value;
}

}  // namespace

Result<Ids> Ids::of(xmlDocPtr document) {
  Ids ids;
  SG_TRY(ids.walk(xmlDocGetRootElement(document)));
  return ids;
}

Result<> Ids::walk(xmlNodePtr element) {
  bool has_one = false;
  for (xmlAttrPtr attribute = element->properties; attribute != nullptr; attribute = attribute->next) {
    if (!is_id(element, attribute)) continue;
    if (has_one) return fail(kBadSecurity, "an element has two Ids", std::string(local_name(element)));
    has_one = true;
    if (!places_.try_emplace(value_of(attribute), Place{element, attribute}).second) {
      return fail(kDuplicateId, "two elements have the same Id", std::string(local_name(element)),
                  "an Id must be the only one of its kind in a message; this is how signatures are moved to other "
                  "content");
    }
  }
  for (const xmlNodePtr child : child_elements(element)) SG_TRY(walk(child));
  return {};
}

xmlNodePtr Ids::find(std::string_view reference) const {
  if (reference.size() < 2 || reference.front() != '#') return nullptr;
  const auto found = places_.find(reference.substr(1));
  return found == places_.end() ? nullptr : found->second.element;
}

Result<> Ids::announce(xmlDocPtr document) const {
  for (const auto& [id, place] : places_) {
    if (place.attribute->atype == XML_ATTRIBUTE_ID) continue;
    const auto* value = reinterpret_cast<const xmlChar*>(id.c_str());
    if (xmlAddID(nullptr, document, value, place.attribute) == nullptr) {
      return fail(kSecurityFailed, "an Id cannot be registered");
    }
  }
  return {};
}

}  // namespace sealgate::soap
