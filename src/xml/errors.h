#pragma once
// Error codes of xml/. What documents hold is never part of a message; names of elements are.

#include "base/error.h"

namespace sealgate::xml {

// Reading
inline constexpr ErrorCode kNotWellFormed{"xml.not-well-formed",
                                          ErrorClass::Malformed};  ///< not XML, or not complete
/// A document type declaration where none is allowed.
inline constexpr ErrorCode kDtdRefused{"xml.dtd-refused", ErrorClass::Policy};
/// An entity other than the five of XML and character references.
inline constexpr ErrorCode kEntityRefused{"xml.entity-refused", ErrorClass::Policy};
/// An encoding that is not read: only UTF-8, UTF-16, US-ASCII, ISO-8859 and windows-125x are.
inline constexpr ErrorCode kUnknownEncoding{"xml.unknown-encoding", ErrorClass::Malformed};
inline constexpr ErrorCode kTooDeep{"xml.too-deep", ErrorClass::Policy};  ///< elements nest deeper than allowed
inline constexpr ErrorCode kTooManyAttributes{"xml.too-many-attributes",
                                              ErrorClass::Policy};  ///< on one element, namespaces included
inline constexpr ErrorCode kNameTooLong{"xml.name-too-long",
                                        ErrorClass::Policy};  ///< of an element, attribute or namespace
/// One tag, comment, processing instruction or declaration is larger than allowed.
inline constexpr ErrorCode kMarkupTooLong{"xml.markup-too-long", ErrorClass::Policy};
inline constexpr ErrorCode kTextTooLong{"xml.text-too-long",
                                        ErrorClass::Policy};                ///< text without an element in between
inline constexpr ErrorCode kTooLarge{"xml.too-large", ErrorClass::Policy};  ///< the document as a whole
/// The names and namespaces of one document take more memory than allowed.
inline constexpr ErrorCode kTooManyNames{"xml.too-many-names", ErrorClass::Policy};

// Writing
/// A character that the target encoding does not have, in a name or a comment, where no reference is possible.
inline constexpr ErrorCode kNotEncodable{"xml.not-encodable", ErrorClass::Malformed};

// Paths
inline constexpr ErrorCode kBadPath{"xml.bad-path",
                                    ErrorClass::Usage};  ///< not in the part of XPath that is understood

// Schemas
inline constexpr ErrorCode kBadSchema{"xml.bad-schema", ErrorClass::Usage};  ///< the XSD is wrong
/// The XSD imports, includes or redefines another one.
inline constexpr ErrorCode kSchemaImport{"xml.schema-import", ErrorClass::Usage};
inline constexpr ErrorCode kNotValid{"xml.not-valid", ErrorClass::Malformed};  ///< the document breaks its schema
/// A document is too long for a schema with keys: what must be unique is held in memory.
inline constexpr ErrorCode kTooManyElements{"xml.too-many-elements", ErrorClass::Policy};

// Maps
inline constexpr ErrorCode kBadMap{"xml.bad-map", ErrorClass::Usage};  ///< the XSLT is wrong
/// The XSLT imports or includes another one, or uses document() or an extension.
inline constexpr ErrorCode kMapReference{"xml.map-reference", ErrorClass::Usage};
inline constexpr ErrorCode kMapFailed{"xml.map-failed", ErrorClass::Malformed};  ///< the map failed on this document
inline constexpr ErrorCode kMapStopped{"xml.map-stopped",
                                       ErrorClass::Malformed};  ///< xsl:message terminate="yes" was reached
/// The map did not end within its steps or its time.
inline constexpr ErrorCode kMapTooLong{"xml.map-too-long", ErrorClass::Policy};
/// The map took more memory, or made more output, than it may.
inline constexpr ErrorCode kMapTooLarge{"xml.map-too-large", ErrorClass::Policy};

inline constexpr ErrorCode kOutOfMemory{"xml.out-of-memory", ErrorClass::Environment};

}  // namespace sealgate::xml
