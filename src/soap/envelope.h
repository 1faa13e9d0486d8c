#pragma once
// A SOAP envelope: read whole, under limits, and written. SOAP 1.1 section 4, SOAP 1.2 part 1 section 5.
//
// Stricter than the specifications where leniency helps attackers only: nothing but Header and Body in an envelope
// (WS-I Basic Profile 1.1, R1011), no text beside the elements, at most one element in the Body (R9981).

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "soap/names.h"
#include "soap/tree.h"

namespace sealgate::soap {

/// All header blocks of one message together, in bytes.
inline constexpr std::size_t kMaximumHeaders = std::size_t{64} * 1024;
inline constexpr std::size_t kMaximumHeaderBlocks = 64;

struct HeaderBlock {
  xmlNodePtr node = nullptr;  ///< borrowed from the envelope
  bool for_us = true;         ///< targeted at the ultimate receiver or at the next node (4.2.2; 2.2)
  bool must_understand = false;

  std::string_view uri() const { return namespace_of(node); }
  std::string_view local() const { return local_name(node); }
  /// "namespace#local", or "local".
  std::string name() const;
};

class Envelope {
 public:
  /// The errors of parse_tree(), soap.not-an-envelope, soap.version-mismatch (the namespace of the envelope is none
  /// of the two), soap.bad-envelope, soap.headers-too-large.
  static Result<Envelope> parse(ByteView bytes, const TreeLimits& limits);

  Version version() const { return version_; }
  /// Borrowed. header() is nullptr when there is none.
  xmlNodePtr root() const { return xmlDocGetRootElement(document_.get()); }
  xmlNodePtr header() const;
  xmlNodePtr body() const;
  xmlDocPtr document() const { return document_.get(); }

  std::vector<HeaderBlock> headers() const;
  /// Those that must be understood by us and are not in `understood` (by name(), or by namespace with "#*" behind).
  std::vector<HeaderBlock> not_understood(const std::vector<std::string>& understood) const;

  /// The element in the Body; nullptr when there is none. soap.body-not-one when there are several, or text.
  Result<xmlNodePtr> body_element() const;

  /// Takes a node out of the tree and keeps it as long as the envelope, so that nothing new ever lies at its address:
  /// elements are known by their identity.
  void retire(xmlNodePtr node);

 private:
  explicit Envelope(DocumentHandle document) : document_(std::move(document)) {}
  Result<> check();
  struct FreeNode {
    void operator()(xmlNode* node) const { xmlFreeNode(node); }
  };
  DocumentHandle document_;
  std::vector<std::unique_ptr<xmlNode, FreeNode>> retired_;  // before the document, which they belong to
  Version version_ = Version::Soap11;
};

/// The text of an envelope around `body`, which is well-formed XML in UTF-8 without a declaration, or empty;
/// `headers`: whole elements of the same kind.
std::string write_envelope(Version version, const std::vector<std::string>& headers, std::string_view body);

/// A document that can stand in a Body or Header.
struct Embedded {
  std::string text;        ///< UTF-8, without declaration
  std::string root_uri;    ///< namespace of its root element
  std::string root_local;  ///< and its name
};

/// A document in any encoding, as it can stand in a Body or Header: UTF-8, without declaration, DTD, and what stands
/// outside of its root element. soap.not-xml, soap.too-large, and the errors of xml/.
Result<Embedded> embeddable(ByteView document, const TreeLimits& limits);

}  // namespace sealgate::soap
