#include "as2/refusal.h"

#include <algorithm>

#include "as2/errors.h"
#include "smime/errors.h"

namespace sealgate::as2 {
namespace {

using Modifier = Disposition::Modifier;
using Type = Disposition::Type;

Disposition error(std::string detail) {
  return {.type = Type::Processed, .modifier = Modifier::Error, .detail = std::move(detail)};
}
Disposition failure(std::string detail) {
  return {.type = Type::Failed, .modifier = Modifier::Failure, .detail = std::move(detail)};
}

bool is_encryption(const smime::LayerReport& layer) {
  return layer.type == smime::LayerType::Enveloped || layer.type == smime::LayerType::AuthEnveloped ||
         layer.type == smime::LayerType::Encrypted;
}

bool is_encrypted(const smime::Report& report) {
  return std::ranges::any_of(report.layers, is_encryption);
}

// Nobody but who knew the text can have made it: further answers tell nothing new.
bool is_proven(const smime::Report& report) {
  bool inside = false;
  for (const auto& layer : report.layers) {
    if (!layer.part.empty()) continue;
    if (is_encryption(layer)) {
      inside = true;
      if (!layer.outcome.ok()) return false;
      if (layer.authenticated) return true;
    }
    if (inside && layer.type == smime::LayerType::Signed && layer.signature.ok() && !layer.signers.empty())
      return true;
  }
  return false;
}

bool decompression_failed(const smime::Report& report) {
  return std::ranges::any_of(report.layers, [](const auto& layer) {
    return layer.type == smime::LayerType::Compressed && !layer.outcome.ok();
  });
}

}  // namespace

Disposition disposition_of(const Error& reason) {
  if (reason.code == kUnsupportedReceipt) return failure("unsupported format");
  if (reason.code == kUnsupportedMicAlgorithm) return failure("unsupported MIC-algorithms");
  if (reason.code == kSenderIsReceiver) return failure("sender-equals-receiver");
  return error("unexpected-processing-error");
}

Disposition disposition_of(const Error& reason, const smime::Report& report) {
  // Our own trouble says nothing about the text.
  switch (reason.code.error_class) {
    case ErrorClass::NotFound:
    case ErrorClass::Conflict:
    case ErrorClass::Transport:
    case ErrorClass::Environment:
      return error("unexpected-processing-error");
    case ErrorClass::Usage:
    case ErrorClass::Malformed:
    case ErrorClass::Decrypt:
    case ErrorClass::Signature:
    case ErrorClass::Trust:
    case ErrorClass::Revocation:
    case ErrorClass::Policy:
      break;
  }
  if (is_encrypted(report) && !is_proven(report)) return error("decryption-failed");
  switch (reason.code.error_class) {
    case ErrorClass::Decrypt:
      return error("decryption-failed");
    case ErrorClass::Signature:
      return error("integrity-check-failed");
    case ErrorClass::Trust:
    case ErrorClass::Revocation:
      return error("authentication-failed");
    case ErrorClass::Policy: {
      const bool too_weak = reason.code == smime::kNotSigned || reason.code == smime::kNotEncrypted ||
                            reason.code == smime::kPartiallySigned || reason.code == smime::kPartiallyEncrypted ||
                            reason.code == smime::kWeakAlgorithm;
      return too_weak ? error("insufficient-message-security") : disposition_of(reason);
    }
    default:
      break;
  }
  return decompression_failed(report) ? error("decompression-failed") : disposition_of(reason);
}

}  // namespace sealgate::as2
