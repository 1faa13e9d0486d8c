#include "certificates/access_points.h"

#include <algorithm>

#include "base/text.h"
#include "certificates/openssl_handles.h"

namespace sealgate::certificates {
namespace {

void add(std::vector<std::string>& list, const GENERAL_NAME* name) {
  if (name == nullptr || name->type != GEN_URI || list.size() >= kMaxAccessPoints) return;
  const ASN1_IA5STRING* text = name->d.uniformResourceIdentifier;
  std::string url(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                  static_cast<std::size_t>(ASN1_STRING_length(text)));
  const std::string scheme = ascii_lower(std::string_view(url).substr(0, 8));
  if (!scheme.starts_with("http://") && scheme != "https://") return;
  const bool plain = std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7F; });
  if (plain && url.size() <= kMaxAccessPointLength && std::ranges::find(list, url) == list.end()) {
    list.push_back(std::move(url));
  }
}

void add(std::vector<std::string>& list, void* extension) {
  const std::unique_ptr<CRL_DIST_POINTS, Deleter<CRL_DIST_POINTS_free>> points(
      static_cast<CRL_DIST_POINTS*>(extension));
  for (int index = 0; index < sk_DIST_POINT_num(points.get()); ++index) {
    const DIST_POINT* point = sk_DIST_POINT_value(points.get(), index);
    if (point->distpoint == nullptr || point->distpoint->type != 0) continue;
    const GENERAL_NAMES* names = point->distpoint->name.fullname;
    for (int place = 0; place < sk_GENERAL_NAME_num(names); ++place) add(list, sk_GENERAL_NAME_value(names, place));
  }
}

}  // namespace

AccessPoints access_points(const Certificate& certificate) {
  const ErrorQueueGuard guard;
  const X509* x509 = certificate.native();
  AccessPoints points;
  add(points.lists, X509_get_ext_d2i(x509, NID_crl_distribution_points, nullptr, nullptr));
  add(points.deltas, X509_get_ext_d2i(x509, NID_freshest_crl, nullptr, nullptr));
  const std::unique_ptr<AUTHORITY_INFO_ACCESS, Deleter<AUTHORITY_INFO_ACCESS_free>> access(
      static_cast<AUTHORITY_INFO_ACCESS*>(X509_get_ext_d2i(x509, NID_info_access, nullptr, nullptr)));
  for (int index = 0; index < sk_ACCESS_DESCRIPTION_num(access.get()); ++index) {
    const ACCESS_DESCRIPTION* entry = sk_ACCESS_DESCRIPTION_value(access.get(), index);
    const int method = OBJ_obj2nid(entry->method);
    if (method == NID_ad_OCSP) add(points.responders, entry->location);
    if (method == NID_ad_ca_issuers) add(points.issuers, entry->location);
  }
  return points;
}

AccessPoints access_points(const Crl& list) {
  const ErrorQueueGuard guard;
  AccessPoints points;
  add(points.deltas, X509_CRL_get_ext_d2i(list.native(), NID_freshest_crl, nullptr, nullptr));
  return points;
}

}  // namespace sealgate::certificates
