#include "cms/errors.h"

namespace sealgate::cms {

std::string_view failure_class(const ErrorCode& code) {
  if (code == kTruncated || code == kTrailingData || code == kNotCms || code == kUnsupportedType) return "malformed";
  std::string_view id = code.id;
  if (const auto dot = id.find('.'); dot != std::string_view::npos) id.remove_prefix(dot + 1);
  if (id.starts_with("limit-")) return "limit";
  return id;
}

}  // namespace sealgate::cms
