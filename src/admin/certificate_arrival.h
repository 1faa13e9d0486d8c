#pragma once
// The check on arrival: whether a certificate that was just imported does what the assignments of this group want of
// it.

#include <string>
#include <vector>

#include "artifacts/artifacts.h"
#include "certificates/certificate_store.h"

namespace sealgate::admin {

struct Arrival {
  std::vector<std::string> fits = {};     ///< assignments that it serves: "SendPort Orders, encryption_certificates"
  std::vector<std::string> misfits = {};  ///< assignments that name it but that it cannot serve, with the reason
};

/// Both are empty when nothing names it. `store` is where it was put.
Arrival judge_arrival(const artifacts::ArtifactSet& set, const certificates::Certificate& certificate,
                      const certificates::StoreId& store);

}  // namespace sealgate::admin
