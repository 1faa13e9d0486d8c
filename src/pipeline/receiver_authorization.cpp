#include "pipeline/receiver_authorization.h"

#include <algorithm>

#include "messaging/property_names.h"
#include "pipeline/errors.h"

namespace sealgate::pipeline {
namespace {

namespace names = messaging::names;

/// "SHA256/SHA1 SHA256/SHA1": a host may list a certificate by either.
constexpr char kBetween = ' ';
constexpr char kOr = '/';

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

bool lists(const artifacts::Host& host, std::string_view certificate) {
  const auto names = split(certificate, kOr);
  return std::ranges::any_of(host.decryption_certificates, [&](const auto& assignment) {
    return std::ranges::find(names, assignment.certificate.to_hex()) != names.end();
  });
}

}  // namespace

void set_predicate(messaging::MessageContext& context, const Opened& opened, const artifacts::Host& host) {
  context.remove(names::kDecryptionPredicate);
  if (!opened.encrypted) return;
  std::string predicate;
  const auto add = [&](const std::string& certificate) {
    if (!predicate.empty()) predicate += kBetween;
    predicate += certificate;
  };
  for (const Certificate& certificate : opened.with) {
    add(certificate.thumbprint_sha256().to_hex() + kOr + certificate.thumbprint().to_hex());
  }
  if (opened.with.empty()) {
    for (const auto& assignment : host.decryption_certificates) add(assignment.certificate.to_hex());
  }
  if (!predicate.empty()) context.write(names::kDecryptionPredicate, std::move(predicate));
}

std::optional<Error> refuse_receiver(const messaging::MessageContext& context, const artifacts::Host& host,
                                     const std::string& place) {
  const std::string predicate = context.text_or_empty(names::kDecryptionPredicate);
  for (const std::string_view certificate : split(predicate, kBetween)) {
    if (lists(host, certificate)) continue;
    const std::string shown(split(certificate, kOr).back());
    return Error{kReceiverNotAuthorized,
                 "the message came encrypted to certificate " + shown + ", and host " + host.name +
                     " is not configured for it",
                 place,
                 "name the certificate under decryption_certificates of host " + host.name +
                     " if its ports may have such messages, then resume; else terminate this delivery"};
  }
  return std::nullopt;
}

}  // namespace sealgate::pipeline
