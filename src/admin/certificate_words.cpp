#include "admin/certificate_words.h"

#include <array>
#include <nlohmann/json.hpp>

#include "certificates/usage.h"

namespace sealgate::admin {
namespace {

using namespace certificates;

constexpr auto kExpiresSoon = std::chrono::hours(24 * 30);

struct Named {
  std::string_view key;
  std::string_view name;
};

constexpr std::array<std::string_view, 9> kKeyUsages = {"Digital Signature", "Non Repudiation", "Key Encipherment",
                                                        "Data Encipherment", "Key Agreement",   "Certificate Sign",
                                                        "CRL Sign",          "Encipher Only",   "Decipher Only"};

constexpr std::array kExtendedUsages = {
    Named{"2.5.29.37.0", "Any"},
    Named{"1.3.6.1.5.5.7.3.1", "Server Authentication"},
    Named{"1.3.6.1.5.5.7.3.2", "Client Authentication"},
    Named{"1.3.6.1.5.5.7.3.3", "Code Signing"},
    Named{"1.3.6.1.5.5.7.3.4", "E-mail Protection"},
    Named{"1.3.6.1.5.5.7.3.8", "Time Stamping"},
    Named{"1.3.6.1.5.5.7.3.9", "OCSP Signing"},
};

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

void warn_of_usage(std::vector<std::string>& warnings, const Certificate& certificate, Usage one, Usage other) {
  const UsageCheck first = check_usage(certificate, one);
  const UsageCheck second = check_usage(certificate, other);
  if (!first.allowed) warnings.push_back("cannot be used to " + std::string(to_string(one)) + ": " + first.reason);
  if (!second.allowed)
    warnings.push_back("cannot be used to " + std::string(to_string(other)) + ": " + second.reason);
}

}  // namespace

bool has_weak_key(const Certificate& certificate) {
  const auto key = certificate.public_key();
  return !key || crypto::is_weak_key(key->type(), key->bits());
}

bool has_weak_signature(const Certificate& certificate) {
  const std::string algorithm = certificate.signature_algorithm();
  // A root's own signature proves nothing, so its digest does not matter.
  return !certificate.self_signed() && (algorithm.starts_with("md") || algorithm.starts_with("sha1") ||
                                        algorithm.find("SHA1") != std::string::npos || algorithm == "dsaWithSHA");
}

std::vector<std::string> key_usage_names(const Certificate& certificate) {
  std::vector<std::string> names;
  const auto usage = certificate.key_usage();
  for (std::size_t bit = 0; usage && bit < kKeyUsages.size(); ++bit) {
    if ((*usage >> bit & 1U) != 0) names.emplace_back(kKeyUsages[bit]);
  }
  return names;
}

std::vector<std::string> extended_usage_names(const Certificate& certificate) {
  std::vector<std::string> names;
  for (const std::string& usage : certificate.extended_key_usage().value_or(std::vector<std::string>())) {
    std::string name = usage;
    for (const Named& known : kExtendedUsages) {
      if (known.key == usage) name = known.name;
    }
    names.push_back(name);
  }
  return names;
}

std::string date_of(Time time, bool exact) {
  const std::string text = to_rfc3339(time);
  return exact ? text : text.substr(0, 10);
}

std::string usages_of(const Certificate& certificate) {
  std::vector<std::string> names;
  for (const Usage usage : kAllUsages) {
    if (check_usage(certificate, usage).allowed) names.emplace_back(to_string(usage));
  }
  return names.empty() ? "none" : join(names);
}

std::vector<std::string> warnings_of(const Certificate& certificate, StoreName store, bool has_private_key,
                                     Time now) {
  std::vector<std::string> warnings;
  if (now > certificate.not_after()) {
    warnings.push_back("expired on " + date_of(certificate.not_after()));
  } else if (now < certificate.not_before()) {
    warnings.push_back("not valid before " + date_of(certificate.not_before()));
  } else if (certificate.not_after() - now < kExpiresSoon) {
    warnings.push_back("expires soon, on " + date_of(certificate.not_after()));
  }
  if (has_weak_key(certificate)) warnings.push_back("weak key: " + certificate.key_description());
  if (has_weak_signature(certificate)) {
    warnings.push_back("signed with a weak digest: " + certificate.signature_algorithm());
  }
  switch (store) {
    case StoreName::Personal:
      if (!has_private_key) warnings.emplace_back("its private key is not there: it can neither sign nor decrypt");
      warn_of_usage(warnings, certificate, Usage::Sign, Usage::Decrypt);
      break;
    case StoreName::OtherPeople:
      warn_of_usage(warnings, certificate, Usage::Verify, Usage::Encrypt);
      break;
    case StoreName::IntermediateAuthorities:
      if (!certificate.is_ca()) warnings.emplace_back("is no certification authority");
      break;
    case StoreName::TrustedRoots:
      if (!certificate.self_signed()) warnings.emplace_back("is not self-signed, so no path ends with it");
      break;
    case StoreName::Untrusted:
      break;
  }
  return warnings;
}

nlohmann::json certificate_json(const Certificate& certificate, StoreName store, bool has_private_key, Time now) {
  return {{"store", to_string(store)},
          {"thumbprint", certificate.thumbprint().to_biztalk()},
          {"sha256", certificate.thumbprint_sha256().to_hex()},
          {"name", certificate.short_name()},
          {"subject", certificate.subject()},
          {"issuer", certificate.issuer()},
          {"not_before", to_rfc3339(certificate.not_before())},
          {"not_after", to_rfc3339(certificate.not_after())},
          {"key", certificate.key_description()},
          {"private_key", has_private_key},
          {"warnings", warnings_of(certificate, store, has_private_key, now)}};
}

nlohmann::json details_json(const Certificate& certificate) {
  nlohmann::json usages = nlohmann::json::object();
  for (const Usage usage : kAllUsages) {
    const UsageCheck check = check_usage(certificate, usage);
    usages[std::string(to_string(usage))] = check.allowed ? "ok" : check.reason;
  }
  const auto key_id = certificate.subject_key_id();
  const auto constraints = certificate.basic_constraints();
  nlohmann::json json = {
      {"name", certificate.short_name()},
      {"subject", certificate.subject()},
      {"issuer", certificate.issuer()},
      {"serial", certificate.serial_hex()},
      {"version", certificate.version()},
      {"thumbprint", certificate.thumbprint().to_biztalk()},
      {"sha256", certificate.thumbprint_sha256().to_hex()},
      {"spki_sha256", to_hex(certificate.spki_sha256())},
      {"subject_key_id", key_id ? nlohmann::json(to_hex_upper(*key_id)) : nlohmann::json()},
      {"not_before", to_rfc3339(certificate.not_before())},
      {"not_after", to_rfc3339(certificate.not_after())},
      {"key", certificate.key_description()},
      {"signature", certificate.signature_algorithm()},
      {"key_usage", certificate.key_usage() ? nlohmann::json(key_usage_names(certificate)) : nlohmann::json()},
      {"extended_key_usage",
       certificate.extended_key_usage() ? nlohmann::json(extended_usage_names(certificate)) : nlohmann::json()},
      {"ca", constraints && constraints->ca},
      {"email", certificate.email_addresses()},
      {"dns", certificate.dns_names()},
      {"crl_urls", certificate.crl_distribution_points()},
      {"usages", usages}};
  if (constraints && constraints->path_length) json["path_length"] = *constraints->path_length;
  return json;
}

}  // namespace sealgate::admin
