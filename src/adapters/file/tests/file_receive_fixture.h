#pragma once
// A FILE receive location over a folder of its own, looked at by hand.

#include "adapters/common/tests/support.h"
#include "adapters/file/file_receiver.h"

namespace sealgate::adapters::file::tests {

using adapters::tests::kStoreDown;
using adapters::tests::TemporaryFolder;
using adapters::tests::TestSubmitter;
using std::chrono::milliseconds;
using std::chrono::seconds;

class FileReceive : public ::testing::Test {
 protected:
  FileReceive() {
    options_.location = "Orders";
    options_.folder = in_.path();
    options_.names.masks = {"*.xml"};
    options_.first_backoff = milliseconds(1);
  }
  /// A receiver as after a restart: it knows nothing of earlier looks.
  std::unique_ptr<FileReceiver> receiver() { return std::make_unique<FileReceiver>(options_, submitter_, clock_); }
  /// Two looks, far enough apart for files that stand still.
  /// What both did together; `waiting` of the second.
  PollResult look_twice(FileReceiver& receiver) {
    const PollResult first = receiver.poll_once();
    clock_.advance(seconds(2));
    PollResult second = receiver.poll_once();
    second.submitted += first.submitted;
    second.failed += first.failed;
    second.empty += first.empty;
    second.set_aside += first.set_aside;
    return second;
  }

  TemporaryFolder in_;
  TestSubmitter submitter_;
  ManualClock clock_{SystemClock().now()};
  FileReceiveOptions options_;
};

}  // namespace sealgate::adapters::file::tests
