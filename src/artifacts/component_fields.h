#pragma once
// One list of the fields of each component: reading, writing and overriding follow from it. Adding a component: its
// settings in pipelines.h, its word and stages here, what it does in pipeline/component_table.cpp.

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "artifacts/pipelines.h"

namespace sealgate::artifacts {

/// What documents call a component, and where it may stand. The order is that of ComponentSettings.
struct ComponentType {
  std::string_view word;
  Stage stage;
};
inline constexpr std::array<ComponentType, std::variant_size_v<ComponentSettings>> kComponentTypes{{
    {"decoder", Stage::Decode},
    {"as2_decoder", Stage::Decode},
    {"xml_disassembler", Stage::Disassemble},
    {"xml_validator", Stage::Validate},
    {"party_resolution", Stage::ResolveParty},
    {"xml_assembler", Stage::Assemble},
    {"encoder", Stage::Encode},
    {"as2_encoder", Stage::Encode},
}};
inline constexpr std::array kAllStages{Stage::Decode,      Stage::Disassemble, Stage::Validate, Stage::ResolveParty,
                                       Stage::PreAssemble, Stage::Assemble,    Stage::Encode};

inline const ComponentType& type_of(const ComponentSettings& settings) {
  return kComponentTypes[settings.index()];
}
inline Direction direction_of(Stage stage) {
  return stage <= Stage::ResolveParty ? Direction::Receive : Direction::Send;
}
/// With default settings; empty when there is none of this word.
std::optional<ComponentSettings> component_of_word(std::string_view word);

struct Bounds {
  int minimum;
  int maximum;
};

/// Calls visit(name, field) for each field, and visit(name, field, Bounds) for numbers. `Settings` may be const.
template <typename Settings, typename Visitor>
void each_field(Settings& settings, Visitor&& visit) {
  using Plain = std::remove_const_t<Settings>;
  if constexpr (std::is_same_v<Plain, DecoderSettings>) {
    visit("allow_non_mime", settings.allow_non_mime);
    visit("body_part_index", settings.body_part_index, Bounds{0, 1000});
    visit("body_part_content_type", settings.body_part_content_type);
    visit("check_revocation", settings.check_revocation);
    visit("check_extended_key_usage", settings.check_extended_key_usage);
    visit("require_signature", settings.require_signature);
    visit("require_encryption", settings.require_encryption);
    visit("allow_expired_decryption", settings.allow_expired_decryption);
  } else if constexpr (std::is_same_v<Plain, As2DecoderSettings>) {
    visit("check_revocation", settings.check_revocation);
    visit("check_extended_key_usage", settings.check_extended_key_usage);
    visit("allow_expired_decryption", settings.allow_expired_decryption);
  } else if constexpr (std::is_same_v<Plain, XmlDisassemblerSettings>) {
    visit("allow_unrecognized_message", settings.allow_unrecognized_message);
    visit("document_schemas", settings.document_schemas);
    visit("envelope_schemas", settings.envelope_schemas);
    visit("recoverable_interchange", settings.recoverable_interchange);
    visit("validate_document", settings.validate_document);
    visit("dtd", settings.dtd);
    visit("maximum_messages", settings.maximum_messages, Bounds{1, 100'000});
  } else if constexpr (std::is_same_v<Plain, XmlValidatorSettings>) {
    visit("schemas", settings.schemas);
    visit("recoverable_interchange", settings.recoverable_interchange);
  } else if constexpr (std::is_same_v<Plain, PartyResolutionSettings>) {
    visit("resolve_by_certificate", settings.resolve_by_certificate);
    visit("resolve_by_sid", settings.resolve_by_sid);
    visit("fall_back", settings.fall_back);
  } else if constexpr (std::is_same_v<Plain, XmlAssemblerSettings>) {
    visit("document_schemas", settings.document_schemas);
    visit("envelope_schemas", settings.envelope_schemas);
    visit("add_xml_declaration", settings.add_xml_declaration);
    visit("preserve_byte_order_mark", settings.preserve_byte_order_mark);
    visit("target_charset", settings.target_charset);
    visit("processing_instructions", settings.processing_instructions);
    visit("add_processing_instructions", settings.add_processing_instructions);
    visit("processing_instruction_scope", settings.processing_instruction_scope);
  } else if constexpr (std::is_same_v<Plain, As2EncoderSettings>) {
    visit("check_revocation", settings.check_revocation);
  } else {
    static_assert(std::is_same_v<Plain, EncoderSettings>);
    visit("signature_type", settings.signature_type);
    visit("digest", settings.digest);
    visit("add_signing_certificate", settings.add_signing_certificate);
    visit("enable_encryption", settings.enable_encryption);
    visit("encryption_algorithm", settings.encryption_algorithm);
    visit("key_transport", settings.key_transport);
    visit("check_revocation", settings.check_revocation);
    visit("compression", settings.compression);
    visit("transfer_encoding", settings.transfer_encoding);
    visit("send_body_as_attachment", settings.send_body_as_attachment);
    visit("content_type", settings.content_type);
  }
}

}  // namespace sealgate::artifacts
