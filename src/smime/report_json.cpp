#include "smime/report_json.h"

#include <nlohmann/json.hpp>

#include "smime/errors.h"

namespace sealgate::smime {
namespace {

using Json = nlohmann::ordered_json;

void put(Json& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = value;
}

Json error_json(const Error& error) {
  Json json;
  json["code"] = error.code.id;
  json["what"] = error.what;
  put(json, "where", error.where);
  put(json, "remedy", error.remedy);
  return json;
}

void put_outcome(Json& object, const char* name, const Outcome& outcome) {
  object[name] = outcome.to_string();
  if (outcome.error) object["reason"] = outcome.error->what;
}

Json signer_json(const SignerReport& signer) {
  Json json;
  json["subject"] = signer.subject;
  put(json, "issuer", signer.issuer);
  put(json, "serial", signer.serial);
  json["thumbprint"] = signer.thumbprint;
  put(json, "thumbprint_sha256", signer.thumbprint_sha256);
  json["digest"] = signer.digest;
  json["algorithm"] = signer.algorithm;
  json["signed_attributes"] = signer.signed_attributes;
  if (signer.signing_time) json["signing_time"] = to_rfc3339(*signer.signing_time);
  if (signer.not_after) json["not_after"] = to_rfc3339(*signer.not_after);
  if (!signer.emails.empty()) json["emails"] = signer.emails;
  if (!signer.user_policy_set.empty()) json["policies"] = signer.user_policy_set;
  json["signature"] = signer.signature.to_string();
  put_outcome(json, "status", signer.verify);
  return json;
}

Json recipient_json(const RecipientReport& recipient) {
  Json json;
  json["kind"] = recipient.kind;
  put(json, "identifier", recipient.identifier);
  json["algorithm"] = recipient.algorithm;
  json["ours"] = recipient.ours;
  return json;
}

Json layer_json(const LayerReport& layer) {
  Json json;
  json["type"] = to_string(layer.type);
  put(json, "part", layer.part);
  put(json, "form", layer.form);
  put(json, "cipher", layer.cipher);
  if (!layer.algorithms.empty()) json["algorithms"] = layer.algorithms;
  if (!layer.weak.empty()) json["weak"] = layer.weak;
  const bool encrypted = layer.type == LayerType::Enveloped || layer.type == LayerType::AuthEnveloped ||
                         layer.type == LayerType::Encrypted;
  if (encrypted) {
    json["authenticated"] = layer.authenticated;
    json["recipients"] = Json::array();
    for (const auto& recipient : layer.recipients) json["recipients"].push_back(recipient_json(recipient));
    put(json, "decrypted_with", layer.decryption_thumbprint);
  }
  if (layer.type == LayerType::Signed) {
    json["signers"] = Json::array();
    for (const auto& signer : layer.signers) json["signers"].push_back(signer_json(signer));
    json["certificates"] = layer.certificate_count;
    json["crls"] = layer.crl_count;
    put(json, "variant", layer.digest_variant);
  }
  put(json, "content_type", layer.inner_content_type);
  json["bytes"] = layer.bytes;
  put(json, "content_sha256", layer.content_sha256);
  put_outcome(json, "status", layer.outcome);
  return json;
}

Json part_json(const PartReport& part) {
  Json json;
  json["index"] = part.index;
  put(json, "path", part.path);
  json["content_type"] = part.content_type;
  json["file_name"] = part.file_name;
  put(json, "content_id", part.content_id);
  put(json, "description", part.description);
  put(json, "transfer_encoding", part.transfer_encoding);
  json["bytes"] = part.bytes;
  json["sha256"] = part.sha256;
  json["signed"] = part.is_signed;
  json["encrypted"] = part.is_encrypted;
  if (part.selected) json["selected"] = true;
  return json;
}

Json protected_json(const ProtectedPart& part) {
  Json json;
  json["part"] = part.part;
  if (part.decrypt) json["decrypt"] = part.decrypt->to_string();
  if (part.signature) json["signature"] = part.signature->to_string();
  if (part.verify) json["verify"] = part.verify->to_string();
  return json;
}

Json identity_json(const Identity& identity) {
  Json json;
  json["from"] = identity.from_raw;
  if (!identity.sender_raw.empty()) json["sender"] = identity.sender_raw;
  json["signer_emails"] = identity.signer_emails;
  json["must_flag"] = identity.must_flag;
  return json;
}

}  // namespace

std::string to_json(const Report& report) {
  Json json;
  put(json, "input", report.input_format);
  put(json, "content_type", report.content_type);
  json["layers"] = Json::array();
  for (const auto& layer : report.layers) json["layers"].push_back(layer_json(layer));
  json["parts"] = Json::array();
  for (const auto& part : report.parts) json["parts"].push_back(part_json(part));
  if (!report.protected_parts.empty()) {
    json["protected_parts"] = Json::array();
    for (const auto& part : report.protected_parts) json["protected_parts"].push_back(protected_json(part));
  }
  if (report.identity) json["identity"] = identity_json(*report.identity);
  json["result"] = report.result.to_string();
  if (report.result.error) {
    json["error"] = error_json(*report.result.error);
    json["exit_status"] = exit_status(report.result.error->code.error_class);
  } else {
    json["exit_status"] = 0;
  }
  // Names in messages may hold any bytes; JSON is UTF-8.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sealgate::smime
