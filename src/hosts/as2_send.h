#pragma once
// A message on its way out by AS2. Its first Send work encodes it, once, and sends nothing:
//
//   transaction 1 (encode_as2): that work is completed, and the encoded message is published, with its header fields
//     and the digests that its receipt will be judged by in its context; its Message-ID is a receive key. Its work:
//     a Send, which transmits these bytes, and an Await when a receipt is asked for
//   transmissions (As2Outbound): the same bytes under the same Message-ID, by retries of the Send work, and by new
//     Send work when no receipt came in time (as2_await.h)
//   transaction 2 (record_as2_sent): the Send is completed; a receipt that came in the response ends the Await in the
//     same commit, else that waits from now on
//
// An asynchronous receipt may come before our request is answered: what it is judged by is there since transaction 1.
// Whoever dies before transaction 1 has sent nothing; before transaction 2, he sends the same bytes once more.

#include "hosts/send_outcome.h"

namespace sealgate::hosts {

/// The message is one that encode_as2() made.
bool is_encoded_as2(const messaging::MessageContext& context);

/// Finds the agreement, encodes, commits; what fails is recorded as failed for a person.
Result<> encode_as2(Attempt& attempt);

/// The port as the agreement of an encoded message has it: with the agreement's schedule of attempts.
artifacts::SendPort as2_port(const artifacts::SendPort& port, const artifacts::Agreement& agreement);
/// The agreement that an encoded message goes by, whether or not it is still in force. hosts.no-such-agreement.
Result<const artifacts::Agreement*> agreement_of(const Configuration& configuration,
                                                 const messaging::MessageContext& context);
/// When there shall be no other attempt, counted from the first; empty: the schedule alone says.
std::optional<Time> retries_until(const artifacts::Agreement& agreement, const messaging::WorkItem& item);

/// How an encoded message is to be requested: its header fields, and what the agreement says of HTTP. Fails when the
/// context is not that of encode_as2().
Result<adapters::HttpWishes> wishes_of(const messaging::Message& message, const artifacts::Agreement& agreement);

/// An encoded message for the HTTP adapter. Message and item must outlive it.
class As2Outbound final : public adapters::OutboundMessage {
 public:
  As2Outbound(const messaging::Message& message, const messaging::WorkItem& item, adapters::HttpWishes wishes)
      : message_(message), item_(item), wishes_(std::move(wishes)) {}

  std::string_view message_id() const override { return message_.id.text(); }
  std::string_view delivery_id() const override { return item_.claim.work.text(); }
  std::optional<Time> created() const override { return item_.created; }
  std::optional<std::string> property(std::string_view name) const override;
  adapters::BodyForm body_form() const override { return adapters::BodyForm::Payload; }
  std::uint64_t size() const override { return message_.body_part()->body->size(); }
  Result<> pump(Sink& sink) override;
  Sink* answer() override { return &answer_; }
  const adapters::HttpWishes* http_wishes() const override { return &wishes_; }

  /// What the partner answered; its beginning, when it is larger than any receipt.
  const Bytes& answered() const { return answer_.bytes; }

 private:
  /// Never fails: whatever the partner answers, he has the message.
  struct Answer final : Sink {
    Result<> write(ByteView more) override;
    Result<> finish() override { return {}; }
    Bytes bytes;
  };

  const messaging::Message& message_;
  const messaging::WorkItem& item_;
  adapters::HttpWishes wishes_;
  Answer answer_;
};

/// The partner has the message, and answered this. A receipt that is none, or proves nothing, changes nothing.
Result<> record_as2_sent(Attempt& attempt, const Bytes& answered);

}  // namespace sealgate::hosts
