#pragma once
// What is told of certificates that are imported, or would be: what they are good for, how their chain stands, and
// from which certificates in use they could take over.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "admin/certificate_chain.h"
#include "admin/certificate_import.h"
#include "admin/foresight.h"

namespace sealgate::admin {

/// A certificate that is in use and whose place this one could take.
struct Predecessor {
  certificates::Certificate certificate;
  std::vector<std::string> used_by = {};  ///< only those that the new one fits
};

/// Of the same store: of the same subject, e-mail address or organisation, no longer valid than this one, and in use
/// for something that this one may do. At most kMaxPredecessors, the first to expire first.
inline constexpr std::size_t kMaxPredecessors = 20;
std::vector<Predecessor> predecessors(const Foresight& foresight, const certificates::Certificate& certificate,
                                      const certificates::StoreId& place, Time now);

/// `store`: where it is, or an overlay in which it was tried.
Result<nlohmann::ordered_json> imported_json(const certificates::CertificateStore& store, const Foresight& foresight,
                                             const Imported& imported, Time now);
nlohmann::ordered_json list_json(const certificates::Crl& list);
/// A self-signed authority that was left out.
nlohmann::ordered_json root_json(const certificates::Certificate& root);

}  // namespace sealgate::admin
