#pragma once
// What is said of the certificates that a change of the configuration assigns: whose they are, and what is wrong with
// them now. And of what else a send port names and is not there.

#include "artifacts/artifact_store.h"
#include "certificates/certificate_store.h"

namespace sealgate::admin {

struct AssignmentReview {
  /// "SendPort Orders, encryption_certificates: Contoso AS2 (1E2F …)", one for each certificate assigned by an
  /// artifact that was created or changed.
  std::vector<std::string> assigned = {};
  /// Missing, expired, without key and so on: accepted, and messages wait until it is mended.
  std::vector<std::string> warnings = {};
  /// Those of the warnings whose reason is that something is not there at all: a certificate, its key, an affiliate
  /// application.
  std::vector<Error> absent = {};
  /// Certificates that are not meant for what they are assigned to: refused, unless the caller insists.
  std::vector<Error> misfits = {};
};

/// `store` may be empty of everything; `applications` are the names of the affiliate applications.
/// artifacts.duplicate-thumbprint when a certificate that one party names by SHA-1 and another by SHA-256 is the
/// same: only the store can tell.
Result<AssignmentReview> review_assignments(const artifacts::Plan& plan, const certificates::CertificateStore& store,
                                            const std::vector<std::string>& applications, Time now);

}  // namespace sealgate::admin
