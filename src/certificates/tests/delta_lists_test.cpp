// Complete lists with deltas, through the whole judgement of a path.

#include <gtest/gtest.h>

#include <algorithm>

#include "certificates/revocation_check.h"
#include "certificates/revocation_lists.h"
#include "certificates/tests/test_certificates.h"

namespace sealgate::certificates {
namespace {

using namespace testing;
using std::chrono::hours;

constexpr long kUser = 5;

class DeltaLists : public ::testing::Test {
 protected:
  Crl complete(long number, std::vector<std::pair<long, int>> entries, Time time = kNow) const {
    return issue_list({.issuer = &root_,
                       .entries = std::move(entries),
                       .this_update = time,
                       .number = number,
                       .extensions = {{NID_freshest_crl, "URI:http://crl.example/delta.crl"}}});
  }
  Crl delta(long number, long base, std::vector<std::pair<long, int>> entries, Time time = kNow + hours(1)) const {
    return issue_list(
        {.issuer = &root_, .entries = std::move(entries), .this_update = time, .number = number, .base = base});
  }
  RevocationStatus judge(std::vector<Crl> lists, Time time = kNow + hours(2)) {
    const std::vector<Certificate> path{user_.certificate, root_.certificate};
    RevocationInputs inputs;
    inputs.candidates = path;
    inputs.anchors = std::span(path).last(1);
    inputs.time = time;
    inputs.crls = lists;
    const RevocationVerdict forwards = check_revocation(path, inputs);
    std::ranges::reverse(lists);
    EXPECT_EQ(check_revocation(path, inputs).status, forwards.status) << "the order of lists means nothing";
    told_ = std::string(forwards.outcome) + " " + forwards.text;
    return forwards.status;
  }

  Identity root_ = issue_ca("Root");
  Identity user_ = issue({.subject = {{"CN", "User"}}, .issuer = &root_, .serial = kUser});
  std::string told_;
};

TEST_F(DeltaLists, ADeltaAddsToItsCompleteList) {
  EXPECT_EQ(judge({complete(5, {})}), RevocationStatus::Good) << told_;
  EXPECT_EQ(judge({complete(5, {}), delta(6, 5, {})}), RevocationStatus::Good) << told_;
  EXPECT_EQ(judge({complete(5, {}), delta(6, 5, {{4, CRL_REASON_KEY_COMPROMISE}})}), RevocationStatus::Good) << told_;
  EXPECT_EQ(judge({complete(5, {}), delta(6, 5, {{kUser, CRL_REASON_KEY_COMPROMISE}})}), RevocationStatus::Revoked);
  EXPECT_EQ(judge({complete(5, {{kUser, CRL_REASON_SUPERSEDED}}), delta(6, 5, {})}), RevocationStatus::Revoked);
  // A later complete list than the one that the delta began with is as good.
  EXPECT_EQ(judge({complete(6, {}), delta(7, 5, {{kUser, CRL_REASON_KEY_COMPROMISE}})}), RevocationStatus::Revoked);
  // Alone it is no answer, except for whom it names.
  EXPECT_EQ(judge({delta(6, 5, {})}), RevocationStatus::Unknown);
  EXPECT_EQ(judge({delta(6, 5, {{kUser, CRL_REASON_KEY_COMPROMISE}})}), RevocationStatus::Revoked);
}

TEST_F(DeltaLists, OnlyADeltaThatSaysSoTakesAHoldBack) {
  const Crl held = complete(5, {{kUser, CRL_REASON_CERTIFICATE_HOLD}});
  EXPECT_EQ(judge({held}), RevocationStatus::Revoked);
  EXPECT_EQ(judge({held, delta(6, 5, {})}), RevocationStatus::Revoked) << "it says nothing about this one";
  EXPECT_EQ(judge({held, delta(6, 5, {{kUser, CRL_REASON_REMOVE_FROM_CRL}})}), RevocationStatus::Good) << told_;
  EXPECT_EQ(judge({complete(5, {}), delta(6, 5, {{kUser, CRL_REASON_CERTIFICATE_HOLD}})}), RevocationStatus::Revoked);
  // Without a path there is only what lists name.
  const auto listed = [&](std::vector<Crl> lists) { return is_listed_as_revoked(user_.certificate, lists); };
  EXPECT_TRUE(listed({held, delta(6, 5, {})}));
  EXPECT_FALSE(listed({held, delta(6, 5, {{kUser, CRL_REASON_REMOVE_FROM_CRL}})}));
  EXPECT_FALSE(listed({held, complete(6, {}, kNow + hours(1))}));
  EXPECT_TRUE(listed({held, delta(4, 3, {{kUser, CRL_REASON_REMOVE_FROM_CRL}}, kNow - hours(1))})) << "held since";
}

TEST_F(DeltaLists, ADeltaThatIsOlderThanTheListChangesNothing) {
  EXPECT_EQ(judge({complete(7, {}), delta(6, 5, {}, kNow - hours(1))}), RevocationStatus::Good) << told_;
  EXPECT_EQ(judge({complete(7, {{kUser, CRL_REASON_CERTIFICATE_HOLD}}),
                   delta(6, 5, {{kUser, CRL_REASON_REMOVE_FROM_CRL}}, kNow - hours(1))}),
            RevocationStatus::Revoked);
  EXPECT_EQ(judge({complete(7, {}), delta(6, 5, {{kUser, CRL_REASON_CERTIFICATE_HOLD}}, kNow - hours(1))}),
            RevocationStatus::Good)
      << "the hold is over: " << told_;
}

TEST_F(DeltaLists, ADeltaOfAnotherListClearsNobodyButNamesWhoIsRevoked) {
  EXPECT_EQ(judge({complete(4, {}), delta(9, 8, {})}), RevocationStatus::Good) << "the complete list is current";
  EXPECT_EQ(judge({complete(4, {}), delta(9, 8, {{kUser, CRL_REASON_KEY_COMPROMISE}})}), RevocationStatus::Revoked);
  EXPECT_EQ(judge({complete(4, {}, kNow - hours(48)), delta(9, 8, {})}), RevocationStatus::Unknown);
  // Nobody announced it: the administrator imported it by hand.
  const Crl plain = issue_list({.issuer = &root_, .number = 5});
  EXPECT_EQ(judge({plain, delta(6, 5, {{kUser, CRL_REASON_KEY_COMPROMISE}})}), RevocationStatus::Revoked);
  // One that somebody else made by the same name.
  const Identity impostor = issue_ca("Root");
  const Crl forged = issue_list({.issuer = &impostor,
                                 .entries = {{kUser, CRL_REASON_KEY_COMPROMISE}},
                                 .this_update = kNow + hours(1),
                                 .number = 6,
                                 .base = 5});
  EXPECT_EQ(judge({plain, forged}), RevocationStatus::Good) << told_;
}

TEST_F(DeltaLists, ADeltaThatIsOverStopsNobodyWhoIsNotNamed) {
  const Crl weekly = issue_list({.issuer = &root_,
                                 .validity = hours(24 * 7),
                                 .number = 5,
                                 .extensions = {{NID_freshest_crl, "URI:http://crl.example/delta.crl"}}});
  const Time two_days_later = kNow + hours(48);
  EXPECT_EQ(judge({weekly, delta(6, 5, {})}, two_days_later), RevocationStatus::Good)
      << "the complete list is current: " << told_;
  EXPECT_EQ(judge({weekly, delta(6, 5, {{kUser, CRL_REASON_KEY_COMPROMISE}})}, two_days_later),
            RevocationStatus::Revoked);
  EXPECT_EQ(judge({complete(5, {}), delta(6, 5, {})}, two_days_later), RevocationStatus::Unknown);
}

TEST_F(DeltaLists, WhichDeltaTakesThePlaceOfWhich) {
  const Crl first = delta(6, 5, {});
  EXPECT_EQ(base_number(first), "05");
  EXPECT_EQ(base_number(complete(5, {})), "");
  EXPECT_TRUE(supersedes(delta(7, 5, {}, kNow + hours(2)), first));
  EXPECT_FALSE(supersedes(first, delta(7, 5, {}, kNow + hours(2))));
  EXPECT_TRUE(supersedes(delta(7, 4, {}, kNow + hours(2)), first));
  EXPECT_TRUE(supersedes(delta(7, 5, {}), first)) << "of the same moment the number decides";
  EXPECT_FALSE(supersedes(complete(7, {}, kNow + hours(2)), first));
  EXPECT_FALSE(supersedes(first, complete(5, {})));
  // What was revoked between 5 and 8 is in `first` alone until a complete list has it.
  const Crl next = delta(9, 8, {}, kNow + hours(2));
  EXPECT_FALSE(supersedes(next, first));
  EXPECT_FALSE(supersedes(next, first, std::vector{complete(7, {})}));
  EXPECT_TRUE(supersedes(next, first, std::vector{complete(8, {})}));
  EXPECT_TRUE(supersedes(next, first, std::vector{complete(300, {})}));
}

}  // namespace
}  // namespace sealgate::certificates
