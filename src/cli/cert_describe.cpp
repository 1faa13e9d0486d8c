#include "cli/cert_describe.h"

#include "certificates/usage.h"
#include "cli/table.h"

namespace sealgate::cli {

using namespace certificates;

namespace {

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

void print_details(const Certificate& certificate) {
  print_field("Subject", certificate.display_subject());
  print_field("Issuer", certificate.issuer() == certificate.subject() ? "itself" : certificate.issuer());
  print_field("Serial", certificate.serial_hex());
  print_field("Thumbprint", certificate.thumbprint().to_biztalk());
  print_field("SHA-256", certificate.thumbprint_sha256().to_hex());
  print_field("SPKI SHA-256", to_hex_upper(certificate.spki_sha256()));
  if (const auto key_id = certificate.subject_key_id()) print_field("Key id", to_hex_upper(*key_id));
  print_field("Valid", date_of(certificate.not_before(), true) + " to " + date_of(certificate.not_after(), true));
  print_field("Key", certificate.key_description());
  print_field("Signed with", certificate.signature_algorithm());
  const auto constraints = certificate.basic_constraints();
  if (constraints && constraints->ca) {
    print_field("Authority", constraints->path_length
                                 ? "yes, path length " + std::to_string(*constraints->path_length)
                                 : std::string("yes"));
  }
  print_field("Key usage",
              certificate.key_usage() ? join(admin::key_usage_names(certificate)) : "any (not restricted)");
  print_field("Extended", certificate.extended_key_usage() ? join(admin::extended_usage_names(certificate))
                                                           : "any (not restricted)");
  for (const std::string& address : certificate.email_addresses()) print_field("E-mail", address);
  for (const std::string& name : certificate.dns_names()) print_field("DNS name", name);
  for (const std::string& url : certificate.crl_distribution_points()) print_field("CRL", url);
  for (const Usage usage : kAllUsages) {
    const UsageCheck check = check_usage(certificate, usage);
    print_field("For " + std::string(to_string(usage)), check.allowed ? "yes" : "no: " + check.reason);
  }
}

}  // namespace sealgate::cli
