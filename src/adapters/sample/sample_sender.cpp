#include "adapters/sample/sample_sender.h"

#include "adapters/sample/errors.h"

namespace sealgate::adapters::sample {
namespace {

class LineSink final : public Sink {
 public:
  explicit LineSink(Line& line) : line_(line) {}
  Result<> write(ByteView bytes) override { return line_.write(bytes); }
  Result<> finish() override { return {}; }

 private:
  Line& line_;
};

}  // namespace

Result<std::string> SampleSender::hand_over(OutboundMessage& message) {
  SG_TRY_ASSIGN(io::FileDescriptor fd, connect_to(options_.socket));
  Line line(std::move(fd), stop_, options_.patience);
  const std::string head = std::string(message.delivery_id()) + " " + std::to_string(message.size()) + "\n";
  SG_TRY(line.write(as_bytes(head)));
  LineSink sink(line);
  SG_TRY(message.pump(sink));
  return line.read_line();
}

SendOutcome SampleSender::send(OutboundMessage& message) {
  const auto answer = hand_over(message);
  if (!answer) {
    // A wrong address stays wrong; whatever else happened may be over at the next attempt.
    const Error error = Error(answer.error()).at(options_.socket);
    return error.code == kBadAddress ? SendOutcome::permanent(error) : SendOutcome::retry(error);
  }
  const std::string& said = *answer;
  ContextEntries details{{"SAMPLE.Answer", said}};
  if (said.starts_with("ok")) return SendOutcome::delivered(std::move(details));
  if (said.starts_with("no")) {
    return SendOutcome::permanent({kRefused, "the program refuses the message: " + said, options_.socket,
                                   "mend what it complains of, then resume the message"},
                                  std::move(details));
  }
  return SendOutcome::retry({kNotNow, "the program does not take the message now: " + said, options_.socket, {}},
                            std::move(details));
}

}  // namespace sealgate::adapters::sample
