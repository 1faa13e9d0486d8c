#pragma once
// Reads small structures that are in memory already (a captured SignerInfo, an AlgorithmIdentifier). BER is accepted
// everywhere; to_der() gives the canonical form where a signature covers DER. Views point into the input.

#include <optional>
#include <string>

#include "cms/ber.h"

namespace sealgate::cms {

/// One element in memory: `raw` is the whole of it, `content` the octets between header and end.
struct BerElement {
  BerHeader header;
  ByteView raw;
  ByteView content;

  bool is(std::uint32_t universal) const { return header.is(universal); }
  bool is_context(std::uint32_t n) const { return header.is_context(n); }
};

/// Walks over the elements of one level. Every failure is cms.malformed with the name given to the cursor.
class BerCursor {
 public:
  /// `name` appears in errors ("SignerInfo") and must outlive the cursor: use literals.
  BerCursor(ByteView bytes, const char* name) : rest_(bytes), name_(name) {}
  BerCursor(const BerElement& parent, const char* name) : rest_(parent.content), name_(name) {}

  bool at_end() const { return rest_.empty(); }
  /// The next element without consuming it; nothing at the end or when it is damaged.
  std::optional<BerElement> peek() const;
  /// True when there is a next element with that tag.
  bool next_is(std::uint32_t universal) const;
  bool next_is_context(std::uint32_t n) const;
  Result<BerElement> next();
  Result<BerElement> next(std::uint32_t universal);
  /// Fails unless everything was consumed.
  Result<> expect_end() const;

 private:
  Result<BerElement> decode() const;
  tl::unexpected<Error> malformed(const char* what) const;
  ByteView rest_;
  const char* name_;
};

/// The single element that fills `bytes` exactly.
Result<BerElement> parse_single(ByteView bytes, const char* name);

/// Content of an OCTET STRING or of an implicitly tagged one, segments joined.
Result<Bytes> octet_string(const BerElement& element);
/// Bits of a BIT STRING without unused bits; fails when there are any.
Result<Bytes> bit_string(const BerElement& element);
/// "1.2.840.113549.1.7.2"
Result<std::string> oid(const BerElement& element);
/// A small non-negative INTEGER; fails past 2^63 - 1.
Result<std::uint64_t> small_integer(const BerElement& element);

/// The same value in DER: definite minimal lengths, joined strings, sorted SETs. Fails past 64 levels.
Result<Bytes> to_der(const BerElement& element);

/// AlgorithmIdentifier. `parameters` is the raw element, empty when absent.
struct AlgorithmId {
  std::string oid;
  Bytes parameters;
  /// Absent or NULL, which mean the same in practice.
  bool no_parameters() const { return parameters.empty() || (parameters.size() == 2 && parameters[0] == 5); }
};
Result<AlgorithmId> algorithm_id(const BerElement& element);

}  // namespace sealgate::cms
