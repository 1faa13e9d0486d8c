#include "smime/decoder.h"

#include <algorithm>

#include "smime/detail/stages.h"
#include "smime/errors.h"
#include "smime/identity.h"

namespace sealgate::smime {
namespace {

using detail::LayerNode;

bool is_encryption(LayerType type) {
  return type == LayerType::Enveloped || type == LayerType::AuthEnveloped || type == LayerType::Encrypted;
}

Outcome failure(ErrorCode code, std::string what, std::string remedy) {
  return detail::outcome_of(Error{code, std::move(what), {}, std::move(remedy)});
}

}  // namespace

class Decoder::Impl {
 public:
  Impl(DecodeOptions options, PartReceiver& receiver)
      : context(std::move(options), receiver), root(detail::make_content_stage(context, {}, {})) {}

  // The outermost layer that fails decides; then content that is broken; then what policy demands of the whole.
  Outcome verdict() const {
    if (context.fatal) return detail::outcome_of(*context.fatal);
    for (const LayerNode& node : context.nodes) {
      if (node.chain && !node.report.outcome.ok()) return node.report.outcome;
    }
    if (!context.content_failures.empty()) return context.content_failures.front();
    const Outcome partial = judge_parts();
    if (!partial.ok()) return partial;
    return judge_requirements();
  }

  Outcome judge_parts() const {
    if (!context.options.allow_partial) {
      if (context.protected_encrypted_part) {
        return failure(kPartiallyEncrypted, "only some parts of the message are encrypted",
                       "ask the sender to encrypt the message as a whole");
      }
      if (context.protected_signed_part) {
        return failure(kPartiallySigned, "only some parts of the message are signed",
                       "ask the sender to sign the message as a whole");
      }
    }
    for (const LayerNode& node : context.nodes) {
      if (!node.report.outcome.ok()) return node.report.outcome;
    }
    return {};
  }

  Outcome judge_requirements() const {
    const auto has = [&](auto&& wanted) {
      return std::any_of(context.nodes.begin(), context.nodes.end(),
                         [&](const LayerNode& node) { return node.chain && wanted(node.report.type); });
    };
    if (context.options.require_encryption && !has(is_encryption)) {
      return failure(kNotEncrypted, "the message is not encrypted, but must be",
                     "ask the sender to encrypt, or do not require it of this partner");
    }
    if (context.options.require_signature && !has([](LayerType type) { return type == LayerType::Signed; })) {
      // One wrong key in 256 leaves a padding that looks right.
      if (context.decrypted_noise) return detail::outcome_of(detail::cannot_decrypt());
      return failure(kNotSigned, "the message is not signed, but must be",
                     "ask the sender to sign, or do not require it of this partner");
    }
    return {};
  }

  // Fills the parts of the report that need everything else.
  void conclude() {
    Report& report = context.report;
    report.layers.clear();
    report.layers.reserve(context.nodes.size());
    for (const LayerNode& node : context.nodes) {
      report.layers.push_back(node.report);
      if (node.chain && node.opened) report.content_sha256 = node.report.content_sha256;
      if (node.chain && !node.opened) report.content_sha256.clear();
    }
    report.protected_parts = protected_parts();
    std::vector<std::string> emails;
    for (const LayerNode& node : context.nodes) {
      if (!node.chain || !emails.empty()) continue;  // the outermost signature speaks for the message
      for (const auto& signer : node.report.signers) {
        emails.insert(emails.end(), signer.emails.begin(), signer.emails.end());
      }
    }
    if (context.message_headers.find("From") != nullptr) {
      report.identity = check_identity(context.message_headers, std::move(emails));
    }
    report.result = verdict();
  }

  std::vector<ProtectedPart> protected_parts() const {
    std::vector<ProtectedPart> parts;
    for (const LayerNode& node : context.nodes) {
      const LayerReport& layer = node.report;
      if (node.chain || layer.part.empty()) continue;
      auto found =
          std::find_if(parts.begin(), parts.end(), [&](const auto& part) { return part.part == layer.part; });
      if (found == parts.end()) {
        parts.emplace_back();
        found = std::prev(parts.end());
        found->part = layer.part;
      }
      if (is_encryption(layer.type) && (!found->decrypt || found->decrypt->ok())) found->decrypt = layer.outcome;
      if (layer.type == LayerType::Signed) {
        if (!found->signature || found->signature->ok()) found->signature = layer.signature;
        if (!found->verify || found->verify->ok()) found->verify = layer.outcome;
        for (const auto& signer : layer.signers) {
          if (!signer.subject.empty()) found->signer_subjects.push_back(signer.subject);
        }
      }
      found->content_sha256 = node.opened ? layer.content_sha256 : std::string();
    }
    return parts;
  }

  detail::Context context;
  std::unique_ptr<detail::Stage> root;
};

Decoder::Decoder(DecodeOptions options, PartReceiver& receiver)
    : impl_(std::make_unique<Impl>(std::move(options), receiver)) {}

Decoder::~Decoder() = default;

Result<> Decoder::write(ByteView bytes) {
  if (auto written = impl_->root->write(bytes); !written) {
    if (!impl_->context.fatal) impl_->context.fatal = written.error();
    impl_->conclude();
    return fail(*impl_->context.report.result.error);
  }
  return {};
}

Result<> Decoder::finish() {
  if (const auto finished = impl_->root->finish(); !finished && !impl_->context.fatal) {
    impl_->context.fatal = finished.error();
  }
  // Nothing that was found out without the store counts.
  if (impl_->context.signers.trouble()) impl_->context.fatal = impl_->context.signers.trouble();
  impl_->conclude();
  const Outcome& result = impl_->context.report.result;
  if (!result.ok()) return fail(*result.error);
  return {};
}

const Report& Decoder::report() const {
  return impl_->context.report;
}
Report Decoder::take_report() {
  return std::move(impl_->context.report);
}
const mime::Headers& Decoder::headers() const {
  return impl_->context.message_headers;
}

}  // namespace sealgate::smime
