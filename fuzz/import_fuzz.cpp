// Any bytes as a file of certificates: the import gives a bundle or one of our errors, within its limits. What it
// gives is asked everything and put through a path validation.
#include <cstdlib>
#include <vector>

#include "certificates/import.h"
#include "certificates/path_validation.h"
#include "certificates/usage.h"

using namespace sealgate;
using namespace sealgate::certificates;

namespace {

void ask(const Certificate& certificate) {
  certificate.subject();
  certificate.issuer();
  certificate.display_subject();
  certificate.short_name();
  certificate.serial_hex();
  certificate.self_signed();
  certificate.is_ca();
  certificate.email_addresses();
  certificate.dns_names();
  certificate.crl_distribution_points();
  certificate.extended_key_usage();
  certificate.basic_constraints();
  certificate.key_description();
  certificate.key_security_bits();
  certificate.signature_algorithm();
  certificate.valid_at(Time{});
  if (!certificate.matches_issuer_and_serial(certificate.issuer_der(), certificate.serial())) std::abort();
  for (const Usage usage : kAllUsages) {
    const UsageCheck check = check_usage(certificate, usage);
    if (check.allowed != check.reason.empty()) std::abort();
  }
  // What was loaded once loads again and is the same.
  const auto again = Certificate::from_der(certificate.der());
  if (!again || !(*again == certificate)) std::abort();
}

void validate(const ImportBundle& bundle) {
  std::vector<Certificate> all;
  for (const auto& entry : bundle.certificates) all.push_back(entry.certificate);
  if (all.empty()) return;
  PathPolicy policy;
  policy.time = Time(std::chrono::hours(24 * 365 * 50));
  policy.crl_check = bundle.crls.empty() ? CrlCheck::Off : CrlCheck::All;
  policy.extended_crl = policy.use_deltas = true;
  policy.policies.check = true;
  const std::span<const Certificate> anchors(all.data() + all.size() - 1, 1);
  const PathResult result = validate_path(all.front(), all, anchors, bundle.crls, policy);
  if (result.ok() != result.text.empty()) std::abort();
  static_cast<void>(signer_public_key(all.front(), all));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Secret password = Secret::from_text("fuzz");
  const ByteView input(data, size);
  ImportOptions options;
  options.max_bytes = std::size_t{256} * 1024;
  options.max_objects = 40;
  options.max_iterations = 2048;
  options.password = size % 2 == 0 ? &password : nullptr;
  const auto bundle = import_bundle(input, options);
  if (!bundle) {
    if (bundle.error().what.empty() || bundle.error().code.id.empty()) std::abort();
    return 0;
  }
  if (!detect_import_kind(input)) std::abort();
  if (bundle->certificates.size() + bundle->keys.size() + bundle->crls.size() > options.max_objects) std::abort();
  for (const auto& entry : bundle->certificates) ask(entry.certificate);
  for (const Crl& crl : bundle->crls) {
    crl.issuer();
    crl.number();
    crl.next_update();
    crl.is_delta();
  }
  validate(*bundle);
  return 0;
}
