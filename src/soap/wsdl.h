#pragma once
// What a service offers, and its description for clients: WSDL 1.1, document/literal, bindings for SOAP 1.1 and 1.2
// (WS-I Basic Profile 1.1; W3C member submission "WSDL 1.1 Binding Extension for SOAP 1.2").

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "soap/names.h"

namespace sealgate::soap {

struct Operation {
  std::string name;
  std::string action = {};    ///< empty: none is demanded
  std::string request = {};   ///< element in the Body, "namespace#name"; empty: any
  std::string response = {};  ///< likewise, of a two-way service
};

struct Service {
  std::string name = "Sealgate";
  std::vector<std::string> schemas = {};  ///< XSD texts without declaration
  /// Empty: one that takes any document.
  std::vector<Operation> operations = {};
  std::optional<Version> version = {};  ///< absent: both
  bool two_way = false;

  /// The operation whose request has this element in its Body ("namespace#name"), or that takes any; nullptr: none.
  const Operation* find(std::string_view element) const;
};

/// The text of the description. `address`: where the service is, for soap:address.
std::string write_wsdl(const Service& service, std::string_view address);

}  // namespace sealgate::soap
