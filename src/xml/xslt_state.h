#pragma once
// What an Xslt holds. For .cpp files of this folder.

#include <libxslt/xsltInternals.h>

#include <mutex>

#include "xml/xslt.h"

namespace sealgate::xml {

class Xslt::State {
 public:
  explicit State(std::string text) : text_(std::move(text)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (stylesheet_ != nullptr) xsltFreeStylesheet(stylesheet_);
  }

  const std::string& text() const { return text_; }
  /// Thread-safe; after it, the stylesheet may be used by any thread.
  const Result<>& compile();
  xsltStylesheetPtr stylesheet() const { return stylesheet_; }

 private:
  Result<> compile_now();
  std::string text_;
  std::once_flag once_;
  Result<> outcome_;
  xsltStylesheetPtr stylesheet_ = nullptr;
};

}  // namespace sealgate::xml
