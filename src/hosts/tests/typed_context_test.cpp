#include "hosts/typed_context.h"

#include <gtest/gtest.h>

#include "hosts/errors.h"
#include "hosts/gateway.h"
#include "messaging/property_names.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;

TEST(TypedContext, GivesPropertiesTheirTypeAndPromotesWhatRoutes) {
  const auto context = typed_context({{std::string(names::kInboundTransportType), "FILE"},
                                      {std::string(names::kFileCreationTime), "2026-11-21T07:30:00Z"},
                                      {std::string(names::kHttpInboundHeaders), "Host: a\r\n"},
                                      {"Custom.Thing", "1"}});
  EXPECT_EQ(context.text(names::kInboundTransportType), "FILE");
  EXPECT_TRUE(context.find(names::kInboundTransportType)->promoted);
  EXPECT_TRUE(context.time(names::kFileCreationTime));
  EXPECT_FALSE(context.find(names::kHttpInboundHeaders)->promoted);
  EXPECT_EQ(context.text("Custom.Thing"), "1");
}

TEST(TypedContext, OddValuesDoNotStopAMessage) {
  const auto context = typed_context({{std::string(names::kFileCreationTime), "yesterday"},
                                      {"BTS.NoSuchProperty", "x"},
                                      {std::string(names::kHttpContentType), std::string(5000, 'a')}});
  EXPECT_FALSE(context.has(names::kFileCreationTime));
  EXPECT_FALSE(context.has("BTS.NoSuchProperty"));
  ASSERT_TRUE(context.has(names::kHttpContentType));
  EXPECT_FALSE(context.find(names::kHttpContentType)->promoted);
  EXPECT_TRUE(context.check_limits());
}

TEST(TypedContext, AFloodOfPropertiesStaysWithinTheLimit) {
  adapters::ContextEntries entries;
  for (int i = 0; i < 5000; ++i) entries.push_back({"X.P" + std::to_string(i), std::string(10, 'v')});
  const auto context = typed_context(entries);
  EXPECT_LE(context.size(), messaging::kMaximumProperties);
  EXPECT_TRUE(context.check_limits());
}

TEST(ParseListen, ReadsAddressesAndRefusesTheRest) {
  EXPECT_EQ(*parse_listen("127.0.0.1:8080"), (std::pair<std::string, std::uint16_t>{"127.0.0.1", 8080}));
  EXPECT_EQ(*parse_listen("[::1]:0"), (std::pair<std::string, std::uint16_t>{"::1", 0}));
  EXPECT_EQ(*parse_listen(":80"), (std::pair<std::string, std::uint16_t>{"0.0.0.0", 80}));
  for (const char* bad : {"", "8080", "a:b", "1.2.3.4:", "1.2.3.4:70000", "::1:80", "1.2.3.4:80x", "1.2.3.4:-1"}) {
    const auto parsed = parse_listen(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().code, kBadListenAddress);
  }
}

}  // namespace
}  // namespace sealgate::hosts
