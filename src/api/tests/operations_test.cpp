// The real operations on a store in memory's place: an SQLite of its own. What needs a running gateway is in
// tests/api.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>

#include "api/identity.h"
#include "api/operations/operations.h"
#include "api/tests/api_fixture.h"
#include "store/backends/open_store.h"

namespace sealgate::api::tests {
namespace {

using testing::HasSubstr;

class Operations : public testing::Test {
 protected:
  Operations() {
    folder_ = std::filesystem::temp_directory_path() /
              ("api-" + std::to_string(::getpid()) + "-" + std::to_string(++count_));
    std::filesystem::create_directories(folder_ / "spool");
    store::StoreLocation location;
    location.data = folder_;
    auto opened = store::open_store(location, clock_);
    EXPECT_TRUE(opened) << opened.error().to_string();
    store_ = std::move(*opened);
    ServiceOptions options;
    options.place = {folder_.string(), "sqlite"};
    options.changed = [this] { ++changes_; };
    services_ = std::make_shared<Services>(*store_, options);
    live_.board = std::make_shared<StatusBoard>(services_);
    live_.events = std::make_shared<EventHub>([board = live_.board] { return board->look(); });
    gate_ = std::make_unique<access::Gate>(store_->access(), store_->clock());
    auto made = Server::create(description_text(), make_actions(services_, live_, *gate_), gatekeeper_);
    EXPECT_TRUE(made) << made.error().to_string();
    server_ = std::move(*made);
  }
  ~Operations() override {
    server_.reset();
    live_ = {};
    services_.reset();
    gate_.reset();
    store_.reset();
    std::error_code problem;
    std::filesystem::remove_all(folder_, problem);
  }
  Got call(const std::string& method, const std::string& target, const std::string& body = {},
           net::HttpHeaders headers = {}) {
    return send(*server_, {.method = method, .target = target, .body = body, .headers = std::move(headers)});
  }
  Got get(const std::string& target) { return call("GET", target); }

  static inline int count_ = 0;
  SystemClock clock_;
  std::filesystem::path folder_;
  std::unique_ptr<store::Store> store_;
  std::shared_ptr<Services> services_;
  Live live_;
  std::unique_ptr<access::Gate> gate_;
  WordGatekeeper gatekeeper_;
  std::unique_ptr<Server> server_;
  int changes_ = 0;
};

TEST_F(Operations, are_all_described_and_all_described_ones_are_there) {
  EXPECT_EQ(get("/openapi.yaml").body, description_text());
  EXPECT_GE(server_->description().operations.size(), 40U);
}

TEST_F(Operations, of_an_empty_group_have_answers) {
  for (const char* target : {"/artifacts", "/artifacts/groups", "/receive-locations", "/host-instances", "/messages",
                             "/suspended", "/tracking", "/reports/as2", "/certificates", "/crls", "/check", "/expiry",
                             "/audit/findings", "/audit/threat-model", "/status", "/session", "/tokens"}) {
    const Got got = get(target);
    EXPECT_EQ(got.status, 200) << target << " " << got.body;
    EXPECT_TRUE(got.json().is_object()) << target;
  }
  EXPECT_EQ(get("/suspended").json()["sentence"], "Nothing is suspended.");
  EXPECT_EQ(get("/status").json()["health"], "bad") << "nothing runs";
}

TEST_F(Operations, make_and_change_an_artifact_under_conditions) {
  const Got made = call("PUT", "/artifacts/parties/A", R"({"kind":"Party","name":"A"})");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(changes_, 1);
  EXPECT_EQ(get("/artifacts/parties/A").header("ETag"), made.header("ETag"));
  EXPECT_EQ(call("PUT", "/artifacts/parties/A", R"({"kind":"Party","name":"A"})").status, 428);
  EXPECT_EQ(call("PUT", "/artifacts/parties/A", R"({"kind":"Party","name":"B"})", {{"If-Match", "*"}}).code(),
            "api.invalid-body");
  EXPECT_EQ(call("PUT", "/artifacts/hosts/A", R"({"kind":"Party","name":"A"})").code(), "api.invalid-body");
  EXPECT_EQ(call("DELETE", "/artifacts/parties/A", {}, {{"If-Match", "\"x\""}}).status, 412);
  EXPECT_EQ(
      call("DELETE", "/artifacts/parties/A?dry-run=true", {}, {{"If-Match", "\"x\", " + made.header("ETag")}}).status,
      200);
  EXPECT_EQ(get("/artifacts/parties/A").status, 200);
  EXPECT_EQ(call("DELETE", "/artifacts/parties/A", {}, {{"If-Match", made.header("ETag")}}).status, 200);
  EXPECT_EQ(get("/artifacts/parties/A").status, 404);
  EXPECT_EQ(changes_, 2);
}

TEST_F(Operations, give_what_happened_as_events_or_nothing) {
  GroupState state;
  state.configuration = 3;
  state.certificates = 5;
  state.figures = "a";
  state.status = "{}";
  const std::string all = events_since("", state);
  EXPECT_THAT(all, HasSubstr("event: configuration\ndata: {\"revision\":3}\n\n"));
  EXPECT_THAT(all, HasSubstr("event: status\ndata: {}\n\n"));
  const std::string id = all.substr(4, all.find('\n') - 4);
  EXPECT_EQ(events_since(id, state), "");
  state.configuration = 4;
  EXPECT_THAT(events_since(id, state), HasSubstr("configuration"));
  EXPECT_EQ(events_since(id, state).find("status"), std::string::npos);
  for (const char* odd : {"...", "x", "1.2.3.4.5", "."}) EXPECT_NE(events_since(odd, state), "") << odd;
}

TEST_F(Operations, keep_the_certificate_that_they_answer_with) {
  const auto made = own_identity(folder_, "192.0.2.7", clock_.now());
  ASSERT_TRUE(made) << made.error().to_string();
  EXPECT_TRUE(made->made);
  const auto kept = own_identity(folder_, "192.0.2.7", clock_.now());
  ASSERT_TRUE(kept);
  EXPECT_FALSE(kept->made);
  EXPECT_EQ(kept->certificate.thumbprint(), made->certificate.thumbprint());
  EXPECT_THAT(kept->certificate.dns_names(), testing::Contains("localhost"));
  const auto later = own_identity(folder_, "192.0.2.7", clock_.now() + std::chrono::hours(24 * 380));
  ASSERT_TRUE(later);
  EXPECT_TRUE(later->made) << "less than 30 days were left";
  std::filesystem::permissions(folder_ / "api" / "tls.key", std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  const auto open = own_identity(folder_, "192.0.2.7", clock_.now());
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().code, kNoIdentity);
}

}  // namespace
}  // namespace sealgate::api::tests
