#pragma once
// Sends each message to a program that listens at a Unix socket (line.h). Delivered means that it said so: it has
// the message for good. The identity that comes first is the same on every attempt, so that a program that had the
// message before takes no copy.

#include "adapters/common/adapter.h"
#include "adapters/sample/line.h"

namespace sealgate::adapters::sample {

struct SampleSendOptions {
  std::string socket;  ///< absolute path
  std::chrono::milliseconds patience{30'000};
};

/// Details of an outcome: SAMPLE.Answer, the line that the program said.
class SampleSender final : public SendAdapter {
 public:
  explicit SampleSender(SampleSendOptions options) : options_(std::move(options)) {}
  SendOutcome send(OutboundMessage& message) override;
  void cancel() override { stop_.set(); }

 private:
  Result<std::string> hand_over(OutboundMessage& message);
  SampleSendOptions options_;
  Signal stop_;
};

}  // namespace sealgate::adapters::sample
