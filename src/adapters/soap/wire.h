#pragma once
// SOAP in HTTP: content types, actions, and what the engine is told of an envelope. SOAP 1.1 section 6, SOAP 1.2 part
// 2 section 7, RFC 3902.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/common/adapter.h"
#include "soap/envelope.h"

namespace sealgate::adapters::soap {

using sealgate::soap::Envelope;
using sealgate::soap::Version;

/// "text/xml; charset=utf-8"; of SOAP 1.2 with the action, if there is one.
std::string content_type_of(Version version, std::string_view action);
/// The version that a Content-Type announces; absent for one that is not SOAP's.
std::optional<Version> version_of(std::string_view content_type);
/// False for a charset parameter that is neither UTF-8 nor UTF-16 nor US-ASCII: then bytes do not mean what the XML
/// says (WS-I Basic Profile 1.1, R1012).
bool has_known_charset(std::string_view content_type);
/// A parameter of a Content-Type without its quotes; empty when it is not there.
std::string parameter_of(std::string_view content_type, std::string_view name);
/// Can stand in quotes in a header.
bool is_good_action(std::string_view action);

/// SOAP.Version, SOAP.Action, SOAP.MethodName (the local name of the element in the Body), SOAPHeader.<name> for each
/// header block (the first of a name; its XML), SOAPHeader.UnknownHeaders for those that share a name. Blocks
/// that `may_be_used` does not vouch for are left out, and so is what WS-Security says.
Result<ContextEntries> context_of(const Envelope& envelope, std::string_view action,
                                  const std::function<bool(const xmlNode*)>& may_be_used = {});

}  // namespace sealgate::adapters::soap
