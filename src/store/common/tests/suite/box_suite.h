#pragma once
// How every message box behaves. A backend provides a Backend; the suite runs on it as it is, and once more with the
// store closed and opened again between any two steps. The files *_suite.cpp hold the tests by theme.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "store/common/store.h"

namespace sealgate::store {

/// One store over some storage that outlives it.
class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;
  /// Opened with the instance name "suite", for serving.
  virtual Store& store() = 0;
  /// References to the store and its bodies die. A process may fork between close() and reopen().
  virtual void close() = 0;
  virtual void reopen() = 0;
};

struct BoxMode {
  std::string name;
  std::function<std::unique_ptr<Backend>()> make;
  bool reopen_each_step = false;
};

class BoxSuite : public testing::TestWithParam<BoxMode> {
 protected:
  void SetUp() override { backend_ = GetParam().make(); }
  /// The box for the next step of a test.
  messaging::MessageBox& step() {
    if (GetParam().reopen_each_step) {
      backend_->close();
      backend_->reopen();
    }
    return current();
  }
  /// The same box once more, to prepare what the step is given.
  messaging::MessageBox& current() { return backend_->store().box(); }
  /// The members of the store for the next step.
  messaging::Cluster& cluster() {
    step();
    return backend_->store().cluster();
  }
  Backend& backend() { return *backend_; }

 private:
  std::unique_ptr<Backend> backend_;
};

}  // namespace sealgate::store
