#pragma once
// Pipelines with their components and settings, the settings of components per port ("Configure Pipeline" in
// BizTalk), and what XML components work by: schemas and maps. What a component does is told in pipeline/.

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crypto/algorithms.h"
#include "messaging/context.h"
#include "xml/path.h"
#include "xml/xsd.h"
#include "xml/xslt.h"

namespace sealgate::artifacts {

/// MIME/SMIME decoder.
struct DecoderSettings {
  bool allow_non_mime = false;              ///< true: what is not MIME passes through unchanged
  int body_part_index = 0;                  ///< from 1; 0: chosen by type (BizTalk's rules)
  std::string body_part_content_type = {};  ///< "application/xml"; empty: off
  bool check_revocation = true;
  /// false: an extended key usage that says nothing about mail does not matter, as with TLS certificates that
  /// partners sign with; key usage is looked at in any case.
  bool check_extended_key_usage = true;
  bool require_signature = false;   ///< refuse what is not signed
  bool require_encryption = false;  ///< refuse what is not encrypted
  /// true: opens also what is encrypted to an own certificate that has expired since.
  bool allow_expired_decryption = false;
  friend bool operator==(const DecoderSettings&, const DecoderSettings&) = default;
};

/// AS2 decoder: what else is asked of a message stands in its agreement.
struct As2DecoderSettings {
  bool check_revocation = true;
  bool check_extended_key_usage = true;   ///< as DecoderSettings has it
  bool allow_expired_decryption = false;  ///< likewise
  friend bool operator==(const As2DecoderSettings&, const As2DecoderSettings&) = default;
};

/// Party resolution.
struct PartyResolutionSettings {
  bool resolve_by_certificate = true;  ///< BizTalk: AllowByCertName
  bool resolve_by_sid = true;          ///< BizTalk: AllowBySID
  /// A certificate that belongs to nobody does not end the search: the next evidence is looked at.
  bool fall_back = false;
  friend bool operator==(const PartyResolutionSettings&, const PartyResolutionSettings&) = default;
};

enum class SignatureType { None, Clear, Blob };
enum class TransferEncoding { Base64, QuotedPrintable, SevenBit, EightBit, Binary };
enum class KeyTransport { Rsa, RsaOaep };
enum class Compression { None, BeforeSigning, AfterSigning };

/// MIME/SMIME encoder.
struct EncoderSettings {
  bool add_signing_certificate = true;
  bool check_revocation = true;
  TransferEncoding transfer_encoding = TransferEncoding::Base64;
  bool enable_encryption = false;
  crypto::ContentCipher encryption_algorithm = crypto::ContentCipher::Aes256Cbc;
  SignatureType signature_type = SignatureType::None;
  bool send_body_as_attachment = false;
  crypto::DigestAlgorithm digest = crypto::DigestAlgorithm::Sha256;
  KeyTransport key_transport = KeyTransport::Rsa;
  Compression compression = Compression::None;
  /// Content type of the body part on the way out when the message does not say; empty: application/octet-stream.
  std::string content_type = {};
  friend bool operator==(const EncoderSettings&, const EncoderSettings&) = default;
};

/// AS2 encoder: what is signed, encrypted and compressed stands in the agreement of the message.
struct As2EncoderSettings {
  bool check_revocation = true;
  friend bool operator==(const As2EncoderSettings&, const As2EncoderSettings&) = default;
};

enum class DtdProcessing {
  Prohibit,  ///< a document type declaration is an error
  Ignore     ///< it is read over; no entity of it is known
};
enum class ProcessingInstructions { Append, Create, Ignore };
enum class InstructionScope { Document, Envelope };

/// XML disassembler.
struct XmlDisassemblerSettings {
  bool allow_unrecognized_message = false;         ///< true: documents of no known schema pass without a check
  std::vector<std::string> document_schemas = {};  ///< names; empty: every schema of the configuration
  std::vector<std::string> envelope_schemas = {};  ///< names; empty: every schema that has an envelope body
  bool recoverable_interchange = false;            ///< true: a bad piece of an envelope fails alone
  bool validate_document = false;                  ///< against the XSD of its schema
  DtdProcessing dtd = DtdProcessing::Prohibit;
  int maximum_messages = 10'000;  ///< that one document may be split into, 1-100,000
  friend bool operator==(const XmlDisassemblerSettings&, const XmlDisassemblerSettings&) = default;
};

/// XML validator.
struct XmlValidatorSettings {
  std::vector<std::string> schemas = {};  ///< names; empty: the one of the document's message type
  bool recoverable_interchange = false;   ///< true: a bad message fails alone
  friend bool operator==(const XmlValidatorSettings&, const XmlValidatorSettings&) = default;
};

/// XML assembler.
struct XmlAssemblerSettings {
  std::vector<std::string> document_schemas = {};  ///< names; empty: every schema of the configuration
  /// Names, from the outside in; each envelope is made around the document. Empty: none.
  std::vector<std::string> envelope_schemas = {};
  bool add_xml_declaration = true;
  bool preserve_byte_order_mark = true;
  std::string target_charset = {};           ///< "utf-8", "utf-16", "iso-8859-1" ...; empty: as the document came
  std::string processing_instructions = {};  ///< such as `<?xml-stylesheet href="a.xsl"?>`
  ProcessingInstructions add_processing_instructions = ProcessingInstructions::Append;
  InstructionScope processing_instruction_scope = InstructionScope::Document;
  friend bool operator==(const XmlAssemblerSettings&, const XmlAssemblerSettings&) = default;
};

/// The settings of one component tell its type. Adding a component adds its settings here and one line to the table
/// in component_fields.h.
using ComponentSettings =
    std::variant<DecoderSettings, As2DecoderSettings, XmlDisassemblerSettings, XmlValidatorSettings,
                 PartyResolutionSettings, XmlAssemblerSettings, EncoderSettings, As2EncoderSettings>;

enum class Direction { Receive, Send };

/// In the order in which they run; the first four belong to receive pipelines.
enum class Stage { Decode, Disassemble, Validate, ResolveParty, PreAssemble, Assemble, Encode };

struct Component {
  Stage stage = Stage::Decode;
  ComponentSettings settings = {};
  friend bool operator==(const Component&, const Component&) = default;
};

/// A pipeline by name. The built-in ones (built_in_pipelines.h) exist without being applied.
struct Pipeline {
  std::string name = {};
  std::string description = {};
  Direction direction = Direction::Receive;
  std::vector<Component> components = {};  ///< in the order of stages; in a stage in the order they run
  friend bool operator==(const Pipeline&, const Pipeline&) = default;
};

/// When an assembler writes a property back into the document.
enum class Demotion {
  WhenEmpty,  ///< what stands there stays
  Always,
  Never
};

/// A value of documents that becomes a context property, and the other way round.
struct PromotedProperty {
  std::string name = {};  ///< in a namespace of the user's own: "Order.Total"
  xml::Path xpath = {};
  messaging::PropertyType type = messaging::PropertyType::Text;
  bool promote = true;  ///< false: written only, not for routing
  Demotion demote = Demotion::WhenEmpty;
  friend bool operator==(const PromotedProperty&, const PromotedProperty&) = default;
};

/// What is known of one type of document.
struct Schema {
  std::string name = {};
  std::string description = {};
  std::string message_type = {};                       ///< "namespace#root", or "root" without a namespace
  xml::Xsd xsd = {};                                   ///< may be empty: recognised, never validated
  std::map<std::string, std::string> namespaces = {};  ///< prefixes of the paths below
  std::vector<PromotedProperty> promoted = {};
  xml::Path envelope_body = {};  ///< the element whose children are the documents; empty: no envelope
  friend bool operator==(const Schema&, const Schema&) = default;
};

/// An XSLT for documents of one type.
struct Map {
  std::string name = {};
  std::string description = {};
  std::string source = {};  ///< message type that it takes
  std::string target = {};  ///< message type that it makes
  xml::Xslt xslt = {};
  std::uint64_t maximum_body = std::uint64_t{64} * 1024 * 1024;  ///< bytes of a document; maps hold it in memory
  friend bool operator==(const Map&, const Map&) = default;
};

/// Settings of a component at one port ("Configure Pipeline"): those given replace the pipeline's own, the others of
/// `settings` mean nothing.
struct ComponentOverride {
  ComponentSettings settings = {};
  std::vector<std::string> given = {};  ///< names as in documents
  friend bool operator==(const ComponentOverride&, const ComponentOverride&) = default;
};

/// What a port runs. `name` may be that of a built-in pipeline; components_of() in built_in_pipelines.h gives what
/// runs.
struct PipelineSettings {
  std::string name = {};
  std::vector<ComponentOverride> overrides =
      {};  ///< at most one of each type, for all its components in the pipeline
  friend bool operator==(const PipelineSettings&, const PipelineSettings&) = default;
};
struct ReceivePipelineSettings : PipelineSettings {
  ReceivePipelineSettings() : PipelineSettings{"PassThruReceive", {}} {}
};
struct SendPipelineSettings : PipelineSettings {
  SendPipelineSettings() : PipelineSettings{"PassThruTransmit", {}} {}
};

std::string_view to_string(SignatureType type);                   ///< none, clear, blob
std::string_view to_string(TransferEncoding encoding);            ///< base64, quoted-printable, 7bit, 8bit, binary
std::string_view to_string(KeyTransport transport);               ///< rsa, rsa-oaep
std::string_view to_string(DtdProcessing processing);             ///< prohibit, ignore
std::string_view to_string(ProcessingInstructions instructions);  ///< append, create, ignore
std::string_view to_string(InstructionScope scope);               ///< document, envelope
std::string_view to_string(Demotion demotion);                    ///< when-empty, always, never
std::string_view to_string(Direction direction);                  ///< receive, send
std::string_view to_string(Stage stage);              ///< decode, disassemble, validate, resolve_party, ...
std::string_view to_string(Compression compression);  ///< none, before-signing, after-signing

}  // namespace sealgate::artifacts
