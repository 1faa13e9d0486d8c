#include "base/nearest.h"

#include <gtest/gtest.h>

namespace sealgate {
namespace {

const std::vector<std::string> kWords = {"list", "show", "import", "export", "up"};

TEST(Nearest, FindsWhatWasMeant) {
  EXPECT_EQ(nearest("lst", kWords), "list");
  EXPECT_EQ(nearest("LIST", kWords), "list");
  EXPECT_EQ(nearest("exprot", kWords), "export");
  EXPECT_EQ(nearest("shwo", kWords), "show");
}

TEST(Nearest, SaysNothingWhereNothingIsNear) {
  EXPECT_EQ(nearest("terminate", kWords), "");
  EXPECT_EQ(nearest("", kWords), "");
  EXPECT_EQ(nearest("xy", kWords), "") << "two edits make any word of two letters";
  EXPECT_EQ(nearest(std::string(1000, 'l'), kWords), "");
  EXPECT_EQ(nearest("list", {}), "");
}

}  // namespace
}  // namespace sealgate
