#pragma once
// How every message box behaves. A backend provides a Backend; the suite runs on it as it is, and once more with the
// store closed and opened again between any two steps.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "messaging/message_box.h"

namespace sealgate::store {

/// One box over some storage that outlives it.
class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;
  virtual messaging::MessageBox& box() = 0;
  /// Closes and opens it again. References to the old box and its bodies die.
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
    if (GetParam().reopen_each_step) backend_->reopen();
    return backend_->box();
  }
  /// The same box once more, to prepare what the step is given.
  messaging::MessageBox& current() { return backend_->box(); }

 private:
  std::unique_ptr<Backend> backend_;
};

}  // namespace sealgate::store
