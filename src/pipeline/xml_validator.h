#pragma once
// The XML validator: holds the body part against the XSD of its schema, in constant memory.

#include "pipeline/stages.h"

namespace sealgate::pipeline {

/// Validate stage. pipeline.unknown-document when no schema of the settings is of the document's message type.
Result<> run_xml_validator(const ReceiveRun& run, const artifacts::XmlValidatorSettings& settings, InFlight& message);

}  // namespace sealgate::pipeline
