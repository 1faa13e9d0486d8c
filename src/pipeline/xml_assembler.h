#pragma once
// The XML assembler: writes the body part as XML in the wanted encoding, puts context properties back into it, and
// puts envelopes around it.

#include "pipeline/stages.h"

namespace sealgate::pipeline {

/// Assemble stage. Constant memory. The document is the same as before but for what its schema demotes; its bytes are
/// not: it is read and written.
Result<> run_xml_assembler(const SendRun& run, const artifacts::XmlAssemblerSettings& settings,
                           const messaging::Message& message, Sink& target);

}  // namespace sealgate::pipeline
