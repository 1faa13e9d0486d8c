// Lists on their way into the store, their schedule, and one round of a source.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "net/errors.h"
#include "revocation/errors.h"
#include "revocation/folder.h"
#include "revocation/list_intake.h"
#include "revocation/tests/support.h"
#include "revocation/updater.h"

namespace sealgate::revocation {
namespace {

using namespace tests;
using certificates::Crl;
using certificates::StoreName;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class Lists : public testing::Test {
 protected:
  Lists() {
    EXPECT_TRUE(store_->add({StoreName::TrustedRoots, {}}, {ca_.certificate}));
    downloader_.allow_private_hosts({"127.0.0.1"});
    std::string pattern = testing::TempDir() + "sealgate-lists-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Lists() override { std::filesystem::remove_all(folder_); }

  void put_file(const std::string& name, ByteView content) const {
    std::ofstream(folder_ / name, std::ios::binary) << as_text(content);
  }
  std::string only_refusal(const Crl& list) {
    const auto intake = take_in(*store_, {list}, clock_.now());
    EXPECT_TRUE(intake);
    EXPECT_EQ(intake->refused.size(), 1U);
    return intake->refused.empty() ? "" : std::string(intake->refused.front().code.id);
  }
  Update update(const Source& source) {
    auto updated = Updater(*store_, memos_, downloader_, clock_).update(source, hours(24 * 7));
    EXPECT_TRUE(updated) << updated.error().to_string();
    return std::move(*updated);
  }

  Identity ca_ = issue_ca("Authority");
  std::unique_ptr<certificates::CertificateStore> store_ = certificates::make_memory_certificate_store();
  MemoryMemos memos_;
  TestClock clock_;
  Publisher server_;
  Downloader downloader_;
  std::filesystem::path folder_;
};

TEST_F(Lists, ANewerListTakesThePlaceOfTheOlderAndNeverTheOtherWay) {
  const Crl first = issue_crl(ca_, {1});
  const Crl second = issue_crl(ca_, {1, 2}, kNow + minutes(1));
  ASSERT_TRUE(take_in(*store_, {first}, kNow));
  const auto next = take_in(*store_, {second}, kNow);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->added, std::vector<std::string>{second.sha256()});
  EXPECT_EQ(next->removed, std::vector<std::string>{first.sha256()});
  EXPECT_EQ(only_refusal(first), kOlderList.id);
  const auto again = take_in(*store_, {second}, kNow);
  EXPECT_EQ(again->stored.size(), 1U);
  EXPECT_TRUE(again->added.empty());
  ASSERT_EQ(store_->list_crls()->size(), 1U);
  EXPECT_EQ(store_->list_crls()->front().sha256(), second.sha256());
}

TEST_F(Lists, ADeltaStaysUntilNothingThatItSaysIsLost) {
  const auto list = [&](long number, long base, int hour) {
    return issue_list({.issuer = &ca_, .this_update = kNow + hours(hour), .number = number, .base = base});
  };
  const Time now = kNow + hours(6);
  const auto numbers = [&] {
    std::vector<std::string> found;
    const auto lists = store_->list_crls();
    for (const Crl& one : *lists) found.push_back((one.is_delta() ? "delta " : "") + one.number());
    std::ranges::sort(found);
    return found;
  };
  using Names = std::vector<std::string>;
  const Crl second = list(7, 5, 2);
  ASSERT_TRUE(take_in(*store_, {list(5, 0, 0), list(6, 5, 1)}, now));
  EXPECT_EQ(numbers(), (Names{"05", "delta 06"}));
  ASSERT_TRUE(take_in(*store_, {second}, now));
  EXPECT_EQ(numbers(), (Names{"05", "delta 07"}));
  EXPECT_EQ(take_in(*store_, {list(6, 5, 1)}, now)->refused.size(), 1U) << "an older one again";
  // The next complete list is late: both deltas stay, and the first is fetched once more without complaint.
  ASSERT_TRUE(take_in(*store_, {list(9, 8, 3)}, now));
  EXPECT_TRUE(take_in(*store_, {second}, now)->refused.empty());
  EXPECT_EQ(numbers(), (Names{"05", "delta 07", "delta 09"}));
  const auto late = take_in(*store_, {list(8, 0, 4)}, now);
  ASSERT_TRUE(late);
  EXPECT_EQ(late->removed.size(), 2U);
  EXPECT_EQ(numbers(), (Names{"08", "delta 09"}));
  EXPECT_EQ(take_in(*store_, {second}, now)->refused.size(), 1U) << "all of it is in the complete list";
}

TEST_F(Lists, WhoNamesAKnownIssuerMustBeIt) {
  EXPECT_EQ(only_refusal(issue_crl(issue_ca("Authority"), {1})), kWrongSigner.id);
  EXPECT_EQ(only_refusal(issue_crl(ca_, {1}, kNow + minutes(6))), kFutureList.id);
  EXPECT_TRUE(store_->list_crls()->empty());
  // Of an authority with two keys, either may have signed.
  const Identity renewed = issue_ca("Authority");
  ASSERT_TRUE(store_->add({StoreName::IntermediateAuthorities, {}}, {renewed.certificate}));
  EXPECT_TRUE(take_in(*store_, {issue_crl(renewed, {}), issue_crl(ca_, {})}, kNow)->refused.empty());
  // Of one that nobody knows here, nothing can be said.
  EXPECT_TRUE(take_in(*store_, {issue_crl(issue_ca("Stranger"), {})}, kNow)->refused.empty());
}

TEST_F(Lists, GarbageIsNoList) {
  for (const std::string_view text : {"", "<html>moved</html>", "0", "-----BEGIN X509 CRL-----\nAAAA\n"}) {
    EXPECT_FALSE(read_lists(as_bytes(text))) << text;
  }
  EXPECT_EQ(read_lists(ca_.certificate.der()).error().code, kNotAList);
  const Crl list = issue_crl(ca_, {});
  EXPECT_EQ(read_lists(list.der())->size(), 1U);
  Bytes truncated(list.der().begin(), list.der().end());
  while (!truncated.empty()) {
    truncated.pop_back();
    EXPECT_FALSE(read_lists(truncated));
  }
}

TEST_F(Lists, ScheduleAfterSuccessAndFailure) {
  const Crl daily = issue_crl(ca_, {}, kNow, hours(24));
  EXPECT_EQ(next_after_success(kNow, hours(24 * 7), {daily}), kNow + hours(23));
  EXPECT_EQ(next_after_success(kNow, hours(2), {daily}), kNow + hours(2));
  EXPECT_EQ(next_after_success(kNow, hours(2), {}), kNow + hours(2));
  EXPECT_EQ(next_after_success(kNow, hours(2), {issue_crl(ca_, {}, kNow - hours(48))}), kNow + seconds(10))
      << "not all the time, although the list is over";
  EXPECT_EQ(next_after_success(kNow, seconds(1), {daily}), kNow + seconds(1));
  EXPECT_EQ(next_after_failure(kNow, hours(24), 1), kNow + seconds(30));
  EXPECT_EQ(next_after_failure(kNow, hours(24), 4), kNow + minutes(4));
  EXPECT_EQ(next_after_failure(kNow, hours(24), 1000), kNow + hours(1));
  EXPECT_EQ(next_after_failure(kNow, milliseconds(1), 1000), kNow + seconds(1));
}

TEST_F(Lists, ARoundIsWrittenDown) {
  const Source source{server_.url("/ca.crl")};
  const Update failed = update(source);
  ASSERT_TRUE(failed.failure);
  EXPECT_EQ(failed.state.failures, 1);
  EXPECT_EQ(failed.state.next, kNow + seconds(30));
  EXPECT_EQ(failed.state.failure_code, "revocation.bad-answer");
  const Crl list = issue_crl(ca_, {9});
  server_.publish("/ca.crl", list.der());
  clock_.set(kNow + minutes(1));
  const Update good = update(source);
  ASSERT_FALSE(good.failure) << good.failure->to_string();
  EXPECT_EQ(good.state.failures, 0);
  EXPECT_EQ(good.state.fetched, kNow + minutes(1));
  EXPECT_EQ(load_state(memos_, source.address).value(), good.state) << "what is read is what was written";
  const auto origins = load_origins(memos_);
  ASSERT_EQ(origins->size(), 1U);
  EXPECT_EQ(origins->front().sha256, list.sha256());
  EXPECT_EQ(origins->front().address, source.address);

  const Crl newer = issue_crl(ca_, {9, 10}, kNow + minutes(2));
  server_.publish("/ca.crl", newer.der());
  EXPECT_FALSE(update(source).failure);
  ASSERT_EQ(load_origins(memos_)->size(), 1U) << "that of the list that is gone went with it";
  EXPECT_EQ(load_origins(memos_)->front().sha256, newer.sha256());

  server_.publish("/ca.crl", as_bytes("<html>maintenance</html>"));
  EXPECT_EQ(update(source).failure->code, kNotAList);
  server_.publish("/ca.crl", list.der());
  EXPECT_EQ(update(source).failure->code, kOlderList);
  EXPECT_EQ(update(source).state.failures, 3);
  clock_.set(kNow + hours(48));
  server_.publish("/ca.crl", newer.der());
  EXPECT_EQ(update(source).failure->code, kStaleList);
  EXPECT_EQ(store_->list_crls()->front().sha256(), newer.sha256()) << "better than none";
}

TEST_F(Lists, WhatIsUnreadableInTheStoreIsToldNotBelieved) {
  ASSERT_TRUE(memos_.put({"revocation/source/xyz", "no json", kNow}));
  EXPECT_EQ(load_states(memos_).error().code, kBadState);
}

TEST_F(Lists, FoldersGiveTheirLists) {
  const Crl list = issue_crl(ca_, {9});
  const Source source{folder_.string(), SourceKind::Folder};
  const std::string empty = fingerprint_of_folder(source.address);
  EXPECT_FALSE(update(source).failure) << "an empty folder is in order";
  put_file("ca.crl", list.der());
  const std::string filled = fingerprint_of_folder(source.address);
  EXPECT_NE(empty, filled);
  EXPECT_EQ(update(source).lists.size(), 1U);
  put_file(".hidden", as_bytes("x"));
  std::filesystem::create_directory(folder_ / "sub");
  EXPECT_EQ(fingerprint_of_folder(source.address), filled);
  EXPECT_FALSE(update(source).failure);
  put_file("readme.txt", as_bytes("not a list"));
  const Update mixed = update(source);
  ASSERT_TRUE(mixed.failure);
  EXPECT_NE(mixed.failure->where.find("readme.txt"), std::string::npos);
  EXPECT_EQ(mixed.lists.size(), 1U) << "the good ones count";
  std::filesystem::remove_all(folder_);
  EXPECT_EQ(update(source).failure->code, kBadFolder);
  EXPECT_EQ(fingerprint_of_folder(source.address), "");
}

}  // namespace
}  // namespace sealgate::revocation
