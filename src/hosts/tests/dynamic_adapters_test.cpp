// Where a dynamic send port sends a message, and what of that is kept.

#include "hosts/dynamic_adapters.h"

#include <gtest/gtest.h>

#include "hosts/errors.h"
#include "messaging/property_names.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;

class Adapter final : public adapters::SendAdapter {
 public:
  bool cancelled = false;
  adapters::SendOutcome send(adapters::OutboundMessage&) override { return adapters::SendOutcome::delivered(); }
  void cancel() override { cancelled = true; }
};

Result<artifacts::SendTransport> transport_of(const std::string& location, const std::string& type = {}) {
  artifacts::SendPort port;
  port.name = "Anywhere";
  artifacts::HttpSendSettings settings;
  settings.content_type = "text/plain";
  port.transport = settings;
  messaging::MessageContext context;
  if (!location.empty()) context.write(names::kOutboundTransportLocation, location);
  if (!type.empty()) context.write(names::kOutboundTransportType, type);
  return dynamic_transport(port, context);
}

TEST(DynamicAddress, ThePrefixNamesTheAdapter) {
  const auto http = transport_of("https://partner.example/in?x=1");
  ASSERT_TRUE(http);
  EXPECT_EQ(std::get<artifacts::HttpSendSettings>(*http).url, "https://partner.example/in?x=1");
  EXPECT_EQ(std::get<artifacts::HttpSendSettings>(*http).content_type, "text/plain");
  const auto file = transport_of("FILE:///srv/out/%MessageID%.txt");
  ASSERT_TRUE(file);
  EXPECT_EQ(std::get<artifacts::FileSendSettings>(*file).folder, "/srv/out");
  EXPECT_EQ(std::get<artifacts::FileSendSettings>(*file).file_name, "%MessageID%.txt");
  const auto folder = transport_of("file:///srv/out/");
  ASSERT_TRUE(folder);
  EXPECT_EQ(std::get<artifacts::FileSendSettings>(*folder).folder, "/srv/out");
  EXPECT_EQ(std::get<artifacts::FileSendSettings>(*folder).file_name, "%MessageID%.xml");
}

TEST(DynamicAddress, TheTypeWins) {
  const auto file = transport_of("/srv/out/a.xml", "file");
  ASSERT_TRUE(file);
  EXPECT_EQ(std::get<artifacts::FileSendSettings>(*file).folder, "/srv/out");
  EXPECT_EQ(transport_of("http://partner.example/", "FILE").error().code, kBadAddress);
  EXPECT_EQ(transport_of("file:///srv/out/a.xml", "HTTP").error().code, kBadAddress);
  EXPECT_EQ(transport_of("http://partner.example/", "SMTP").error().code, kBadAddress);
}

TEST(DynamicAddress, WhatIsNoAddressIsSaid) {
  EXPECT_EQ(transport_of("").error().code, kNoAddress);
  for (const std::string address :
       {"ftp://x/y", "partner", "/srv/out/a", "file://relative/a", "file:///srv/../etc/passwd", "file:///srv/out/..",
        "http://a\r\nb", "file:///a\x01"}) {
    const auto transport = transport_of(address);
    ASSERT_FALSE(transport) << address;
    EXPECT_EQ(transport.error().code, kBadAddress) << address;
    EXPECT_EQ(transport.error().where, "send port Anywhere");
  }
  EXPECT_EQ(transport_of("http://a/" + std::string(2048, 'x')).error().code, kBadAddress);
}

class DynamicAdaptersTest : public testing::Test {
 protected:
  std::unique_ptr<DynamicAdapters::Place> enter(const std::string& url) {
    artifacts::HttpSendSettings settings;
    settings.url = url;
    return adapters_.enter(settings);
  }
  std::vector<std::shared_ptr<Adapter>> made_;
  DynamicAdapters adapters_{[this](const artifacts::SendTransport&) {
                              made_.push_back(std::make_shared<Adapter>());
                              return made_.back();
                            },
                            2};
};

TEST_F(DynamicAdaptersTest, OneAddressHasOneAdapterAndSoManyPlaces) {
  const auto first = enter("http://a/");
  auto second = enter("http://a/");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(&first->adapter(), &second->adapter());
  EXPECT_FALSE(enter("http://a/"));
  EXPECT_TRUE(enter("http://b/"));
  second.reset();
  EXPECT_TRUE(enter("http://a/"));
  EXPECT_EQ(made_.size(), 2U);
}

TEST_F(DynamicAdaptersTest, OldAddressesAreForgottenButNotThoseInUse) {
  const auto used = enter("http://used/");
  for (std::size_t i = 0; i < DynamicAdapters::kKept + 50; ++i) enter("http://" + std::to_string(i) + "/");
  EXPECT_EQ(adapters_.kept(), DynamicAdapters::kKept);
  const std::size_t made = made_.size();
  const auto again = enter("http://used/");
  ASSERT_TRUE(again);
  EXPECT_EQ(made_.size(), made);
  EXPECT_EQ(&again->adapter(), &used->adapter());
}

TEST_F(DynamicAdaptersTest, CancelledItCancelsWhatItMakesLaterToo) {
  enter("http://a/");
  adapters_.cancel();
  enter("http://b/");
  ASSERT_EQ(made_.size(), 2U);
  EXPECT_TRUE(made_[0]->cancelled);
  EXPECT_TRUE(made_[1]->cancelled);
}

}  // namespace
}  // namespace sealgate::hosts
