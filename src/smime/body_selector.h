#pragma once
// Which part of a message becomes its body (the rules of BizTalk's MIME/SMIME decoder; docs/smime.md lists them):
//
//   index  type   body part
//   0      -      first with "Content-Description: body"; first text/xml; first text/plain; first text/*; first part
//   0      given  first part of that type; none is an error
//   n      -      nth part; too few is an error
//   n      given  nth among the parts of that type; too few is an error
//
// Parts are offered in order while the message streams by; each answer says whether this part is better than every
// part before it, so that only one part is ever kept.

#include <cstdint>
#include <string>

#include "base/error.h"
#include "smime/report.h"

namespace sealgate::smime {

struct BodySelection {
  std::uint32_t part_index = 0;        ///< 1-based; 0 means "not by number"
  std::string part_content_type = {};  ///< "type/subtype", any case; empty means "any"
};

class BodySelector {
 public:
  explicit BodySelector(BodySelection selection);

  /// True when `part` (its headers are known, its content not yet) becomes the body, replacing an earlier one.
  bool offer(const PartReport& part);

  /// After the last part: fails with smime.no-body-part when the rule named a part that the message does not have.
  Result<> check() const;

  /// Position (0-based, in the order of offer()) of the chosen part. Meaningful when check() succeeds and a part was
  /// offered.
  std::size_t chosen() const { return chosen_; }

 private:
  int rank(const PartReport& part) const;

  BodySelection selection_;
  std::size_t offered_ = 0;
  std::size_t matching_ = 0;
  std::size_t chosen_ = 0;
  int best_ = 0;  ///< rank of the chosen part; 0 while there is none
};

}  // namespace sealgate::smime
