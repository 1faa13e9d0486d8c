// Masks, exclusions, and names that are never taken.

#include "adapters/common/name_filter.h"

#include <gtest/gtest.h>

namespace sealgate::adapters::tests {
namespace {

TEST(Mask, MatchesStarsAndQuestionMarks) {
  for (const auto& [name, mask] : std::vector<std::pair<const char*, const char*>>{{"a.xml", "*.xml"},
                                                                                   {"a.xml", "*"},
                                                                                   {"a.xml", "?.xml"},
                                                                                   {"a.xml", "a.xml"},
                                                                                   {"aXbXc", "a*b*c"},
                                                                                   {"", "*"},
                                                                                   {"a.b.xml", "*.xml"},
                                                                                   {"order-17.edi", "order-??.*"},
                                                                                   {"aaab", "*a?"}}) {
    EXPECT_TRUE(matches_mask(name, mask)) << name << " " << mask;
  }
  for (const auto& [name, mask] : std::vector<std::pair<const char*, const char*>>{
           {"a.xml", "*.XML"}, {"ab.xml", "?.xml"}, {"a.xml", ""}, {"", "?"}, {"a.xmlx", "*.xml"}, {"abc", "a*d"}}) {
    EXPECT_FALSE(matches_mask(name, mask)) << name << " " << mask;
  }
  EXPECT_FALSE(matches_mask(std::string(255, 'a'), "*a*a*a*a*a*a*a*a*a*a*a*b"));
}

TEST(NameFilter, TakesWhatFitsAnyMaskAndNoExclusion) {
  const NameFilter filter{{"*.xml", "order-??.edi"}, {"draft*", "*.old.xml"}, false, {}};
  for (const char* name : {"a.xml", "order-17.edi", "Draft.xml"}) EXPECT_TRUE(filter.fits(name)) << name;
  for (const char* name : {"draft.xml", "a.old.xml", "order-1.edi", "a.XML", "", "xml"}) {
    EXPECT_FALSE(filter.fits(name)) << name;
  }
  EXPECT_FALSE((NameFilter{{}, {}, false, {}}).fits("a.xml"));
}

TEST(NameFilter, IgnoresTheCaseOfLettersWhereTold) {
  const NameFilter filter{{"*.Xml"}, {"DRAFT*"}, true, {}};
  for (const char* name : {"a.xml", "A.XML"}) EXPECT_TRUE(filter.fits(name)) << name;
  for (const char* name : {"Draft.xml", "a.edi"}) EXPECT_FALSE(filter.fits(name)) << name;
}

TEST(NameFilter, MarkersAreNoMessages) {
  const NameFilter filter{{"*"}, {}, false, ".done"};
  EXPECT_TRUE(filter.fits("a.xml"));
  EXPECT_TRUE(filter.fits("a.done.xml"));
  EXPECT_FALSE(filter.fits("a.xml.done"));
}

TEST(NameFilter, ReservedNamesFitNoMask) {
  const NameFilter filter{{"*"}, {}, true, {}};
  for (const char* name :
       {".hidden", "..", "~lock", "a.tmp", "a.TMP", "a.Part", "a.filepart", "a.bts-wip", "a.BTS-WIP"}) {
    EXPECT_FALSE(filter.fits(name)) << name;
  }
}

}  // namespace
}  // namespace sealgate::adapters::tests
