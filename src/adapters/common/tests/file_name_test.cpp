// Names of files: macros, and what no partner's value may bring in.

#include "adapters/common/file_name.h"

#include "adapters/common/tests/support.h"

namespace sealgate::adapters::tests {
namespace {

const Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + std::chrono::hours(7) +
                  std::chrono::minutes(5) + std::chrono::seconds(9) + std::chrono::milliseconds(42);

std::string expanded(const std::string& pattern, const ContextEntries& context = {}) {
  TestMessage message;
  message.context = context;
  const auto name = expand_file_name(pattern, message, {}, kNow);
  return name ? name->name : std::string(name.error().code.id);
}

TEST(FileName, ReplacesMacros) {
  EXPECT_EQ(expanded("%MessageID%.xml"), "0b1c2d3e-aaaa.xml");
  EXPECT_EQ(expanded("%datetime%_%time%"), "2026-11-21T070509_070509");
  EXPECT_EQ(expanded("%datetime_bts2000%"), "20261121070509042");
  EXPECT_EQ(expanded("%datetime.tz%").size(), 22U);
  EXPECT_EQ(expanded("%time.tz%").size(), 11U);
  EXPECT_EQ(expanded("%SourceParty%-%SourceFileName%",
                     {{"Party.Name", "Contoso"}, {"FILE.ReceivedFileName", "/in/x/order 1.xml"}}),
            "Contoso-order 1.xml");
  EXPECT_EQ(expanded("plain.xml"), "plain.xml");
  TestMessage message;
  EXPECT_TRUE(expand_file_name("a%MessageID%", message, {}, kNow)->unique);
  EXPECT_FALSE(expand_file_name("a%datetime%", message, {}, kNow)->unique);
}

TEST(FileName, KeepsLiterallyWhatItCannotReplace) {
  EXPECT_EQ(expanded("%SourceParty%.xml"), "%SourceParty%.xml");
  EXPECT_EQ(expanded("%messageid%.xml"), "%messageid%.xml");
  EXPECT_EQ(expanded("100%%MessageID%"), "100%0b1c2d3e-aaaa");
  EXPECT_EQ(expanded("a%"), "a%");
  EXPECT_EQ(expanded("%%"), "%%");
  EXPECT_EQ(expanded("%Nothing%_%MessageID%"), "%Nothing%_0b1c2d3e-aaaa");
}

TEST(FileName, NoValueCanLeadOutOfTheFolder) {
  for (const std::string evil : {"../../etc/passwd", "a/b", "..", ".", ".ssh", "a\\b", "a\nb", "a:b", "a*b",
                                 "a%MessageID%b", "", "a|b", "\x7f", "<a>"}) {
    const std::string name = expanded("%SourceParty%", {{"Party.Name", evil}});
    EXPECT_EQ(name, "%SourceParty%") << evil;
  }
  EXPECT_EQ(expanded("%SourceParty%", {{"Party.Name", std::string("a\0b", 3)}}), "%SourceParty%");
  EXPECT_EQ(expanded("%SourceFileName%", {{"FILE.ReceivedFileName", "/in/.."}}), "%SourceFileName%");
  EXPECT_EQ(expanded("x%SourceParty%", {{"Party.Name", ".hidden"}}), "x.hidden");
  EXPECT_EQ(expanded("%SourceParty%.xml", {{"Party.Name", std::string(252, 'a')}}), "adapter.file.bad-name");
  for (const std::string pattern : {"", "../x", "/etc/passwd", "a/%MessageID%", ".hidden", "a\nb"}) {
    EXPECT_EQ(expanded(pattern), "adapter.file.bad-name") << pattern;
  }
}

TEST(FileName, ThePartyOfThePortIsTheDestination) {
  TestMessage message;
  const auto name = [&](const std::string& pattern, const Destination& destination) {
    return expand_file_name(pattern, message, destination, kNow)->name;
  };
  EXPECT_EQ(name("%DestinationParty%-%DestinationPartyQualifier%", {"Fabrikam", "DUNS"}), "Fabrikam-DUNS");
  EXPECT_EQ(name("%DestinationParty%-x", {}), "%DestinationParty%-x") << "a port of no party";
  EXPECT_EQ(name("%DestinationParty%", {"../etc", ""}), "%DestinationParty%");
}

}  // namespace
}  // namespace sealgate::adapters::tests
