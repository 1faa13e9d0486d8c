#include "soap/wsdl.h"

#include <algorithm>

#include "soap/markup.h"

namespace sealgate::soap {
namespace {

constexpr std::string_view kWsdl = "http://schemas.xmlsoap.org/wsdl/";
constexpr std::string_view kBinding11 = "http://schemas.xmlsoap.org/wsdl/soap/";
constexpr std::string_view kBinding12 = "http://schemas.xmlsoap.org/wsdl/soap12/";
constexpr std::string_view kXsd = "http://www.w3.org/2001/XMLSchema";
constexpr std::string_view kTransport = "http://schemas.xmlsoap.org/soap/http";

std::string_view uri_of(std::string_view element) {
  const std::size_t hash = element.rfind('#');
  return hash == std::string_view::npos ? std::string_view() : element.substr(0, hash);
}
std::string_view local_of(std::string_view element) {
  const std::size_t hash = element.rfind('#');
  return hash == std::string_view::npos ? element : element.substr(hash + 1);
}

/// Names that other parts of the description refer to.
class Description {
 public:
  Description(const Service& service, std::string_view address) : service_(service), address_(address) {
    operations_ = service.operations;
    if (operations_.empty()) operations_.push_back({"Process"});
  }

  std::string write() {
    text_ = "<wsdl:definitions" + attribute("name", service_.name) +
            attribute("targetNamespace", "urn:sealgate:service:" + service_.name) + declared("wsdl", kWsdl) +
            declared("xsd", kXsd) + declared("tns", "urn:sealgate:service:" + service_.name) +
            declared("soap11", kBinding11) + declared("soap12", kBinding12) + ">";
    text_ += "<wsdl:types>";
    for (const std::string& schema : service_.schemas) text_ += schema;
    text_ += "</wsdl:types>";
    for (const Operation& operation : operations_) {
      message(operation.name + "Request", operation.request);
      if (service_.two_way) message(operation.name + "Response", operation.response);
    }
    port_type();
    for (const Version version : versions()) binding(version);
    text_ += "<wsdl:service" + attribute("name", service_.name) + ">";
    for (const Version version : versions()) {
      text_ += "<wsdl:port" + attribute("name", binding_name(version)) +
               attribute("binding", "tns:" + binding_name(version)) + "><" + prefix(version) + ":address" +
               attribute("location", address_) + "/></wsdl:port>";
    }
    text_ += "</wsdl:service></wsdl:definitions>\n";
    return std::move(text_);
  }

 private:
  static std::string attribute(std::string_view name, std::string_view value) {
    return " " + std::string(name) + "=\"" + escaped(value) + "\"";
  }
  static std::string declared(std::string_view prefix, std::string_view uri) {
    return attribute("xmlns:" + std::string(prefix), uri);
  }
  static std::string prefix(Version version) { return version == Version::Soap11 ? "soap11" : "soap12"; }
  std::string binding_name(Version version) const {
    return service_.name + (version == Version::Soap11 ? "Soap11" : "Soap12");
  }
  std::vector<Version> versions() const {
    if (service_.version) return {*service_.version};
    return {Version::Soap11, Version::Soap12};
  }

  void message(const std::string& name, std::string_view element) {
    text_ += "<wsdl:message" + attribute("name", name) + "><wsdl:part name=\"body\"";
    if (element.empty()) {
      text_ += attribute("type", "xsd:anyType");
    } else if (uri_of(element).empty()) {
      text_ += attribute("element", local_of(element));
    } else {
      text_ += declared("e", uri_of(element)) + attribute("element", "e:" + std::string(local_of(element)));
    }
    text_ += "/></wsdl:message>";
  }

  void port_type() {
    text_ += "<wsdl:portType" + attribute("name", service_.name) + ">";
    for (const Operation& operation : operations_) {
      text_ += "<wsdl:operation" + attribute("name", operation.name) + "><wsdl:input" +
               attribute("message", "tns:" + operation.name + "Request") + "/>";
      if (service_.two_way) {
        text_ += "<wsdl:output" + attribute("message", "tns:" + operation.name + "Response") + "/>";
      }
      text_ += "</wsdl:operation>";
    }
    text_ += "</wsdl:portType>";
  }

  void binding(Version version) {
    const std::string p = prefix(version);
    const std::string body = "<" + p + ":body use=\"literal\"/>";
    text_ += "<wsdl:binding" + attribute("name", binding_name(version)) + attribute("type", "tns:" + service_.name) +
             "><" + p + ":binding style=\"document\"" + attribute("transport", kTransport) + "/>";
    for (const Operation& operation : operations_) {
      text_ += "<wsdl:operation" + attribute("name", operation.name) + "><" + p + ":operation style=\"document\"" +
               attribute("soapAction", operation.action) + "/><wsdl:input>" + body + "</wsdl:input>";
      if (service_.two_way) text_ += "<wsdl:output>" + body + "</wsdl:output>";
      text_ += "</wsdl:operation>";
    }
    text_ += "</wsdl:binding>";
  }

  const Service& service_;
  std::string address_;
  std::vector<Operation> operations_;
  std::string text_;
};

}  // namespace

const Operation* Service::find(std::string_view element) const {
  const auto found = std::ranges::find_if(operations, [element](const Operation& operation) {
    return operation.request.empty() || operation.request == element;
  });
  return found == operations.end() ? nullptr : &*found;
}

std::string write_wsdl(const Service& service, std::string_view address) {
  return Description(service, address).write();
}

}  // namespace sealgate::soap
