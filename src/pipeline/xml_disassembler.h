#pragma once
// The XML disassembler: recognises a document by its root element, promotes its properties, and splits an envelope
// into its documents, in constant memory. A document that is no envelope keeps its bytes; pieces of an envelope
// become documents of their own, in UTF-8, with the namespaces that were in scope.

#include "pipeline/stages.h"

namespace sealgate::pipeline {

/// Disassemble stage. Of an envelope every message has one part, the piece; its properties are the envelope's (also
/// those that stand behind its body) and, before them, its own.
Result<Pieces> run_xml_disassembler(const ReceiveRun& run, const artifacts::XmlDisassemblerSettings& settings,
                                    const messaging::Message& message);

}  // namespace sealgate::pipeline
