#pragma once
// A gate over a storage in memory, with people in it.

#include <gtest/gtest.h>

#include "access/errors.h"
#include "access/gate.h"
#include "access/tests/memory_storage.h"

namespace sealgate::access::testing_support {

inline const std::string kPassword = "correct horse battery";
inline const std::string kHome = "192.0.2.7";

inline Secret secret(std::string_view text) {
  return Secret::from_text(text);
}

inline std::string code_of(const auto& result) {
  return result ? "ok" : std::string(result.error().code.id);
}

class GateTest : public ::testing::Test {
 protected:
  GateTest() { add("root", {Role::Administrator}); }

  void add(const std::string& name, const std::vector<Role>& roles) {
    const auto added = gate_.users().add(local_, {name, {}, roles}, secret(kPassword));
    ASSERT_TRUE(added) << added.error().to_string();
  }
  Result<SignedIn> sign_in(const std::string& name, std::string_view password = kPassword,
                           const std::string& code = {}, const std::string& address = kHome) {
    return gate_.sign_in({name, secret(password), code, address});
  }
  Identity identity(const std::string& cookie) {
    auto found = gate_.identify_session(cookie, kHome);
    EXPECT_TRUE(found) << found.error().to_string();
    return found ? *found : Identity{Principal({}, {}, {}), {}, {}, {}};
  }
  /// Signed in anew.
  Identity as(const std::string& name) {
    auto in = sign_in(name);
    EXPECT_TRUE(in) << in.error().to_string();
    return identity(in ? in->cookie : std::string());
  }
  /// "who action object outcome" of the last record.
  std::string last_audit() {
    const auto head = storage_.audit_head().value();
    const auto record = decode_audit_record(head.record).value();
    return record.who + "|" + record.action + "|" + record.object + "|" + record.outcome;
  }

  MemoryStorage storage_;
  SharedClock clock_;
  Gate gate_{storage_, clock_};
  const Principal local_ = Principal::local("root");
};

}  // namespace sealgate::access::testing_support
