#pragma once
// Which element has which Id, found by walking the tree: a reference means exactly one element, and it is known
// which.

#include <map>
#include <string>
#include <string_view>

#include "soap/tree.h"

namespace sealgate::soap {

/// wsu:Id and xml:id of any element, and Id of the elements of XML Signature, XML Encryption and WS-Security. An Id
/// of a business document is nobody's business here, and can never be referred to.
class Ids {
 public:
  /// soap.duplicate-id when two elements share one, in whichever attributes; soap.bad-security for two of them on one
  /// element.
  static Result<Ids> of(xmlDocPtr document);
  /// The element that "#id" means; nullptr for anything else.
  xmlNodePtr find(std::string_view reference) const;
  /// Tells libxml2, where xmlsec looks.
  Result<> announce(xmlDocPtr document) const;

 private:
  struct Place {
    xmlNodePtr element = nullptr;
    xmlAttrPtr attribute = nullptr;
  };
  Result<> walk(xmlNodePtr element);
  std::map<std::string, Place, std::less<>> places_;
};

}  // namespace sealgate::soap
