#pragma once
// A tracking log that only remembers which bodies it was given.

#include <functional>

#include "messaging/tests/no_log.h"
#include "store/common/errors.h"

namespace sealgate::hosts::testing {

class RecordingLog final : public messaging::testing::NoLog {
 public:
  std::vector<std::string> kept;
  bool fails = false;
  std::function<void()> on_keep = [] {};

  Result<> keep_body(const messaging::Body& body, Time) override {
    if (fails) return fail(store::kDiskFull, "no space");
    on_keep();
    BufferSink sink;
    SG_TRY(body.copy_to(sink));
    kept.emplace_back(as_text(sink.bytes()));
    return {};
  }
};

}  // namespace sealgate::hosts::testing
