#pragma once
// What every certificate store must do. A version of the store runs the whole suite:
//
//   INSTANTIATE_TEST_SUITE_P(Folder, CertificateStoreSuite, ::testing::Values(CertificateStoreMaker{…}));

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "certificates/certificate_store.h"

namespace sealgate::store {

/// A store and what must live as long as it.
struct StoreUnderTest {
  std::shared_ptr<void> context;
  std::unique_ptr<certificates::CertificateStore> store;
};

struct CertificateStoreMaker {
  std::string name;
  bool durable = true;  ///< opening it again at the same place finds the same
  std::function<StoreUnderTest(const std::filesystem::path& folder)> open;
  friend std::ostream& operator<<(std::ostream& out, const CertificateStoreMaker& maker) { return out << maker.name; }
};

class CertificateStoreSuite : public ::testing::TestWithParam<CertificateStoreMaker> {
 protected:
  void SetUp() override;
  void TearDown() override;
  void reopen();
  certificates::CertificateStore& store() { return *under_test_.store; }

  std::filesystem::path folder_;
  StoreUnderTest under_test_;
};

}  // namespace sealgate::store
