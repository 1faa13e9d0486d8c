// Applications, principals, mappings and settings: what may be said, and their stored forms.

#include "credentials/tests/credentials_fixture.h"

namespace sealgate::credentials {
namespace {

Application usual() {
  Application application;
  application.name = "Contoso-ERP_1.0";
  application.fields = {{"user", false}, {"password", true}};
  return application;
}

/// The code of the error, or nothing, after `change`.
template <typename Change>
std::string checked(const Change& change) {
  Application application = usual();
  change(application);
  const auto result = check_application(application);
  return result ? "" : std::string(result.error().code.id);
}

TEST(Application, SaysWhatIsWrong) {
  constexpr auto kBad = "credentials.bad-application";
  EXPECT_EQ(checked([](Application&) {}), "");
  EXPECT_EQ(checked([](Application& a) { a.name = ""; }), kBad);
  EXPECT_EQ(checked([](Application& a) { a.name = "a b"; }), kBad);
  EXPECT_EQ(checked([](Application& a) { a.name = std::string("a\0b", 3); }), kBad);
  EXPECT_EQ(checked([](Application& a) { a.name = std::string(kMaxName, 'n'); }), "");
  EXPECT_EQ(checked([](Application& a) { a.name = std::string(kMaxName + 1, 'n'); }), kBad);
  EXPECT_EQ(checked([](Application& a) { a.fields.clear(); }), kBad);
  EXPECT_EQ(checked([](Application& a) { a.fields = {{"same", false}, {"same", true}}; }), kBad);
  EXPECT_EQ(checked([](Application& a) { a.fields.push_back({"", false}); }), kBad);
  EXPECT_EQ(checked([](Application& a) {
              for (std::size_t i = a.fields.size(); i <= kMaxFields; ++i)
                a.fields.push_back({std::to_string(i), false});
            }),
            kBad);
  EXPECT_EQ(checked([](Application& a) { a.description = "two\nlines"; }), kBad);
  EXPECT_EQ(checked([](Application& a) { a.contact = std::string(kMaxDescription + 1, 'c'); }), kBad);
  EXPECT_EQ(checked([](Application& a) { a.ticket_lifetime = std::chrono::milliseconds(999); }), kBad);
  EXPECT_EQ(checked([](Application& a) { a.ticket_lifetime = kLongestTicket; }), "");
  EXPECT_EQ(checked([](Application& a) { a.ticket_lifetime = kLongestTicket + std::chrono::milliseconds(1); }), kBad);
  EXPECT_EQ(checked([](Application& a) { a.validate_tickets = false; }), kBad) << "who would redeem them?";
  EXPECT_EQ(checked([](Application& a) { a.administrators = {"user:alice"}; }), kBad);
  EXPECT_EQ(checked([](Application& a) {
              a.validate_tickets = false;
              a.administrators = {"account:default"};
            }),
            "");
}

TEST(Application, ItsStoredFormIsReadWholeOrNotAtAll) {
  Application application = usual();
  application.type = ApplicationType::Group;
  application.description = "Bestellungen";
  application.contact = "it@contoso.example";
  application.enabled = false;
  application.allow_tickets = true;
  application.validate_tickets = false;
  application.ticket_lifetime = std::chrono::minutes(5);
  application.administrators = {"account:a", "account:b"};
  application.users = {"everyone"};
  const Secret stored = encode(application);
  EXPECT_EQ(*decode_application(stored.view()), application);
  for (std::size_t size = 0; size < stored.size(); ++size) {
    EXPECT_EQ(decode_application(stored.view().first(size)).error().code, kDamaged) << size;
  }
  Bytes more(stored.view().begin(), stored.view().end());
  more.push_back(0);
  EXPECT_EQ(decode_application(more).error().code, kDamaged);
  more.pop_back();
  more.front() = 2;
  EXPECT_EQ(decode_application(more).error().code, kDamaged) << "of a newer program";
}

TEST(Application, HostileLengthsCostNothing) {
  Bytes bytes{1, 1, 'A', 0};
  for (int i = 0; i < 8; ++i) bytes.push_back(0xff);  // fields
  bytes.push_back(0x7f);
  EXPECT_EQ(decode_application(bytes).error().code, kDamaged);
}

TEST(Settings, AreStoredWholeAndBounded) {
  SystemSettings settings;
  settings.tickets = true;
  settings.ticket_lifetime = std::chrono::minutes(10);
  const Secret stored = encode(settings);
  EXPECT_EQ(*decode_settings(stored.view()), settings);
  for (std::size_t size = 0; size < stored.size(); ++size) {
    EXPECT_EQ(decode_settings(stored.view().first(size)).error().code, kDamaged) << size;
  }
  EXPECT_EQ(SystemSettings{}.ticket_lifetime, std::chrono::minutes(2));
  settings.ticket_lifetime = {};
  EXPECT_EQ(check_settings(settings).error().code, kBadSetting);
}

TEST(Principal, IsOfFourKinds) {
  EXPECT_EQ(parse_principal("user:CONTOSO\\alice")->name, "CONTOSO\\alice");
  EXPECT_EQ(parse_principal("party:Fabrikam, Inc.")->kind, PrincipalKind::Party);
  EXPECT_EQ(parse_principal("account:default")->text(), "account:default");
  EXPECT_EQ(parse_principal("everyone")->text(), "everyone");
  for (const std::string bad : {"", "user:", "alice", "USER:alice", "everyone:", "role:admin", "user:a\nb"}) {
    EXPECT_EQ(parse_principal(bad).error().code, kBadPrincipal) << bad;
  }
  EXPECT_EQ(parse_principal("user:" + std::string(kMaxPrincipalName + 1, 'a')).error().code, kBadPrincipal);
  EXPECT_EQ(*make_principal_list({"user:b", "everyone", "user:b"}), (PrincipalList{"everyone", "user:b"}));
}

std::string mapped(const Application& application, const std::string& principal,
                   const std::vector<std::string>& values) {
  Mapping mapping;
  mapping.principal = principal;
  for (const std::string& value : values) mapping.values.push_back(Secret::from_text(value));
  const auto result = check_mapping(application, mapping);
  return result ? "" : std::string(result.error().code.id);
}

TEST(Mapping, FitsItsApplication) {
  constexpr auto kBad = "credentials.bad-mapping";
  Application application = usual();
  EXPECT_EQ(mapped(application, "user:alice", {"a", "b"}), "");
  EXPECT_EQ(mapped(application, "user:alice", {"a", ""}), "") << "an empty password is one";
  EXPECT_EQ(mapped(application, "user:alice", {"", "b"}), kBad);
  EXPECT_EQ(mapped(application, "user:alice", {"a"}), kBad);
  EXPECT_EQ(mapped(application, "user:alice", {"a", "b", "c"}), kBad);
  EXPECT_EQ(mapped(application, "user:alice", {"a\r\nX-Injected: 1", "b"}), kBad);
  EXPECT_EQ(mapped(application, "user:alice", {std::string(kMaxValue + 1, 'u'), "b"}), kBad);
  EXPECT_EQ(mapped(application, "party:Contoso", {"a", "b"}), kBad);
  application.type = ApplicationType::Group;
  EXPECT_EQ(mapped(application, "party:Contoso", {"a", "b"}), "");
  EXPECT_EQ(mapped(application, "nobody", {"a", "b"}), "credentials.bad-principal");
}

TEST(Mapping, ErrorsHoldNoValue) {
  Mapping mapping;
  mapping.principal = "user:alice";
  mapping.values.push_back(Secret::from_text("name"));
  mapping.values.push_back(Secret::from_text("Geheimnis\x01"));
  const auto result = check_mapping(usual(), mapping);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().to_string().find("Geheimnis"), std::string::npos);
}

TEST(Mapping, ItsStoredFormIsReadWholeOrNotAtAll) {
  std::vector<Secret> values;
  values.push_back(Secret::from_text("user"));
  values.push_back(Secret::from_text(""));
  values.push_back(Secret::from_text("p\xc3\xa4ss"));
  const Secret stored = encode_values(values);
  const auto read = decode_values(stored.view());
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 3U);
  EXPECT_EQ((*read)[2].text(), "p\xc3\xa4ss");
  for (std::size_t size = 0; size < stored.size(); ++size) {
    EXPECT_EQ(decode_values(stored.view().first(size)).error().code, kDamaged) << size;
  }
}

}  // namespace
}  // namespace sealgate::credentials
