#include "soap/fault.h"

#include "soap/errors.h"
#include "soap/markup.h"

namespace sealgate::soap {
namespace {

std::string_view code_word(Version version, FaultCode code) {
  const bool old = version == Version::Soap11;
  switch (code) {
    case FaultCode::VersionMismatch:
      return "VersionMismatch";
    case FaultCode::MustUnderstand:
      return "MustUnderstand";
    case FaultCode::Sender:
      return old ? "Client" : "Sender";
    case FaultCode::Receiver:
      return old ? "Server" : "Receiver";
  }
  return "Server";
}

std::string reason_of(const Fault& fault) {
  return fault.error_id.empty() ? fault.reason : fault.reason + " [" + fault.error_id + "]";
}

std::string detail_of(const Fault& fault) {
  return "<sg:Error xmlns:sg=\"" + std::string(kDetailNamespace) + "\"><sg:Code>" + escaped(fault.error_id) +
         "</sg:Code></sg:Error>";
}

/// SOAP 1.2 5.4.7: which versions there are here. The same block may stand in an answer of SOAP 1.1.
std::string upgrade_block() {
  return "<up:Upgrade xmlns:up=\"" + std::string(kSoap12) +
         "\"><up:SupportedEnvelope qname=\"s12:Envelope\" xmlns:s12=\"" + std::string(kSoap12) +
         "\"/><up:SupportedEnvelope qname=\"s11:Envelope\" xmlns:s11=\"" + std::string(kSoap11) + "\"/></up:Upgrade>";
}

std::vector<std::string> headers_of(Version version, const Fault& fault) {
  std::vector<std::string> blocks;
  if (fault.code == FaultCode::VersionMismatch) blocks.push_back(upgrade_block());
  if (version == Version::Soap11) return blocks;
  for (const std::string& name : fault.not_understood) {
    const std::size_t hash = name.rfind('#');
    const std::string uri = hash == std::string::npos ? "" : name.substr(0, hash);
    const std::string local = hash == std::string::npos ? name : name.substr(hash + 1);
    blocks.push_back("<nu:NotUnderstood xmlns:nu=\"" + std::string(kSoap12) + "\" xmlns:h=\"" + escaped(uri) +
                     "\" qname=\"h:" + escaped(local) + "\"/>");
  }
  return blocks;
}

/// Printable, in one line.
std::string tame(std::string_view text, std::size_t limit) {
  std::string clean(text.substr(0, limit));
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return clean;
}

std::string detail_text(xmlNodePtr detail) {
  if (detail == nullptr) return {};
  auto text = standalone(detail);
  return text ? tame(*text, 4000) : std::string();
}

std::string_view without_prefix(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

ReceivedFault read_11(const xmlNode* fault) {
  ReceivedFault read;
  const std::string code = text_content(find_child(fault, "", "faultcode"));
  read.code = tame(without_prefix(code), 200);
  read.reason = tame(text_content(find_child(fault, "", "faultstring")), 1000);
  read.detail = detail_text(find_child(fault, "", "detail"));
  return read;
}

ReceivedFault read_12(const xmlNode* fault) {
  ReceivedFault read;
  std::string words;
  for (const xmlNode* code = find_child(fault, kSoap12, "Code"); code != nullptr;
       code = find_child(code, kSoap12, "Subcode")) {
    const std::string word = text_content(find_child(code, kSoap12, "Value"));
    words.append(words.empty() ? "" : " ").append(without_prefix(word));
  }
  read.code = tame(words, 200);
  const auto texts = child_elements(find_child(fault, kSoap12, "Reason"));
  if (!texts.empty()) read.reason = tame(text_content(texts.front()), 1000);
  read.detail = detail_text(find_child(fault, kSoap12, "Detail"));
  return read;
}

}  // namespace

Fault fault_of(const Error& error) {
  Fault fault;
  fault.error_id = std::string(error.code.id);
  fault.reason = error.what;
  if (error.code == kVersionMismatch) {
    fault.code = FaultCode::VersionMismatch;
    fault.about_header = true;  // nothing of the body was looked at
    return fault;
  }
  if (error.code == kNotUnderstood) {
    fault.code = FaultCode::MustUnderstand;
    fault.about_header = true;
    return fault;
  }
  switch (error.code.error_class) {
    case ErrorClass::Usage:
    case ErrorClass::Malformed:
    case ErrorClass::Policy:
      fault.code = FaultCode::Sender;
      return fault;
    case ErrorClass::Decrypt:
    case ErrorClass::Signature:
    case ErrorClass::Trust:
    case ErrorClass::Revocation:
      // What exactly did not hold is nobody's business out there.
      fault.code = FaultCode::Sender;
      fault.reason = "the security of the message was not accepted";
      return fault;
    case ErrorClass::NotFound:
    case ErrorClass::Conflict:
    case ErrorClass::Transport:
    case ErrorClass::Environment:
      fault.reason = "the message cannot be taken now";
      return fault;
  }
  return fault;
}

int http_status_of(Version version, FaultCode code) {
  return version == Version::Soap12 && code == FaultCode::Sender ? 400 : 500;
}

std::string write_fault(Version version, const Fault& fault) {
  const std::string word(code_word(version, fault.code));
  const std::string sub = fault.subcode.empty() ? "" : "sub:" + escaped(fault.subcode);
  const std::string declared = sub.empty() ? "" : " xmlns:sub=\"" + escaped(fault.subcode_uri) + "\"";
  std::string body;
  if (version == Version::Soap11) {
    body = "<soap:Fault" + declared + "><faultcode>" + (sub.empty() ? "soap:" + word : sub) +
           "</faultcode><faultstring>" + escaped(reason_of(fault)) + "</faultstring>";
    if (!fault.error_id.empty() && !fault.about_header) body += "<detail>" + detail_of(fault) + "</detail>";
  } else {
    body = "<soap:Fault" + declared + "><soap:Code><soap:Value>soap:" + word + "</soap:Value>";
    if (!sub.empty()) body += "<soap:Subcode><soap:Value>" + sub + "</soap:Value></soap:Subcode>";
    body += "</soap:Code><soap:Reason><soap:Text xml:lang=\"en\">" + escaped(reason_of(fault)) +
            "</soap:Text></soap:Reason>";
    if (!fault.error_id.empty()) body += "<soap:Detail>" + detail_of(fault) + "</soap:Detail>";
  }
  body += "</soap:Fault>";
  return write_envelope(version, headers_of(version, fault), body);
}

std::optional<ReceivedFault> read_fault(const Envelope& envelope) {
  const std::string_view own = namespace_of(envelope.version());
  const xmlNodePtr fault = find_child(envelope.body(), own, "Fault");
  if (fault == nullptr) return std::nullopt;
  return envelope.version() == Version::Soap11 ? read_11(fault) : read_12(fault);
}

std::string ReceivedFault::summary() const {
  const std::string word = code.empty() ? "fault" : code;
  return reason.empty() ? word : word + ": " + reason;
}

}  // namespace sealgate::soap
