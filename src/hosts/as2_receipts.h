#pragma once
// What the sender of an AS2 message is told, and the commit that makes it so.
//
//   transaction 1, of a message that is taken (prepare_taken, then MessageBox::publish):
//     the payload with its context and its deliveries, the receive key, the receipt's bytes beside that key, the
//     record of the log, and for a receipt with a connection of its own the work that calls its address
//   transaction 1, of one that is refused (receive_failure.h): the raw message, suspended, where the location keeps
//   such transaction 2, of one that is refused and whose receipt has an address (tell_refused): the work that calls
//   it only then anything is answered.
//
// The receive key is the pair of names with the Message-ID, whatever location the message came by. Only what was
// taken has one: a message that was refused may come again and be taken, and nobody can make a Message-ID useless by
// sending rubbish under it. Whoever dies between the commit and the answer sends again, or is sent again, and the key
// gives the stored bytes (tell_taken with PublishResult::duplicate). A message that came before is answered so also
// when it would be refused now, because its certificate has expired since.
//
// A receipt that cannot be made (no signing certificate is in force) keeps the message from being taken: 503, and the
// partner comes again.

#include <memory>
#include <optional>
#include <string>

#include "adapters/common/adapter.h"
#include "hosts/configuration.h"
#include "messaging/message_box.h"
#include "pipeline/as2_decoder.h"

namespace sealgate::hosts {

struct Receipt {
  Bytes bytes = {};              ///< header lines of HTTP, an empty line, the body
  std::string address = {};      ///< empty: it goes into the response
  std::string disposition = {};  ///< "processed/error: decryption-failed"
  std::string mic = {};          ///< empty: it names none
  std::optional<certificates::Certificate> signer = {};
  std::optional<Error> address_refused = {};  ///< why it goes into the response although an address was given
};

/// One AS2 message that came. Nothing here does anything for a message that is none. All must outlive it.
class As2Reception {
 public:
  As2Reception(const Configuration& configuration, messaging::MessageBox& box, const artifacts::ReceivePort& port,
               const artifacts::ReceiveLocation& location, Time now)
      : configuration_(configuration), box_(box), port_(port), location_(location), now_(now) {}

  /// Filled by the pipeline.
  pipeline::As2Exchange& exchange() { return exchange_; }
  bool is_as2() const { return exchange_.message.has_value(); }
  /// Empty when a message that comes twice is taken twice.
  std::string receive_key() const;

  /// Adds key, receipt and its work to what is about to be published, and to each message what it was answered; to
  /// the log what the agreement archives. Fails with hosts.receipt-not-made, and with the box's own.
  Result<> prepare_taken(const messaging::Part& raw, const messaging::MessageContext& context,
                         messaging::PublishRequest& request);
  /// What the log shall say of a message that is refused, and what the agreement archives of it.
  Result<> prepare_refused(const Error& reason, const messaging::Part& raw, const messaging::MessageContext& context,
                           messaging::TrackingDetails& trail);
  /// After the commit. `raw`: kept when the agreement wants messages that came twice suspended.
  Result<> tell_taken(const messaging::PublishResult& published, const messaging::Part& raw,
                      const messaging::MessageContext& context, adapters::SubmitOutcome& outcome);
  /// After what became of it was committed. When no receipt can be made, the outcome stays as it is: HTTP's own
  /// answer says that it failed.
  Result<> tell_refused(const Error& reason, adapters::SubmitOutcome& outcome);

 private:
  /// Nothing: none is wanted, or nobody can be told.
  Result<std::optional<Receipt>> make_receipt(const Result<>& verdict) const;
  void choose_address(Receipt& receipt) const;
  /// What came longer ago than the agreement remembers is no duplicate.
  Result<> forget_old(const std::string& key);
  bool is_wanted() const;
  Result<std::optional<smime::SignOptions>> signature() const;
  /// The work that calls the address, as a message of its own.
  Result<messaging::Publication> call_for(const Receipt& receipt, const Bytes& bytes) const;
  /// The receipt of a message that was refused is archived by a record of its own, before it is given.
  Result<> archive_negative(const Receipt& receipt, const std::string& message);
  /// For the log: the message came again.
  Result<> record_repeated(const messaging::MessageId& first, const messaging::MessageContext& context);
  /// The answer itself, for bytes that are durable; publishes the call when it has an address and `queued` is false.
  Result<> answer(const Receipt& receipt, const Bytes& bytes, bool queued, adapters::SubmitOutcome& outcome);

  const Configuration& configuration_;
  messaging::MessageBox& box_;
  const artifacts::ReceivePort& port_;
  const artifacts::ReceiveLocation& location_;
  const Time now_;
  pipeline::As2Exchange exchange_;
  std::optional<Receipt> receipt_;  ///< of prepare_taken()
};

}  // namespace sealgate::hosts
