#pragma once
// Messages on their way into their rows: everything that can be prepared outside of a transaction, and the statements
// that insert many of them at once.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/postgres/box_change.h"
#include "store/postgres/postgres_body.h"

namespace sealgate::store::postgres {

/// A message ready to be inserted. Its bodies and texts belong to the caller of publish().
struct NewMessage {
  struct NewPart {
    const messaging::Part* part = nullptr;
    Bytes properties = {};
    std::shared_ptr<const StagedBody> body = {};
  };
  messaging::MessageId id = {};
  std::size_t body_index = 0;
  std::uint64_t size = 0;
  std::string party = {};
  std::string type = {};
  std::string receive_port = {};
  Bytes context = {};
  std::vector<NewPart> parts = {};
  messaging::TrackingEvent event = messaging::TrackingEvent::Received;
  messaging::TrackingDetails details = {};
  messaging::WorkId refused = {};  ///< for the record of a refused one
};

/// A whole publish(), prepared outside of any transaction.
struct Accepted {
  std::vector<NewMessage> messages = {};
  std::vector<NewWork> work = {};
  std::string receive_key = {};
  Bytes receipt = {};  ///< kept with it; empty: none
  std::vector<messaging::MessageId> ids = {};
  /// Those that hold chunks: to be taken over from table `staged`.
  std::vector<std::shared_ptr<const StagedBody>> chunked = {};
  Time now = {};
};

/// Adds a message to `accepted`, whose time is set. The parts must outlive that. Bodies that are not staged bodies of
/// this store, or are another part's already, are copied in. messaging.too-many-parts, messaging.no-such-part and
/// what check_limits() gives.
Result<> accept_message(const std::shared_ptr<BodyStage>& stage, Accepted& accepted,
                        const messaging::MessageContext& context, std::span<const messaging::Part> parts,
                        std::size_t body_index, messaging::MessageId id);

/// Takes the chunks of its bodies over, in the transaction that stores the message: whoever sweeps or drops them
/// finds them gone from `staged`. store.body-missing when they were lost with the server.
Result<> adopt_chunks(Connection& connection, const Accepted& accepted);

/// Gives the chunks back to their bodies, unless a commit took them over.
class ClaimedBodies {
 public:
  explicit ClaimedBodies(const Accepted& accepted) : accepted_(&accepted) {}
  ClaimedBodies(const ClaimedBodies&) = delete;
  ClaimedBodies& operator=(const ClaimedBodies&) = delete;
  ~ClaimedBodies() {
    if (accepted_ == nullptr) return;
    for (const auto& body : accepted_->chunked) body->give_up_claim();
  }
  void keep() { accepted_ = nullptr; }

 private:
  const Accepted* accepted_;
};

/// The statements that insert messages with their parts and work; `accepted` must outlive them.
std::vector<Command> insert_messages(std::span<const Accepted* const> accepted);
void log_messages(const Accepted& accepted, Records& records);
/// Inserts the receive keys; a key that is there already is store.constraint.
Command insert_receive_keys(std::span<const Accepted* const> accepted);
/// The ids as receive_keys.messages has them, blanks in between.
std::string join_ids(const std::vector<messaging::MessageId>& ids);
std::vector<messaging::MessageId> split_ids(std::string_view joined);

}  // namespace sealgate::store::postgres
