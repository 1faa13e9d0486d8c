#pragma once
// The outgoing form of a message, kept in a nameless spool so that it is complete before the first byte leaves: an
// encoder that fails half way sends nothing.

#include "adapters/common/adapter.h"
#include "hosts/cut.h"
#include "io/file.h"
#include "messaging/message_box.h"

namespace sealgate::hosts {

/// Passes on until `cut` is set, then fails: ends an encoder that still has gigabytes to write.
class CuttableSink final : public Sink {
 public:
  CuttableSink(Sink& target, const Cut& cut) : target_(target), cut_(cut) {}
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  Sink& target_;
  const Cut& cut_;
};

class SpooledOutbound final : public adapters::OutboundMessage {
 public:
  SpooledOutbound(const messaging::Message& message, const messaging::WorkItem& item, adapters::BodyForm form,
                  const std::filesystem::path& spool)
      : message_(message), item_(item), form_(form), spool_(spool) {}

  /// Where the partner's answer shall go; none is wanted before this.
  void want_answer(Sink& sink) { answer_ = &sink; }
  /// Where the send pipeline writes.
  io::Spool& spool() { return spool_; }

  std::string_view message_id() const override { return message_.id.text(); }
  /// The work item's id: one for each message and port, the same over retries and restarts.
  std::string_view delivery_id() const override { return item_.claim.work.text(); }
  std::optional<Time> created() const override { return item_.created; }
  std::optional<std::string> property(std::string_view name) const override;
  adapters::BodyForm body_form() const override { return form_; }
  std::uint64_t size() const override { return spool_.size(); }
  Result<> pump(Sink& sink) override { return spool_.replay(sink); }
  Sink* answer() override { return answer_; }

 private:
  const messaging::Message& message_;
  const messaging::WorkItem& item_;
  adapters::BodyForm form_;
  io::Spool spool_;
  Sink* answer_ = nullptr;
};

}  // namespace sealgate::hosts
