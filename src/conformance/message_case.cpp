#include <set>

#include "certificates/import.h"
#include "conformance/cases.h"
#include "conformance/errors.h"
#include "io/file.h"
#include "smime/detached_digests.h"

namespace sealgate::conformance {
namespace {

using smime::LayerReport;
using smime::LayerType;
using smime::Outcome;
using smime::Report;

// --- the case's keys ---------------------------------------------------------------------------------------------

Result<Bytes> from_hex(const std::string& text) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const std::string pair = text.substr(i, 2);
    if (pair.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
      return fail(kBadCase, "a key is not hexadecimal", {}, "correct the manifest");
    }
    bytes.push_back(static_cast<Byte>(std::stoul(pair, nullptr, 16)));
  }
  return bytes;
}

Result<> add_private_key(const Case& test, const Json& entry, smime::DecodeOptions& options) {
  const Secret password = Secret::from_text(entry.value("password", std::string()));
  certificates::ImportOptions import;
  import.password = &password;
  SG_TRY_ASSIGN(const Bytes key_file, io::read_file(test.path(entry.value("key", std::string()))));
  SG_TRY_ASSIGN(const auto keys, certificates::import_bundle(key_file, import));
  std::optional<certificates::Certificate> certificate;
  if (entry.contains("cert")) {
    SG_TRY_ASSIGN(const Bytes file, io::read_file(test.path(entry.value("cert", std::string()))));
    SG_TRY_ASSIGN(const auto bundle, certificates::import_bundle(file, import));
    if (!bundle.certificates.empty()) certificate = bundle.certificates.front().certificate;
  }
  for (const auto& key : keys.keys) options.keys.push_back({key, certificate});
  return {};
}

Result<> add_keys(const Case& test, smime::DecodeOptions& options) {
  const auto keys = test.fields.find("keys");
  if (keys == test.fields.end()) return {};
  for (const Json& entry : *keys) {
    if (entry.contains("key")) SG_TRY(add_private_key(test, entry, options));
    if (entry.contains("secret_hex")) {
      SG_TRY_ASSIGN(Bytes secret, from_hex(entry.value("secret_hex", std::string())));
      SG_TRY_ASSIGN(Bytes id, from_hex(entry.value("key_id_hex", std::string())));
      options.shared_keys.push_back({Secret(std::move(secret)), std::move(id)});
    }
    if (entry.contains("recipient_password")) {
      options.passwords.push_back(Secret::from_text(entry.value("recipient_password", std::string())));
    }
  }
  return {};
}

}  // namespace

Result<smime::DecodeOptions> load_decode_options(const Case& test) {
  smime::DecodeOptions options;
  SG_TRY(add_keys(test, options));
  SG_TRY_ASSIGN(options.certificates, load_certificates(test, "certs"));
  SG_TRY_ASSIGN(options.trust, load_trust(test));
  options.weak = smime::WeakPolicy::allow_everything();
  options.content_digests = true;
  options.part_digests = true;
  if (const std::string detached = test.text("detached_content"); !detached.empty()) {
    auto digests = std::make_shared<smime::DetachedDigests>("");
    SG_TRY_ASSIGN(const auto input, io::open_input(test.path(detached)));
    SG_TRY(io::pump(input.get(), *digests, detached));
    options.detached_content = std::move(digests);
  }
  return options;
}

// --- what was observed -------------------------------------------------------------------------------------------

namespace {

std::string exact(const Outcome& outcome) {
  return outcome.ok() ? "ok" : "error:" + outcome.internal_class;
}

bool is_encryption(LayerType type) {
  return type == LayerType::Enveloped || type == LayerType::AuthEnveloped || type == LayerType::Encrypted;
}

const char* operation(LayerType type) {
  if (is_encryption(type)) return "decrypt";
  if (type == LayerType::Compressed) return "decompress";
  if (type == LayerType::Digested) return "digest";
  return type == LayerType::Signed ? "verify" : "parse";
}

Json signer_subjects(const LayerReport& layer) {
  Json subjects = Json::array();
  for (const auto& signer : layer.signers) {
    if (!signer.subject.empty()) subjects.push_back(signer.subject);
  }
  return subjects;
}

Json simplified(Json list) {
  return list.size() == 1 ? list.front() : list;
}

Json layer_json(const LayerReport& layer) {
  Json json{{"op", operation(layer.type)}, {"result", exact(layer.outcome)}};
  if (layer.outcome.ok() && !layer.content_sha256.empty()) json["content_sha256"] = layer.content_sha256;
  if (!layer.algorithms.empty()) json["algs"] = layer.algorithms;
  return json;
}

// The first failing layer of a sort decides.
void put_first_failure(Json& observed, const char* field, const Outcome& outcome) {
  if (!observed.contains(field) || observed[field] == "ok") observed[field] = exact(outcome);
}

void add_layer(Json& observed, const LayerReport& layer) {
  switch (layer.type) {
    case LayerType::Signed:
      put_first_failure(observed, "signature", layer.signature);
      put_first_failure(observed, "verify", layer.outcome);
      if (!observed.contains("signer_subject")) {
        if (const Json subjects = signer_subjects(layer); !subjects.empty()) {
          observed["signer_subject"] = simplified(subjects);
        }
      }
      observed["certificates"] = layer.certificate_count;
      observed["crls"] = layer.crl_count;
      break;
    case LayerType::Enveloped:
    case LayerType::AuthEnveloped:
    case LayerType::Encrypted:
      put_first_failure(observed, "decrypt", layer.outcome);
      observed["recipients"] = layer.recipients.size();
      break;
    case LayerType::Compressed:
      put_first_failure(observed, "decompress", layer.outcome);
      break;
    case LayerType::Digested:
      put_first_failure(observed, "digest", layer.outcome);
      break;
    case LayerType::Unknown:
      break;
  }
  if (!observed.contains("algs") && !layer.algorithms.empty()) observed["algs"] = layer.algorithms;
}

void add_policies(Json& observed, const Report& report) {
  for (const auto& layer : report.layers) {
    for (const auto& signer : layer.signers) {
      if (!layer.part.empty() || signer.user_policy_set.empty()) continue;
      const std::set<std::string> sorted(signer.user_policy_set.begin(), signer.user_policy_set.end());
      observed["user_policy_set"] = sorted;
      return;
    }
  }
}

void add_parts(Json& observed, const Report& report) {
  Json parts = Json::array();
  for (const auto& part : report.protected_parts) {
    Json json{{"part", part.part}};
    if (part.decrypt) json["decrypt"] = exact(*part.decrypt);
    if (part.signature) json["signature"] = exact(*part.signature);
    if (part.verify) json["verify"] = exact(*part.verify);
    if (!part.signer_subjects.empty()) json["signer_subject"] = simplified(part.signer_subjects);
    if (!part.content_sha256.empty()) json["content_sha256"] = part.content_sha256;
    if (part.decrypt && !observed.contains("decrypt")) observed["decrypt"] = "error:partially-encrypted";
    if (part.signature && !observed.contains("verify")) observed["verify"] = "error:partially-signed";
    parts.push_back(std::move(json));
  }
  if (!parts.empty()) observed["parts"] = std::move(parts);
}

// A message in which nothing protected was found, or which broke before it was.
void add_whole_failure(Json& observed, const Case& test, const Report& report) {
  if (observed.contains("verify") || observed.contains("decrypt") || observed.contains("decompress") ||
      observed.contains("digest")) {
    return;
  }
  Outcome outcome = report.result;
  if (outcome.ok()) outcome = Outcome{Error{kBadCase, "nothing in the message is protected", {}, {}}, "not-smime"};
  const std::string text = exact(outcome);
  if (test.kind.find("enveloped") != std::string::npos || test.fields.contains("keys")) observed["decrypt"] = text;
  if (test.kind == "compressed") observed["decompress"] = text;
  if (test.kind != "smime-enveloped") observed["verify"] = observed["signature"] = text;
}

void add_identity(Json& observed, const Report& report) {
  if (!report.identity) return;
  Json identity{{"from_raw", report.identity->from_raw}, {"signer_emails", report.identity->signer_emails}};
  identity["must_flag"] = report.identity->must_flag;
  if (!report.identity->sender_raw.empty()) identity["sender_raw"] = report.identity->sender_raw;
  observed["identity"] = std::move(identity);
}

}  // namespace

Json describe_report(const Case& test, const Report& report) {
  Json observed = Json::object();
  Json layers = Json::array();
  bool malformed = report.result.internal_class == "malformed" || report.result.internal_class == "not-smime";
  bool unauthenticated = false;
  bool has_signature = false;
  for (const auto& layer : report.layers) {
    malformed |= layer.outcome.internal_class == "malformed";
    if (!layer.part.empty()) continue;
    add_layer(observed, layer);
    layers.push_back(layer_json(layer));
    unauthenticated |= is_encryption(layer.type) && layer.outcome.ok() && !layer.authenticated;
    has_signature |= layer.type == LayerType::Signed;
  }
  observed["parse"] = malformed ? "error:malformed" : "ok";
  if (!layers.empty()) observed["layers"] = std::move(layers);
  add_parts(observed, report);
  add_whole_failure(observed, test, report);
  if (!report.content_sha256.empty()) observed["content_sha256"] = report.content_sha256;
  if (!report.content_type.empty()) observed["content_type"] = report.content_type;
  if (unauthenticated && !has_signature) observed["unauthenticated_plaintext"] = true;
  add_policies(observed, report);
  if (test.flag("identity_check")) add_identity(observed, report);
  observed["result"] = exact(report.result);
  return observed;
}

Result<Json> observe_message(const Case& test) {
  SG_TRY_ASSIGN(smime::DecodeOptions options, load_decode_options(test));
  SG_TRY_ASSIGN(const io::FileDescriptor input, io::open_input(test.file()));
  Nobody nobody;
  smime::Decoder decoder(std::move(options), nobody);
  static_cast<void>(io::pump(input.get(), decoder, test.file()));  // the report tells
  return describe_report(test, decoder.report());
}

Result<Json> observe_folder(const Case& test) {
  std::size_t files = 0;
  std::size_t accepted = 0;
  for (const auto& entry : std::filesystem::directory_iterator(test.file())) {
    if (!entry.is_regular_file()) continue;
    SG_TRY_ASSIGN(const io::FileDescriptor input, io::open_input(entry.path().string()));
    SG_TRY_ASSIGN(smime::DecodeOptions options, load_decode_options(test));
    Nobody nobody;
    smime::Decoder decoder(std::move(options), nobody);
    ++files;
    if (io::pump(input.get(), decoder, entry.path().string())) ++accepted;
  }
  return Json{{"robust", "no-crash"}, {"files", files}, {"accepted", accepted}};
}

}  // namespace sealgate::conformance
