#include "audit/references.h"

#include <algorithm>

namespace sealgate::audit {
namespace {

using namespace certificates;

class PortCheck {
 public:
  PortCheck(std::string where, const std::vector<std::string>& applications, const CertificateStore& store, Time now,
            std::vector<Finding>& findings)
      : where_(std::move(where)), applications_(applications), store_(store), now_(now), findings_(findings) {}

  Result<> run(const artifacts::SendTransport& transport) {
    if (const auto* sftp = std::get_if<artifacts::SftpSendSettings>(&transport)) judge(sftp->affiliate_application);
    const auto* http = artifacts::http_settings(transport);
    if (http == nullptr) return {};
    judge(http->affiliate_application);
    for (const Thumbprint& trusted : http->trusted_certificates) {
      const auto found = find_trusted(store_, trusted);
      if (!found) return fail(found.error());
      judge(trusted, *found);
    }
    return {};
  }

 private:
  void judge(const std::string& application) {
    if (!application.empty() && std::ranges::find(applications_, application) == applications_.end()) {
      findings_.push_back({Severity::Error, kNoApplication, "there is no affiliate application '" + application + "'",
                           where_ + ", affiliate_application",
                           "make it (sealgate sso create " + application + ") and map name and password"});
    }
  }

  void judge(const Thumbprint& thumbprint, const std::optional<StoredCertificate>& found) {
    const std::string where = where_ + ", trusted_certificates";
    const std::string name = "certificate " + thumbprint.to_biztalk();
    if (!found) {
      findings_.push_back(
          {Severity::Error, kNoTrustedCertificate, name + " is not there: the server is not trusted", where,
           "import it: sealgate cert import FILE --store TrustedRoots, or --store OtherPeople for the "
           "server's own"});
    } else if (now_ > found->certificate.not_after()) {
      findings_.push_back(
          {Severity::Error, kTrustedExpired,
           name + " expired on " + to_rfc3339(found->certificate.not_after()) + ": the server is not trusted", where,
           "import its successor and list it beside this one"});
    }
  }

  std::string where_;
  const std::vector<std::string>& applications_;
  const CertificateStore& store_;
  Time now_;
  std::vector<Finding>& findings_;
};

}  // namespace

Result<std::optional<StoredCertificate>> find_trusted(const CertificateStore& store, const Thumbprint& thumbprint) {
  for (const StoreName name : {StoreName::TrustedRoots, StoreName::OtherPeople}) {
    SG_TRY_ASSIGN(auto found, store.find({name, {}}, thumbprint));
    if (found) return found;
  }
  return std::nullopt;
}

Result<std::vector<Finding>> check_references(const std::vector<artifacts::SendPort>& ports,
                                              const std::vector<std::string>& applications,
                                              const CertificateStore& store, Time now) {
  std::vector<Finding> findings;
  for (const artifacts::SendPort& port : ports) {
    const std::string where = "SendPort " + port.name;
    SG_TRY(PortCheck(where, applications, store, now, findings).run(port.transport));
    if (port.backup) {
      SG_TRY(PortCheck(where + ", backup", applications, store, now, findings).run(port.backup->transport));
    }
  }
  sort_findings(findings);
  return findings;
}

}  // namespace sealgate::audit
