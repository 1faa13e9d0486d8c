#include "smime/detail/context.h"

#include "cms/errors.h"
#include "crypto/errors.h"
#include "smime/errors.h"

namespace sealgate::smime::detail {
namespace {

constexpr std::size_t kMaxNodes = 1000;  // layers of all parts together

// Whoever signed may be any of these; a DSA signer's parameters may come from its issuer.
std::vector<certificates::Certificate> known_certificates(const DecodeOptions& options) {
  std::vector<certificates::Certificate> all = options.certificates;
  all.insert(all.end(), options.trust.intermediates.begin(), options.trust.intermediates.end());
  all.insert(all.end(), options.trust.anchors.begin(), options.trust.anchors.end());
  return all;
}

}  // namespace

Context::Context(DecodeOptions given, PartReceiver& part_receiver)
    : options(std::move(given)), receiver(part_receiver), signers(known_certificates(options), options.partners) {
  for (const auto& entry : options.keys) keys.add(entry.key, entry.certificate);
  for (const auto& entry : options.shared_keys) keys.add_secret(entry.key.clone(), entry.id);
  for (const auto& password : options.passwords) keys.add_password(password.clone());
}

Result<LayerNode*> Context::begin_layer(LayerType type, const Scope& scope) {
  if (scope.layers >= options.limits.max_layers || nodes.size() >= kMaxNodes) {
    return fail(kTooManyLayers, "the message has too many layers inside each other",
                "limit " + std::to_string(options.limits.max_layers),
                "ask the sender what it is, or raise the limit");
  }
  auto& node = nodes.emplace_back();
  node.report.type = type;
  node.report.part = scope.part;
  node.chain = scope.chain;
  return &node;
}

Result<> Context::note(const Error& error) {
  if (!fatal && stops_everything(error)) fatal = error;
  if (fatal) return fail(*fatal);
  return {};
}

void Context::forget_below(const LayerNode& node, std::size_t parts_before, std::size_t failures_before) {
  while (!nodes.empty() && &nodes.back() != &node) nodes.pop_back();
  if (report.parts.size() > parts_before) report.parts.resize(parts_before);
  if (content_failures.size() > failures_before) content_failures.resize(failures_before);
}

Error cannot_decrypt() {
  return Error{kCannotDecrypt,
               "the content cannot be decrypted: the key is not the right one, or it was damaged",
               {},
               "compare the certificate that the sender encrypts to with ours, and ask for the message again"};
}

Outcome outcome_of(const Error& error) {
  Outcome outcome{error, failure_class(error)};
  const auto& code = error.code;
  if (code == cms::kDecryptFailed || code == cms::kKeyUnwrap || code == cms::kAuthentication ||
      code == crypto::kDecryptFailed || code == crypto::kKeyUnwrap || code == crypto::kAuthentication) {
    outcome.error = cannot_decrypt();
  }
  return outcome;
}

}  // namespace sealgate::smime::detail
