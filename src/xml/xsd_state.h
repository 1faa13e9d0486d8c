#pragma once
// What an Xsd holds. For .cpp files of this folder.

#include <libxml/xmlschemas.h>

#include <mutex>
#include <optional>

#include "xml/xsd.h"

namespace sealgate::xml {

class Xsd::State {
 public:
  explicit State(std::string text) : text_(std::move(text)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (schema_ != nullptr) xmlSchemaFree(schema_);
  }

  const std::string& text() const { return text_; }
  /// Thread-safe; after it, the rest may be read by any thread.
  const Result<>& compile();
  xmlSchemaPtr schema() const { return schema_; }
  const std::vector<std::string>& root_types() const { return root_types_; }
  /// It has key, keyref or unique: a validator holds what they point at.
  bool has_keys() const { return has_keys_; }

 private:
  Result<> compile_now();
  Result<> scan();

  std::string text_;
  std::once_flag once_;
  Result<> outcome_;
  xmlSchemaPtr schema_ = nullptr;
  std::vector<std::string> root_types_;
  bool has_keys_ = false;
};

}  // namespace sealgate::xml
