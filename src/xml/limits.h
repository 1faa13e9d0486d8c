#pragma once
// What a document may cost. Each limit has its own error code in errors.h; whatever else a reader holds is bounded by
// these values or by a constant.

#include <cstddef>
#include <cstdint>

namespace sealgate::xml {

struct Limits {
  std::size_t depth = 200;        ///< elements inside each other, at most 250: xml.too-deep
  std::size_t attributes = 1000;  ///< of one element, its namespace declarations included: xml.too-many-attributes
  std::size_t name = 1000;        ///< bytes of a name with its prefix, or of a namespace: xml.name-too-long
  /// Bytes of one tag, comment, processing instruction or document type declaration: xml.markup-too-long
  std::size_t markup = std::size_t{256} * 1024;
  std::uint64_t text = std::uint64_t{4} * 1024 * 1024 * 1024;  ///< bytes of text in one piece: xml.text-too-long
  std::uint64_t total = ~std::uint64_t{0};                     ///< bytes of the document: xml.too-large
  std::size_t names = std::size_t{4} * 1024 * 1024;            ///< bytes of all distinct names: xml.too-many-names
};

/// A text that is checked against a simple type is held in memory: xml.text-too-long past this.
inline constexpr std::size_t kMaximumValidatedText = std::size_t{16} * 1024 * 1024;
/// Bytes of an XSD or an XSLT.
inline constexpr std::size_t kMaximumArtifactText = std::size_t{4} * 1024 * 1024;

}  // namespace sealgate::xml
