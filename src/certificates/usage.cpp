#include "certificates/usage.h"

#include <algorithm>

#include "base/text.h"
#include "certificates/errors.h"

namespace sealgate::certificates {
namespace {

constexpr std::string_view kAnyExtendedUsage = "2.5.29.37.0";
constexpr std::string_view kEmailProtection = "1.3.6.1.5.5.7.3.4";
constexpr std::string_view kClientAuthentication = "1.3.6.1.5.5.7.3.2";
constexpr std::string_view kServerAuthentication = "1.3.6.1.5.5.7.3.1";

bool extended_usage_allows(const Certificate& certificate, std::string_view wanted) {
  const auto usages = certificate.extended_key_usage();
  return !usages || std::any_of(usages->begin(), usages->end(), [&](const std::string& usage) {
    return usage == wanted || usage == kAnyExtendedUsage;
  });
}

UsageCheck refuse(std::string reason) {
  return {false, std::move(reason)};
}

UsageCheck check_signing(const Certificate& certificate, std::string_view description) {
  if (description.starts_with("X25519") || description.starts_with("X448") || description.starts_with("DH")) {
    return refuse("a key of type " + std::string(description) + " cannot sign");
  }
  // RFC 8550 section 4.4.2: either bit makes the key good for signatures on messages.
  if (!certificate.allows(KeyUsage::DigitalSignature) && !certificate.allows(KeyUsage::NonRepudiation)) {
    return refuse("its key usage contains neither Digital Signature nor Non Repudiation");
  }
  if (!extended_usage_allows(certificate, kEmailProtection)) {
    return refuse("its extended key usage does not contain E-mail Protection");
  }
  return {};
}

UsageCheck check_encrypting(const Certificate& certificate, std::string_view description) {
  if (description.starts_with("DSA") || description.starts_with("Ed") || description.starts_with("RSA-PSS")) {
    return refuse("a key of type " + std::string(description) + " cannot encrypt");
  }
  if (description.starts_with("RSA")) {
    // BizTalk accepts Data Encipherment as well, and old partners' certificates carry it alone.
    if (!certificate.allows(KeyUsage::KeyEncipherment) && !certificate.allows(KeyUsage::DataEncipherment)) {
      return refuse("its key usage contains neither Key Encipherment nor Data Encipherment");
    }
  } else if (!certificate.allows(KeyUsage::KeyAgreement)) {
    return refuse("its key usage does not contain Key Agreement");
  }
  if (!extended_usage_allows(certificate, kEmailProtection)) {
    return refuse("its extended key usage does not contain E-mail Protection");
  }
  return {};
}

UsageCheck check_https_client(const Certificate& certificate) {
  if (!certificate.allows(KeyUsage::DigitalSignature) && !certificate.allows(KeyUsage::KeyAgreement)) {
    return refuse("its key usage contains neither Digital Signature nor Key Agreement");
  }
  if (!extended_usage_allows(certificate, kClientAuthentication)) {
    return refuse("its extended key usage does not contain Client Authentication");
  }
  return {};
}

/// TLS 1.3 and every suite of TLS 1.2 with forward secrecy sign with the key.
UsageCheck check_https_server(const Certificate& certificate) {
  if (!certificate.allows(KeyUsage::DigitalSignature)) {
    return refuse("its key usage does not contain Digital Signature");
  }
  if (!extended_usage_allows(certificate, kServerAuthentication)) {
    return refuse("its extended key usage does not contain Server Authentication");
  }
  return {};
}

}  // namespace

std::string_view to_string(Usage usage) {
  switch (usage) {
    case Usage::Sign:
      return "sign";
    case Usage::Verify:
      return "verify";
    case Usage::Encrypt:
      return "encrypt";
    case Usage::Decrypt:
      return "decrypt";
    case Usage::PartyResolution:
      return "party-resolution";
    case Usage::HttpsClient:
      return "https-client";
    case Usage::HttpsServer:
      return "https-server";
  }
  return "";
}

std::optional<Usage> parse_usage(std::string_view text) {
  for (const Usage usage : kAllUsages) {
    if (iequals(text, to_string(usage))) return usage;
  }
  return std::nullopt;
}

UsageCheck check_usage(const Certificate& certificate, Usage usage) {
  const std::string description = certificate.key_description();
  switch (usage) {
    case Usage::Sign:
    case Usage::Verify:
    case Usage::PartyResolution:
      return check_signing(certificate, description);
    case Usage::Encrypt:
    case Usage::Decrypt:
      return check_encrypting(certificate, description);
    case Usage::HttpsClient:
      return check_https_client(certificate);
    case Usage::HttpsServer:
      return check_https_server(certificate);
  }
  return {};
}

Result<> UsageCheck::status() const {
  if (allowed) return {};
  return fail(kWrongUsage, "the certificate does not fit this usage: " + reason, {},
              "use a certificate that was issued for it, or ask its authority to issue one");
}

}  // namespace sealgate::certificates
