#include "smime/body_selector.h"

#include "base/text.h"
#include "smime/errors.h"

namespace sealgate::smime {
namespace {

constexpr int kNone = 0;
constexpr int kAnyPart = 1;
constexpr int kAnyText = 2;
constexpr int kPlainText = 3;
constexpr int kXml = 4;
constexpr int kDescribedAsBody = 5;
constexpr int kExact = 6;

}  // namespace

BodySelector::BodySelector(BodySelection selection) : selection_(std::move(selection)) {
  selection_.part_content_type = ascii_lower(trim(selection_.part_content_type));
}

int BodySelector::rank(const PartReport& part) const {
  if (!selection_.part_content_type.empty() || selection_.part_index != 0) {
    return matching_ == (selection_.part_index == 0 ? 1 : selection_.part_index) ? kExact : kNone;
  }
  if (iequals(trim(part.description), "body")) return kDescribedAsBody;
  if (part.content_type == "text/xml") return kXml;
  if (part.content_type == "text/plain") return kPlainText;
  if (part.content_type.starts_with("text/")) return kAnyText;
  return kAnyPart;
}

bool BodySelector::offer(const PartReport& part) {
  const std::size_t position = offered_++;
  if (!selection_.part_content_type.empty() && part.content_type != selection_.part_content_type) return false;
  ++matching_;
  const int mine = rank(part);
  if (mine <= best_) return false;
  best_ = mine;
  chosen_ = position;
  return true;
}

Result<> BodySelector::check() const {
  if (best_ != kNone || (offered_ == 0 && selection_.part_index == 0 && selection_.part_content_type.empty()))
    return {};
  std::string wanted = "part " + std::to_string(selection_.part_index == 0 ? 1 : selection_.part_index);
  if (!selection_.part_content_type.empty()) wanted += " of type " + selection_.part_content_type;
  return fail(kNoBodyPart, "the message has no " + wanted,
              std::to_string(offered_) + " parts, " + std::to_string(matching_) + " of that type",
              "choose another body part, or ask the sender for the part that is missing");
}

}  // namespace sealgate::smime
