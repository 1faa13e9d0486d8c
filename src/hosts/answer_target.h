#pragma once
// Keeps what a partner answers, up to the size that one received message may have.

#include "hosts/errors.h"
#include "hosts/send_flow.h"

namespace sealgate::hosts {

class AnswerTarget final : public Sink {
 public:
  AnswerTarget(const SendEnvironment& environment, const artifacts::SendPort& port)
      : box_(environment.box),
        port_(port.name),
        limit_(environment.configuration.artifacts.set.group.value_or(artifacts::Group{}).maximum_body) {}

  /// Before the first byte.
  Result<> open() {
    SG_TRY_ASSIGN(writer_, box_.create_body());
    return {};
  }
  /// hosts.message-too-large
  Result<> write(ByteView bytes) override {
    size_ += bytes.size();
    if (size_ > limit_) {
      return fail(kTooLarge, "the partner's answer is larger than the " + std::to_string(limit_) + " bytes allowed",
                  "send port " + port_, "raise maximum_body of the group");
    }
    return writer_->write(bytes);
  }
  Result<> finish() override { return writer_->finish(); }
  /// The whole of it, also when it is empty. Once.
  Result<messaging::BodyRef> take() {
    SG_TRY(finish());
    return writer_->take();
  }

 private:
  messaging::MessageBox& box_;
  std::string port_;
  std::uint64_t limit_;
  std::uint64_t size_ = 0;
  std::unique_ptr<messaging::BodyWriter> writer_;
};

}  // namespace sealgate::hosts
