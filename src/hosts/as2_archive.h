#pragma once
// The archive of an agreement, and what the tracking log says of every AS2 message. Contents are tracked bodies
// (tracking_bodies.h): encrypted, once for equal contents, durable before the commit of the record that names them,
// gone when the last such record is archived. `sealgate evidence export` puts them together again.
//
//   detail                    what                                                                kept by
//   body.as2-message          the message as it travels: header lines, an empty line, the body    encoded
//   body.as2-content          what its receipt's check is over; signed: what the signature is over  decoded; encoded,
//                             when nothing was encrypted
//   body.as2-signature        the signature itself (SignedData)                                   likewise
//   body.as2-document         each document                                                       decoded
//   body.as2-chain            PEM, the signer's certificate first, its anchor at the end          encoded or decoded
//   body.as2-crl, -ocsp       the lists and answers at hand that speak about that chain, DER      encoded or decoded
//   body.as2-receipt          the receipt as it travels                                           receipts
//   body.as2-receipt-chain    PEM of who signed the receipt; the partner's with its path          receipts
//   body.as2-receipt-crl, -ocsp   the lists and answers that speak about the partner's            receipts
//
//   as2.message_id, as2.agreement, as2.from, as2.to      of the message, always
//   as2.protection            "signed, encrypted, compressed", as far as it is
//   as2.wanted                the receipt that was asked for: "sync", "async, signed"; absent: none
//   as2.direction             "sent"; absent: it came
//   as2.partner               of what was sent: the party of the agreement
//   as2.mic                   the check that the receipt names
//   as2.file                  name of a document
//   as2.variant               line ends that the signature is over, when they are not those that came
//   as2.receipt_for           Message-ID; in the record of a receipt that has a connection of its own

#include <optional>

#include "certificates/certificate.h"
#include "messaging/tracking_log.h"
#include "pipeline/as2_decoder.h"
#include "pipeline/as2_encoder.h"

namespace sealgate::hosts {

inline constexpr std::string_view kAs2MessageId = "as2.message_id";
inline constexpr std::string_view kAs2ReceiptFor = "as2.receipt_for";

/// What the log says of a message that came, as far as it was read. Nothing without AS2 headers.
void describe_as2(const pipeline::As2Exchange& exchange, messaging::TrackingDetails& details);

/// Adds to `details`, in front of what is there, what the agreement archives of a message that came: `raw`, the MIME
/// entity as the adapter submits it, with the header lines in `context`, and what the decoder kept. Of one that is
/// refused only as2-message. `log` is null in tests: then nothing happens. An error means that the message must not
/// be taken.
Result<> archive_received(messaging::TrackingLog* log, const pipeline::As2Exchange& exchange,
                          const messaging::Body& raw, const messaging::MessageContext& context, Time now,
                          messaging::TrackingDetails& details);

/// The same for a receipt of ours: header lines, an empty line, the body. `signers`: whose signature
/// it has.
Result<> archive_receipt(messaging::TrackingLog* log, ByteView receipt,
                         std::span<const certificates::Certificate> signers, Time now,
                         messaging::TrackingDetails& details);

/// What the log says of a message that could not be encoded: in the record of its suspension.
void describe_unsent(const pipeline::As2Departure& departure, messaging::TrackingDetails& details);

/// What the log says of a message that was encoded: in the record with which it begins.
void describe_sent(const pipeline::As2Departure& departure, const messaging::Body& body,
                   messaging::TrackingDetails& details);

/// As archive_received(): `body` is the encoded one.
Result<> archive_sent(messaging::TrackingLog* log, const pipeline::As2Departure& departure,
                      const messaging::Body& body, Time now, messaging::TrackingDetails& details);

/// A receipt that came: `raw` is the entity, `lines` all header lines of HTTP, with which it is kept.
Result<> archive_arrived(messaging::TrackingLog* log, const messaging::Body& raw, const std::string& lines,
                         std::span<const pipeline::PathProof> paths, Time now, messaging::TrackingDetails& details);

}  // namespace sealgate::hosts
