#pragma once
// A streaming XML reader: bytes in, events out, in constant memory. Well-formed XML 1.0 with namespaces; no network,
// no files, no entities beyond the five of XML and character references, no default attributes of a DTD. Encodings by
// byte order mark or declaration: UTF-8, UTF-16, US-ASCII, ISO-8859-x, windows-125x.

#include <memory>
#include <string>

#include "base/sink.h"
#include "xml/events.h"
#include "xml/limits.h"

namespace sealgate::xml {

enum class Dtd {
  Prohibit,  ///< xml.dtd-refused
  Ignore     ///< read over, nothing of it is used
};

struct ReaderOptions {
  Dtd dtd = Dtd::Prohibit;
  Limits limits = {};
};

class Reader final : public Sink {
 public:
  /// `handler` must outlive the reader. Its errors come out of write() and finish() as they are.
  Reader(const ReaderOptions& options, Handler& handler);
  ~Reader() override;

  Result<> write(ByteView bytes) override;
  /// xml.not-well-formed when the document is not complete.
  Result<> finish() override;

  /// "line 3, column 7": where it is in the document. For handlers, too.
  std::string position() const;
  /// As declared ("ISO-8859-1"), or "UTF-16" by its byte order mark; empty: UTF-8 without saying so. Known when the
  /// first event comes.
  std::string encoding() const;
  /// It began with a byte order mark.
  bool has_byte_order_mark() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealgate::xml
