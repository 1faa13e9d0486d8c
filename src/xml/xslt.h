#pragma once
// XSLT 1.0: compiled once, shared by all copies and threads. A map holds its document in memory, so it has limits of
// its own. It reads and writes nothing but its document: no document(), import, include, extension or file.

#include <memory>
#include <string>

#include "base/sink.h"
#include "xml/events.h"

namespace sealgate::xml {

struct TransformLimits {
  std::uint64_t input = std::uint64_t{64} * 1024 * 1024;    ///< bytes of the document: xml.too-large
  std::uint64_t output = std::uint64_t{256} * 1024 * 1024;  ///< bytes of the result: xml.map-too-large
  /// Bytes held while it runs, checked between its steps: xml.map-too-large. A document takes about ten times its
  /// size.
  std::int64_t memory = std::int64_t{1536} * 1024 * 1024;
  unsigned long steps = 20'000'000;  ///< instructions, and XPath operations times fifty: xml.map-too-long
  double seconds = 60;               ///< xml.map-too-long
};

/// The text of an XSLT as a value; copies share what was compiled from it.
class Xslt {
 public:
  Xslt() = default;
  explicit Xslt(std::string text);
  bool empty() const { return state_ == nullptr; }
  const std::string& text() const;
  /// Compiles it at the first call; every later one gives the same answer. xml.bad-map, xml.map-reference.
  Result<> check() const;
  friend bool operator==(const Xslt& a, const Xslt& b) { return a.text() == b.text(); }

 private:
  friend class Transformer;
  class State;
  std::shared_ptr<State> state_;
};

/// Takes one document and, in finish(), writes what the map makes of it.
class Transformer final : public Sink {
 public:
  /// `target` must outlive it and gets its finish() with this one's. `map` is kept alive.
  Transformer(const Xslt& map, const TransformLimits& limits, Sink& target);
  ~Transformer() override;
  Result<> write(ByteView bytes) override;
  Result<> finish() override;
  /// After finish(): message type of the result; empty when it is not XML.
  const std::string& result_type() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealgate::xml
