#pragma once
// What the databases' certificate stores share: the columns that certificates are found by, and which rows are asked
// for.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "certificates/certificate_lookup.h"
#include "certificates/certificate_search.h"
#include "certificates/certificate_store.h"

namespace sealgate::store {

/// The five columns: subject, issuer_serial, key_id, found_by, not_after.
struct FoundBy {
  certificates::LookupKeys keys;
  std::string text;
  std::int64_t not_after;

  FoundBy(const certificates::Certificate& certificate, std::string_view friendly_name)
      : keys(certificates::lookup_keys_of(certificate)),
        text(certificates::search_text_of(certificate, friendly_name)),
        not_after(certificate.not_after().time_since_epoch().count()) {}
};

/// Of an index each: what an earlier release, or a copy, left empty.
inline constexpr std::string_view kUnnamed = " AND subject IS NULL";
inline constexpr std::string_view kUnsearchable = " AND found_by IS NULL";

/// Which rows of a store, by parameters after the first three. The values must outlive it.
struct RowCondition {
  char sign;  ///< before the number of a parameter
  std::string sql = {};
  std::vector<std::variant<std::int64_t, ByteView>> values = {};
  /// Only a list is put in order, by SHA-1 thumbprint: with an order the planners walk through the whole index of
  /// that order instead of looking up the few that match.
  bool in_order = false;

  /// What stands for the value in `sql`.
  std::string add(std::variant<std::int64_t, ByteView> value) {
    values.push_back(value);
    return sign + std::to_string(values.size() + 3);
  }

  /// Those of a page. `forms` are those of its search; `holds(column, form)` says that the one has the other in it.
  template <typename Holds>
  static RowCondition of(const certificates::Page& page, char sign, const std::vector<std::string>& forms,
                         Holds holds) {
    RowCondition wanted{.sign = sign, .in_order = true};
    if (page.after) wanted.sql += " AND sha1 > " + wanted.add(page.after->bytes());
    if (page.search.expires_before) {
      wanted.sql += " AND not_after < " + wanted.add(page.search.expires_before->time_since_epoch().count());
    }
    std::string any;
    for (const std::string& form : forms) {
      any += (any.empty() ? " AND (" : " OR ") + holds("found_by", wanted.add(as_bytes(form)));
    }
    if (!any.empty()) wanted.sql += any + ")";
    return wanted;
  }
};

}  // namespace sealgate::store
