#include <array>

#include "xml/convert.h"
#include "xml/errors.h"
#include "xml/library.h"
#include "xml/limits.h"
#include "xml/xsd_state.h"

namespace sealgate::xml {
namespace {

/// Keys are held in memory as long as their scope is open.
constexpr std::uint64_t kMaximumElementsWithKeys = 1'000'000;

/// libxml2's words are "Element 'a', attribute 'b': [facet 'pattern'] The value 'x' is not ...". Everything but
/// values is told: values are message content.
std::string describe(const xmlError& problem) {
  const std::string message = first_line(problem.message);
  const std::size_t colon = message.find("': ");
  if (colon == std::string::npos) return "the document breaks its schema";
  const std::string place = message.substr(0, colon + 1);
  const std::string rest = message.substr(colon + 3);
  switch (problem.code) {
    case XML_SCHEMAV_ELEMENT_CONTENT:         // not expected, expected is ...
    case XML_SCHEMAV_CVC_ELT_1:               // no declaration
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_1:    // content not allowed
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_3:    // text not allowed
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_4:    // missing child
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1:  // attribute not allowed
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2:
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_4:  // required attribute missing
    case XML_SCHEMAV_CVC_TYPE_3_1_2:      // children not allowed
      return place + ": " + rest;
    default:
      break;
  }
  constexpr std::string_view kFacet = "[facet '";
  if (rest.starts_with(kFacet)) {
    return place + ": the value breaks the facet " +
           rest.substr(kFacet.size() - 1, rest.find(']') - kFacet.size() + 1);
  }
  // The type stands last, behind the value.
  const std::size_t type = rest.rfind("type '");
  if (type != std::string::npos) return place + ": the value is not of " + rest.substr(type);
  return place + ": the value breaks the schema";
}

}  // namespace

class XsdValidator::Impl {
 public:
  Impl(std::shared_ptr<Xsd::State> state, std::function<std::string()> position)
      : state_(std::move(state)), position_(std::move(position)) {}
  ~Impl() {
    if (plug_ != nullptr) {
      xmlSchemaSAXUnplug(plug_);
      // A document that was left in the middle has open keys. libxml2 moves their matchers to a cache which it has
      // just emptied and does not look at again when it frees the context: the end of an empty run empties it.
      plug_ = state_->has_keys() ? xmlSchemaSAXPlug(context_, &calls_, &data_) : nullptr;
      if (plug_ != nullptr) xmlSchemaSAXUnplug(plug_);
    }
    if (context_ != nullptr) xmlSchemaFreeValidCtxt(context_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<> begin() {
    use_library();
    SG_TRY(state_->compile());
    context_ = xmlSchemaNewValidCtxt(state_->schema());
    if (context_ == nullptr) return fail(kOutOfMemory, "no memory for a validator");
    xmlSchemaSetValidStructuredErrors(context_, &Impl::on_error, this);
    // Without a parser behind it, the plug is the validator's own set of calls.
    plug_ = xmlSchemaSAXPlug(context_, &calls_, &data_);
    if (plug_ == nullptr) return fail(kOutOfMemory, "no memory for a validator");
    return {};
  }

  Result<> start_element(const StartElement& element) {
    text_ = 0;
    if (state_->has_keys() && ++elements_ > kMaximumElementsWithKeys) {
      return fail(kTooManyElements,
                  "the document has more than 1,000,000 elements, and its schema has keys, which are held in memory",
                  position_(),
                  "remove key, keyref and unique from the XSD, or do not validate documents of this size");
    }
    namespaces_.clear();
    for (const NamespaceDeclaration& declared : element.namespaces) {
      namespaces_.push_back(pointer(declared.prefix));
      namespaces_.push_back(pointer(declared.uri));
    }
    attributes_.clear();
    for (const Attribute& attribute : element.attributes) {
      const auto* value = reinterpret_cast<const xmlChar*>(attribute.value.data());
      attributes_.insert(attributes_.end(), {pointer(attribute.name.local), pointer(attribute.name.prefix),
                                             pointer(attribute.name.uri), value, value + attribute.value.size()});
    }
    calls_->startElementNs(data_, pointer(element.name.local), pointer(element.name.prefix),
                           pointer(element.name.uri), static_cast<int>(element.namespaces.size()), namespaces_.data(),
                           static_cast<int>(element.attributes.size()), 0, attributes_.data());
    return outcome();
  }

  Result<> end_element(const Name& name) {
    text_ = 0;
    calls_->endElementNs(data_, pointer(name.local), pointer(name.prefix), pointer(name.uri));
    return outcome();
  }

  Result<> text(std::string_view text) {
    text_ += text.size();
    if (text_ > kMaximumValidatedText) {
      return fail(kTextTooLong, "a text is longer than 16 MiB, which is held in memory to check it", position_(),
                  "do not validate documents of this size");
    }
    calls_->characters(data_, reinterpret_cast<const xmlChar*>(text.data()), static_cast<int>(text.size()));
    return outcome();
  }

  Result<> finish() {
    xmlSchemaSAXUnplug(plug_);
    plug_ = nullptr;
    return outcome();
  }

 private:
  Result<> outcome() {
    if (fault_) return fail(*fault_);
    return {};
  }
  static void on_error(void* data, xmlErrorPtr problem) {
    Impl& impl = *static_cast<Impl*>(data);
    if (impl.fault_ || problem->level < XML_ERR_ERROR) return;
    impl.fault_ = Error{kNotValid, describe(*problem), impl.position_(),
                        "ask the sender to correct the document, or correct the schema"};
  }

  std::shared_ptr<Xsd::State> state_;
  std::function<std::string()> position_;
  xmlSchemaValidCtxtPtr context_ = nullptr;
  xmlSchemaSAXPlugPtr plug_ = nullptr;
  xmlSAXHandlerPtr calls_ = nullptr;
  void* data_ = nullptr;
  std::optional<Error> fault_;
  std::vector<const xmlChar*> namespaces_;
  std::vector<const xmlChar*> attributes_;
  std::uint64_t elements_ = 0;
  std::size_t text_ = 0;
};

XsdValidator::XsdValidator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
XsdValidator::~XsdValidator() = default;

Result<std::unique_ptr<XsdValidator>> XsdValidator::create(const Xsd& xsd, std::function<std::string()> position) {
  if (xsd.empty()) return fail(kBadSchema, "the schema has no XSD to validate by", {}, "add the XSD to the schema");
  std::unique_ptr<XsdValidator> made(new XsdValidator(std::make_unique<Impl>(xsd.state_, std::move(position))));
  SG_TRY(made->impl_->begin());
  return made;
}

Result<> XsdValidator::start_element(const StartElement& element) {
  return impl_->start_element(element);
}
Result<> XsdValidator::end_element(const Name& name) {
  return impl_->end_element(name);
}
Result<> XsdValidator::text(std::string_view text) {
  return impl_->text(text);
}
Result<> XsdValidator::finish() {
  return impl_->finish();
}

}  // namespace sealgate::xml
