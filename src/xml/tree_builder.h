#pragma once
// Events to a libxml2 document, for what cannot work on a stream. For .cpp files of this folder and of soap/.

#include <libxml/tree.h>

#include <memory>

#include "xml/events.h"

namespace sealgate::xml {

struct DocumentDeleter {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};
using DocumentHandle = std::unique_ptr<xmlDoc, DocumentDeleter>;

class TreeBuilder final : public Handler {
 public:
  TreeBuilder();
  Result<> start_element(const StartElement& element) override;
  Result<> end_element(const Name& name) override;
  Result<> text(std::string_view text) override;
  Result<> comment(std::string_view text) override;
  Result<> processing_instruction(std::string_view target, std::string_view data) override;
  DocumentHandle take() { return std::move(document_); }

 private:
  /// Text comes in pieces; one node is made of all of them, since adding to a node takes time by its length.
  Result<> close_text();
  Result<> add(xmlNodePtr node);

  DocumentHandle document_;
  xmlNodePtr parent_ = nullptr;  ///< null: the document itself
  std::string text_;
};

}  // namespace sealgate::xml
