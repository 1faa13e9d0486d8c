#pragma once
// Contents in the database. A small body stays in memory until its message is published and is a value of its part's
// row then. A larger one is written ahead, in chunks of 256 KiB that become a message's when it is published; what is
// never published is removed by its process, or by another one when that died.

#include <atomic>
#include <memory>
#include <string>

#include "messaging/message.h"
#include "store/postgres/claimed_messages.h"
#include "store/postgres/sql/database.h"

namespace sealgate::store::postgres {

inline constexpr std::size_t kInlineLimit = std::size_t{64} * 1024;  ///< bytes of a body in the row of its part
inline constexpr std::size_t kChunkSize = std::size_t{256} * 1024;

/// What all bodies on their way into one store have in common.
struct BodyStage {
  /// How many bytes all of them keep in memory; further ones become chunks however small they are.
  static constexpr std::size_t kMaximumMemory = std::size_t{32} * 1024 * 1024;

  std::shared_ptr<Database> database = {};
  std::string writer = {};  ///< of this process, in table body_writers
  std::atomic<std::size_t> memory{0};
};

/// A finished body that no message refers to yet.
class StagedBody final : public messaging::Body {
 public:
  struct Content {
    Bytes memory = {};
    std::string body = {};  ///< chunks.body; empty when it is in memory
    std::int64_t chunks = 0;
    std::uint64_t size = 0;
    Bytes sha256 = {};
  };
  StagedBody(Content content, std::shared_ptr<BodyStage> stage)
      : content_(std::move(content)), stage_(std::move(stage)) {}
  ~StagedBody() override;
  std::uint64_t size() const override { return content_.size; }
  const Bytes& sha256() const override { return content_.sha256; }
  Result<> copy_to(Sink& sink) const override;

  bool in_memory() const { return content_.body.empty(); }
  const Content& content() const { return content_; }
  /// True for the first who asks: chunks belong to one part of one message. Others make a copy.
  bool claim() const { return !claimed_.exchange(true); }
  void give_up_claim() const { claimed_ = false; }

 private:
  Content content_;
  std::shared_ptr<BodyStage> stage_;
  mutable std::atomic<bool> claimed_{false};
};

std::unique_ptr<messaging::BodyWriter> make_body_writer(std::shared_ptr<BodyStage> stage);

/// The content of a part of a stored message, read each time somebody asks, chunk by chunk. A difference to its
/// SHA-256 is store.body-damaged, reported after the bytes.
struct BodyLocation {
  std::string message = {};
  std::int64_t number = 0;  ///< of the part
  std::string body = {};    ///< chunks.body; empty when the content is in the row
};
/// `held` is the content, as long as it is not let go; may be empty.
messaging::BodyRef make_stored_body(std::shared_ptr<Database> database, BodyLocation location, std::uint64_t size,
                                    Bytes sha256, std::shared_ptr<HeldContent> held = {});

/// Removes up to a hundred bodies whose processes were not seen since `before` (milliseconds since 1970), and those
/// processes. Says how many bodies.
Result<std::uint64_t> sweep_staged(Database& database, std::int64_t before);

}  // namespace sealgate::store::postgres
