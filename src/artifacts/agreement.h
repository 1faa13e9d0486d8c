#pragma once
// Agreements: what we and a partner have agreed on for AS2, each document between a profile of ours and one of
// theirs. It holds both one-way agreements: `sending`, messages from us and the receipts that they get, and
// `receiving`, messages from the partner and the receipts that we give. How one is found for a message is told in
// agreement_resolution.h; every field and BizTalk's name of it in docs/artifacts.md.

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifacts/certificate_settings.h"
#include "artifacts/compatibility.h"
#include "artifacts/pipelines.h"
#include "artifacts/retry_policy.h"
#include "base/clock.h"

namespace sealgate::artifacts {

/// One of the two: a party, and a profile of it.
struct AgreementSide {
  std::string party = {};
  std::string profile = {};  ///< of Party::profiles; empty: the party as a whole
  friend bool operator==(const AgreementSide&, const AgreementSide&) = default;
};

enum class ReceiptMode {
  None,
  Sync,  ///< in the response
  Async  ///< in a connection of its own
};

/// Where the file name in Content-Disposition comes from.
enum class FileNameSource {
  None,      ///< there is none
  Pattern,   ///< file_name with its %Namespace.Property% replaced
  Generated  ///< a new GUID for each document
};

/// Which bytes are kept, encrypted and with the audit chain, to prove later what was exchanged.
struct As2Archive {
  bool encoded = false;  ///< the message as it travels
  bool decoded = false;  ///< the documents
  bool receipts = false;
  friend bool operator==(const As2Archive&, const As2Archive&) = default;
};

/// How receipts go that have a connection of their own.
struct As2HttpSettings {
  bool check_server_name = true;  ///< the certificate of an https server must be of its name
  Duration expect_continue{0};    ///< how long to wait for "100 Continue"; 0: it is not asked for
  bool keep_alive = true;
  friend bool operator==(const As2HttpSettings&, const As2HttpSettings&) = default;
};

/// The same for messages. What is absent is as the send port says.
struct As2HttpOverrides {
  std::optional<bool> check_server_name = {};
  std::optional<Duration> expect_continue = {};
  std::optional<bool> keep_alive = {};  ///< absent: true
  friend bool operator==(const As2HttpOverrides&, const As2HttpOverrides&) = default;
};

/// The receipt that we ask for, and what happens when it does not come.
struct RequestedReceipt {
  ReceiptMode mode = ReceiptMode::Sync;
  bool is_signed = true;        ///< asked for as signed
  bool require_signed = false;  ///< importance "required": a partner that cannot sign refuses the message
  std::vector<crypto::DigestAlgorithm> digests = {crypto::DigestAlgorithm::Sha256};  ///< micalg, preferred first
  std::string notify_to = {};     ///< Disposition-Notification-To; empty: our AS2 name. Means nothing to receivers
  std::string delivery_url = {};  ///< of Async only, and there required: Receipt-Delivery-Option
  /// From the end of a transmission. Then the message is sent again with its Message-ID, while there are resends.
  Duration timeout{std::chrono::hours(1)};
  int resends = 3;         ///< 0-1000
  Duration stop_after{0};  ///< since the first transmission: no resend after it; 0: only their number counts
  bool publish = false;    ///< receipts are published as messages, too (EdiIntAS.IsAS2MdnResponseMessage)
  friend bool operator==(const RequestedReceipt&, const RequestedReceipt&) = default;
};

/// Messages from us to the partner.
struct SendingAgreement {
  std::string as2_from = {};      ///< we; 1-128 printable ASCII characters, compared with case
  std::string as2_to = {};        ///< the partner; not the same
  std::string as2_to_alias = {};  ///< EdiIntAS.AS2To of a message that also means this agreement; empty: none
  std::vector<std::string> send_ports = {};  ///< messages that go through one of them belong to this agreement

  bool sign = true;
  crypto::DigestAlgorithm digest = crypto::DigestAlgorithm::Sha256;
  bool pss = false;  ///< RSASSA-PSS in place of PKCS #1 v1.5
  /// Instead of the send port's and the group's, for messages and for receipts.
  CertificateAssignments signing_certificates = {};
  bool encrypt = true;
  crypto::ContentCipher encryption_algorithm = crypto::ContentCipher::Aes256Cbc;
  KeyTransport key_transport = KeyTransport::Rsa;
  /// Of the partner, instead of the send port's; all in force, one recipient each.
  CertificateAssignments encryption_certificates = {};
  Compression compression = Compression::None;
  /// Of our signing and the partner's encryption certificate; the stricter of this, the port's and the party's holds.
  std::optional<RevocationPolicy> revocation = {};
  /// Of documents that do not say what they are.
  std::string content_type = "application/octet-stream";

  FileNameSource file_name_source = FileNameSource::None;
  std::string file_name = {};      ///< of Pattern: "%FILE.ReceivedFileName%"
  bool require_file_name = false;  ///< of Pattern: a property that the message does not have suspends it

  RequestedReceipt receipt = {};
  std::optional<RetryPolicy> retry = {};  ///< instead of the send port's
  Duration retry_stop_after{0};           ///< with `retry`: since the first attempt; 0: only the number counts
  As2HttpOverrides http = {};
  As2Archive archive = {};
  friend bool operator==(const SendingAgreement&, const SendingAgreement&) = default;
};

/// Who says what receipt a message gets.
enum class ReceiptRule {
  Headers,   ///< the message
  Agreement  ///< GivenReceipt, whatever the message asks for
};

/// Which receipts of ReceiptRule::Headers are signed. What a message demands is always met.
enum class SignedReceipts {
  Required,  ///< those that are demanded signed (importance "required")
  Asked,     ///< and those that are asked for signed ("optional"), as RFC 4130 section 7.3 has it
  Always     ///< all
};

/// The receipt that we give.
struct GivenReceipt {
  ReceiptRule rule = ReceiptRule::Headers;
  // Of ReceiptRule::Agreement
  ReceiptMode mode = ReceiptMode::Sync;
  bool is_signed = true;
  crypto::DigestAlgorithm digest = crypto::DigestAlgorithm::Sha256;  ///< of its signature and its MIC
  std::string delivery_url = {};                                     ///< of Async only, and there required

  // Of ReceiptRule::Headers
  SignedReceipts sign_when = SignedReceipts::Asked;
  /// Hosts that Receipt-Delivery-Option may name, "name", "*.domain" or an address; one that is listed may be at a
  /// private address. Empty: the hosts of the URLs of `sending.send_ports`. Anything else is refused.
  std::vector<std::string> delivery_hosts = {};

  std::string text = {};      ///< for people; empty: the gateway's own words
  RetryPolicy retry = {};     ///< of Async
  As2HttpSettings http = {};  ///< of Async
  friend bool operator==(const GivenReceipt&, const GivenReceipt&) = default;
};

/// No box knows a Message-ID for longer (MessageBox::purge).
inline constexpr Duration kReceiveKeysKnown{std::chrono::hours(24 * 30)};

/// What becomes of a message whose Message-ID came before from the same partner to the same name of ours.
enum class DuplicateRule {
  Answer,   ///< it gets the stored receipt of the first; nothing is published
  Suspend,  ///< that, and it is kept suspended
  Deliver   ///< it is published with EdiIntAS.IsAS2MessageDuplicate
};

/// Messages from the partner to us.
struct ReceivingAgreement {
  std::string as2_from = {};  ///< the partner
  std::string as2_to = {};    ///< we

  bool require_signature = true;
  bool require_encryption = true;
  bool require_compression = false;
  /// Ciphers that are taken; empty: any that is not weak, or that the party is allowed.
  std::vector<crypto::ContentCipher> encryption_algorithms = {};
  /// Of the party's, those that sign under this agreement, receipts too; empty: any of the party's.
  CertificateAssignments verification_certificates = {};
  std::optional<RevocationPolicy> revocation = {};  ///< the stricter of this, the location's and the party's holds
  /// Until then messages and receipts are taken from a signer whose certificate has expired, and recorded so; and we
  /// encrypt to one that has.
  std::optional<Time> allow_expired_until = {};
  DuplicateRule duplicates = DuplicateRule::Answer;
  Duration remember_duplicates = kReceiveKeysKnown;  ///< at most; 0: nothing is a duplicate

  GivenReceipt receipt = {};
  As2Archive archive = {};
  friend bool operator==(const ReceivingAgreement&, const ReceivingAgreement&) = default;
};

struct AgreementContact {
  std::string name = {};
  std::string email = {};
  std::string phone = {};
  friend bool operator==(const AgreementContact&, const AgreementContact&) = default;
};

struct Agreement {
  std::string name = {};
  std::string description = {};
  bool enabled = true;
  AgreementSide us = {};
  AgreementSide partner = {};      ///< another party
  std::optional<Time> from = {};   ///< absent: from the beginning
  std::optional<Time> until = {};  ///< from then on it does not hold; absent: for ever. After `from`
  bool reporting = true;           ///< its messages are in the AS2 status reports
  SendingAgreement sending = {};
  ReceivingAgreement receiving = {};
  Compatibility compatibility = {};
  std::vector<AgreementContact> contacts = {};         ///< for people
  std::map<std::string, std::string> properties = {};  ///< for people: whatever else was agreed on

  bool in_force(Time now) const { return enabled && (!from || *from <= now) && (!until || now < *until); }
  friend bool operator==(const Agreement&, const Agreement&) = default;
};

std::string_view to_string(ReceiptMode mode);       ///< none, sync, async
std::string_view to_string(FileNameSource source);  ///< none, pattern, generated
std::string_view to_string(ReceiptRule rule);       ///< headers, agreement
std::string_view to_string(SignedReceipts which);   ///< required, asked, always
std::string_view to_string(DuplicateRule rule);     ///< answer, suspend, deliver

}  // namespace sealgate::artifacts
