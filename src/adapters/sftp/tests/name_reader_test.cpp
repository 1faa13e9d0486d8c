// Listings are cut into names, and bounded.

#include "adapters/sftp/name_reader.h"

#include <gtest/gtest.h>

#include <vector>

#include "adapters/sftp/errors.h"

namespace sealgate::adapters::sftp::tests {
namespace {

TEST(NameReader, CutsAtLineFeedsHoweverItComes) {
  const std::string listing = "a.xml\nb c.xml\n\nx\n../y.xml\n";
  const std::vector<std::string> wanted{"a.xml", "b c.xml", "", "x", "../y.xml"};
  for (std::size_t step = 1; step <= listing.size(); ++step) {
    std::vector<std::string> names;
    const std::function<void(std::string_view)> take = [&](std::string_view name) { names.emplace_back(name); };
    NameReader reader(take);
    for (std::size_t at = 0; at < listing.size(); at += step) {
      ASSERT_TRUE(reader.add(as_bytes(std::string_view(listing).substr(at, step))));
    }
    EXPECT_EQ(names, wanted) << "in steps of " << step;
  }
}

TEST(NameReader, AListingWithoutEndIsAnError) {
  std::size_t names = 0;
  const std::function<void(std::string_view)> take = [&](std::string_view) { ++names; };
  NameReader reader(take);
  const std::string block = std::string(1023, 'n') + "\n";
  Result<> added;
  for (std::size_t kib = 0; kib <= kMaxListing / 1024 && added; ++kib) added = reader.add(as_bytes(block));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, kListTooLarge);
  EXPECT_EQ(names, kMaxListing / 1024);
}

TEST(NameReader, ANameWithoutEndIsAnErrorMuchSooner) {
  const std::function<void(std::string_view)> take = [](std::string_view) { FAIL() << "there is no name"; };
  NameReader reader(take);
  const std::string block(32 * 1024, 'n');
  EXPECT_TRUE(reader.add(as_bytes(block)));
  EXPECT_TRUE(reader.add(as_bytes(block)));
  const auto added = reader.add(as_bytes(block));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, kListTooLarge);
}

}  // namespace
}  // namespace sealgate::adapters::sftp::tests
