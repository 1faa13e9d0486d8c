#pragma once
// The check on arrival: whether a certificate that was just imported does what the assignments of this group want of
// it.

#include <string>
#include <vector>

#include "cli/cert_command.h"

namespace sealgate::cli {

struct Arrival {
  std::vector<std::string> fits = {};     ///< assignments that it serves: "SendPort Orders, encryption_certificates"
  std::vector<std::string> misfits = {};  ///< assignments that name it but that it cannot serve, with the reason
};

/// Both are empty when nothing names it.
Result<Arrival> judge_arrival(const CertStores& stores, const certificates::Certificate& certificate,
                              certificates::StoreName store);

}  // namespace sealgate::cli
