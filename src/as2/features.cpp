#include "as2/features.h"

#include <algorithm>

#include "base/text.h"
#include "mime/tokens.h"

namespace sealgate::as2 {

bool Features::has(std::string_view name) const {
  return std::ranges::any_of(names_, [&](const std::string& mine) {
    return iequals(mine, name) || (iequals(mine, "MA") && name == kMultipleAttachments);
  });
}

std::string Features::to_string() const {
  std::string text;
  for (const std::string& name : names_) text += (text.empty() ? "" : ", ") + name;
  return text;
}

Features parse_features(std::string_view field) {
  std::vector<std::string> names;
  while (!field.empty() && names.size() < kMaxFeatures) {
    const std::size_t end = std::min(field.find_first_of(",;"), field.size());
    const std::string_view name = trim(field.substr(0, end));
    if (mime::is_token(name)) names.emplace_back(name);
    field.remove_prefix(std::min(end + 1, field.size()));
  }
  return Features(std::move(names));
}

}  // namespace sealgate::as2
