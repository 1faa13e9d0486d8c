// Whose credentials a send port gets, with tickets and without, and what it hears instead.

#include <thread>

#include "credentials/tests/credentials_fixture.h"

namespace sealgate::credentials {
namespace {

using LookUpTest = testing_support::CredentialsTest;

TEST_F(LookUpTest, AnIndividualApplicationKnowsTheAccountOfTheHost) {
  make_secret();
  add(application("ERP"));
  EXPECT_EQ(looked_up(asking("ERP")), "credentials.no-mapping");
  EXPECT_EQ(auditor_.last(), "ERP credentials.no-mapping Out account=default");
  ASSERT_TRUE(map("ERP", "account:default", "partner", "geheim"));
  EXPECT_EQ(looked_up(asking("ERP")), "partner/geheim");
  EXPECT_EQ(auditor_.last(), "ERP ok Out account=default principal=account:default");
  ASSERT_TRUE(map("ERP", "account:default", "partner", "neu"));
  EXPECT_EQ(looked_up(asking("ERP")), "partner/neu") << "a change counts at once";
}

TEST_F(LookUpTest, AGroupApplicationTakesTheFirstInItsOrder) {
  make_secret();
  add(application("ERP", ApplicationType::Group));
  ASSERT_TRUE(map("ERP", "everyone", "rest", "3"));
  ASSERT_TRUE(map("ERP", "party:Contoso", "contoso", "1", 1));
  LookUp request = asking("ERP");
  EXPECT_EQ(looked_up(request), "rest/3");
  request.party = "Contoso";
  EXPECT_EQ(looked_up(request), "contoso/1");
  ASSERT_TRUE(map("ERP", "account:default", "host", "0", 1));
  EXPECT_EQ(looked_up(request), "host/0") << "pushed back";
  ASSERT_TRUE(directory().unmap("ERP", "account:default"));
  ASSERT_TRUE(map("ERP", "everyone", "rest", "3", 1));
  EXPECT_EQ(looked_up(request), "rest/3");
}

TEST_F(LookUpTest, ErrorsNamePortApplicationAndRemedy) {
  make_secret();
  add(application("ERP"));
  for (const std::string name : {"ERP", "Nothing"}) {
    const auto found = service().look_up(asking(name));
    ASSERT_FALSE(found);
    const std::string text = found.error().to_string();
    EXPECT_NE(text.find("send port Out"), std::string::npos) << text;
    EXPECT_NE(text.find("affiliate application " + name), std::string::npos) << text;
    EXPECT_NE(text.find("sealgate sso"), std::string::npos) << text;
  }
  EXPECT_EQ(looked_up(asking("Nothing")), "credentials.no-such-application");
}

TEST_F(LookUpTest, ADisabledApplicationGivesNothingOut) {
  make_secret();
  add(application("ERP"));
  ASSERT_TRUE(map("ERP", "account:default", "partner", "geheim"));
  ASSERT_TRUE(directory().update("ERP", [](Application& application) { application.enabled = false; }));
  EXPECT_EQ(looked_up(asking("ERP")), "credentials.application-disabled");
}

TEST_F(LookUpTest, OnlyItsUsersUseAnApplication) {
  make_secret();
  add(application("ERP"));
  ASSERT_TRUE(map("ERP", "account:default", "partner", "geheim"));
  const auto users = [this](PrincipalList list) {
    ASSERT_TRUE(directory().update("ERP", [&](Application& application) { application.users = list; }));
  };
  users({"account:other"});
  EXPECT_EQ(looked_up(asking("ERP")), "credentials.not-a-user");
  users({"account:default"});
  EXPECT_EQ(looked_up(asking("ERP")), "partner/geheim");
}

TEST_F(LookUpTest, WithoutAMaskedFieldThereIsNoPassword) {
  make_secret();
  Application open = application("Open");
  open.fields = {{"user", false}, {"branch", false}};
  add(open);
  ASSERT_TRUE(map("Open", "account:default", "partner", "12"));
  EXPECT_EQ(looked_up(asking("Open")), "credentials.no-password-field");
}

TEST_F(LookUpTest, AnAccountThatMayNotOpenCredentialsGetsNone) {
  EXPECT_EQ(looked_up(asking("ERP")), "credentials.no-master-secret");
  make_secret();
  add(application("ERP"));
  give_key("edi");
  LookUp request = asking("ERP");
  request.account = "edi";
  EXPECT_EQ(looked_up(request), "credentials.not-granted");
  ASSERT_TRUE(secrets().grant("edi"));
  EXPECT_EQ(looked_up(request), "credentials.no-mapping");
  ASSERT_TRUE(secrets().revoke("edi"));
  EXPECT_EQ(looked_up(request), "credentials.not-granted");
  EXPECT_EQ(secrets().revoke("default").error().code, kLastAccount);
}

TEST_F(LookUpTest, WithoutARecordThereAreNoCredentials) {
  make_secret();
  add(application("ERP"));
  ASSERT_TRUE(map("ERP", "account:default", "partner", "geheim"));
  auditor_.broken = Error{{"store.disk-full", ErrorClass::Environment}, "full", {}, {}};
  EXPECT_EQ(looked_up(asking("ERP")), "store.disk-full");
}

TEST_F(LookUpTest, AStoreThatIsAwayIsNobodysFault) {
  make_secret();
  storage_.away = Error{{"store.connection-lost", ErrorClass::Environment}, "away", {}, {}};
  const auto found = service().look_up(asking("ERP"));
  EXPECT_EQ(found.error().code.error_class, ErrorClass::Environment);
}

class TicketTest : public LookUpTest {
 protected:
  TicketTest() {
    make_secret();
    tickets(true);
    Application portal = application("Portal");
    portal.allow_tickets = true;
    add(portal);
    EXPECT_TRUE(map("Portal", "user:CONTOSO\\alice", "alice.p", "a-secret"));
    EXPECT_TRUE(map("Portal", "account:default", "gateway", "g-secret"));
  }
  std::string ticket(const std::string& user = "CONTOSO\\alice") {
    return service().issue_ticket("default", user).value();
  }
  LookUp with(const std::string& ticket, const std::string& originator = "CONTOSO\\alice") {
    LookUp request = asking("Portal");
    request.ticket = ticket;
    request.originator = originator;
    return request;
  }
};

TEST_F(TicketTest, SaysInWhoseName) {
  EXPECT_EQ(looked_up(with(ticket())), "alice.p/a-secret");
  EXPECT_EQ(auditor_.last(), "Portal ok Out account=default principal=user:CONTOSO\\alice ticket=CONTOSO\\alice");
  EXPECT_EQ(looked_up(asking("Portal")), "gateway/g-secret") << "nobody's: the host itself";
  EXPECT_EQ(looked_up(with(ticket("bob"), "bob")), "credentials.no-mapping") << "never the host instead of a user";
}

TEST_F(TicketTest, HidesItsUser) {
  const std::string text = ticket();
  EXPECT_EQ(text.find("alice"), std::string::npos);
  EXPECT_EQ(text.find(to_hex(as_bytes("alice"))), std::string::npos);
  EXPECT_NE(ticket(), text);
}

TEST_F(TicketTest, OfAnotherUserIsRefused) {
  EXPECT_EQ(looked_up(with(ticket(), "CONTOSO\\bob")), "credentials.wrong-originator");
  EXPECT_EQ(looked_up(with(ticket(), "")), "credentials.wrong-originator");
  EXPECT_EQ(looked_up(with(ticket(), "contoso\\alice")), "credentials.wrong-originator");
}

TEST_F(TicketTest, WithoutValidationAdministratorsRedeem) {
  ASSERT_TRUE(directory().update("Portal", [](Application& application) {
    application.validate_tickets = false;
    application.administrators = {"account:other"};
  }));
  EXPECT_EQ(looked_up(with(ticket(), "whoever")), "credentials.not-an-administrator");
  ASSERT_TRUE(directory().update("Portal",
                                 [](Application& application) { application.administrators = {"account:default"}; }));
  EXPECT_EQ(looked_up(with(ticket(), "whoever")), "alice.p/a-secret");
}

TEST_F(TicketTest, Expires) {
  const std::string text = ticket();
  clock_.advance(std::chrono::minutes(2) - std::chrono::milliseconds(1));
  EXPECT_EQ(looked_up(with(text)), "alice.p/a-secret");
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(looked_up(with(text)), "credentials.ticket-expired");
  ASSERT_TRUE(directory().update(
      "Portal", [](Application& application) { application.ticket_lifetime = std::chrono::hours(1); }));
  EXPECT_EQ(looked_up(with(text)), "alice.p/a-secret") << "so a suspended message can be resumed";
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(looked_up(with(text)), "credentials.ticket-expired");
}

TEST_F(TicketTest, AnyChangeIsNoticed) {
  const std::string text = ticket();
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == '0' ? '1' : '0';
    const std::string outcome = looked_up(with(changed));
    EXPECT_EQ(outcome, "credentials.bad-ticket") << i;
    EXPECT_EQ(looked_up(with(text.substr(0, i))), i == 0 ? "gateway/g-secret" : "credentials.bad-ticket") << i;
  }
  for (const std::string& bad : {text + "00", text + "x", std::string("x"), std::string("SGT1."),
                                 std::string("SGT1.9999999999999999999999.00"), std::string(100'000, '0')}) {
    EXPECT_EQ(looked_up(with(bad)), "credentials.bad-ticket") << bad.substr(0, 50);
  }
}

TEST_F(TicketTest, AnApplicationThatTakesNoneDoesNotLookAtIt) {
  ASSERT_TRUE(directory().update("Portal", [](Application& application) { application.allow_tickets = false; }));
  EXPECT_EQ(looked_up(with("nonsense")), "gateway/g-secret");
}

TEST_F(TicketTest, IsGivenOnlyWhenTicketsAreOnAndSomebodyIsKnown) {
  EXPECT_EQ(service().issue_ticket("default", "").error().code, kNobodyAuthenticated);
  tickets(false);
  EXPECT_EQ(service().issue_ticket("default", "alice").error().code, kTicketsOff);
  EXPECT_EQ(service().issue_ticket("edi", "alice").error().code, kNotGranted);
}

TEST_F(TicketTest, OutlivesTheSecretUnlessItIsDiscarded) {
  const std::string before = ticket();
  ASSERT_TRUE(secrets().rotate());
  EXPECT_EQ(looked_up(with(before)), "alice.p/a-secret");
  const std::string after = ticket();
  ASSERT_TRUE(secrets().rotate());
  EXPECT_EQ(looked_up(with(before)), "alice.p/a-secret");
  EXPECT_EQ(looked_up(with(after)), "alice.p/a-secret");
  ASSERT_TRUE(secrets().rotate(true));
  EXPECT_EQ(looked_up(with(before)), "credentials.bad-ticket");
  EXPECT_EQ(looked_up(with(after)), "credentials.bad-ticket");
  EXPECT_EQ(looked_up(with(ticket())), "alice.p/a-secret");
}

TEST_F(TicketTest, KeysOfOldTicketsDoNotPileUp) {
  const auto kept = [this] {
    return std::ranges::count_if(storage_.records,
                                 [](const auto& entry) { return entry.first.kind == RecordKind::TicketKey; });
  };
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(secrets().rotate());
    clock_.advance(kLongestTicket + std::chrono::seconds(1));
  }
  EXPECT_EQ(kept(), 1);
}

}  // namespace
}  // namespace sealgate::credentials
