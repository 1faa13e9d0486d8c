#pragma once
// One list of the plain fields of an agreement's parts: reading, writing and the manual's test follow from it. What
// has a mapping of its own (receipt, retry, http, archive) is read and written in read_agreement.cpp and
// write_agreement.cpp.

#include <chrono>
#include <type_traits>

#include "artifacts/agreement.h"
#include "artifacts/component_fields.h"

namespace sealgate::artifacts {

struct DurationBounds {
  Duration minimum;
  Duration maximum;
};
inline constexpr Duration kAgreementYear{std::chrono::hours(24 * 365)};

/// Calls visit(name, field) for each field, and with Bounds or DurationBounds for numbers and durations. `Settings`
/// may be const.
template <typename Settings, typename Visitor>
void each_agreement_field(Settings& settings, Visitor&& visit) {
  using Plain = std::remove_const_t<Settings>;
  constexpr DurationBounds kAnyTime{Duration(0), kAgreementYear};
  if constexpr (std::is_same_v<Plain, As2Archive>) {
    visit("encoded", settings.encoded);
    visit("decoded", settings.decoded);
    visit("receipts", settings.receipts);
  } else if constexpr (std::is_same_v<Plain, As2HttpSettings> || std::is_same_v<Plain, As2HttpOverrides>) {
    visit("check_server_name", settings.check_server_name);
    visit("expect_continue", settings.expect_continue, DurationBounds{Duration(0), std::chrono::hours(1)});
    visit("keep_alive", settings.keep_alive);
  } else if constexpr (std::is_same_v<Plain, RequestedReceipt>) {
    visit("mode", settings.mode);
    visit("signed", settings.is_signed);
    visit("require_signed", settings.require_signed);
    visit("digests", settings.digests);
    visit("notify_to", settings.notify_to);
    visit("delivery_url", settings.delivery_url);
    visit("timeout", settings.timeout, DurationBounds{std::chrono::seconds(1), kAgreementYear});
    visit("resends", settings.resends, Bounds{0, 1000});
    visit("stop_after", settings.stop_after, kAnyTime);
    visit("publish", settings.publish);
  } else if constexpr (std::is_same_v<Plain, GivenReceipt>) {
    visit("rule", settings.rule);
    visit("mode", settings.mode);
    visit("signed", settings.is_signed);
    visit("digest", settings.digest);
    visit("delivery_url", settings.delivery_url);
    visit("sign_when", settings.sign_when);
    visit("delivery_hosts", settings.delivery_hosts);
    visit("text", settings.text);
  } else if constexpr (std::is_same_v<Plain, SendingAgreement>) {
    visit("as2_from", settings.as2_from);
    visit("as2_to", settings.as2_to);
    visit("as2_to_alias", settings.as2_to_alias);
    visit("send_ports", settings.send_ports);
    visit("sign", settings.sign);
    visit("digest", settings.digest);
    visit("pss", settings.pss);
    visit("signing_certificates", settings.signing_certificates);
    visit("encrypt", settings.encrypt);
    visit("encryption_algorithm", settings.encryption_algorithm);
    visit("key_transport", settings.key_transport);
    visit("encryption_certificates", settings.encryption_certificates);
    visit("compression", settings.compression);
    visit("revocation", settings.revocation);
    visit("content_type", settings.content_type);
    visit("file_name_source", settings.file_name_source);
    visit("file_name", settings.file_name);
    visit("require_file_name", settings.require_file_name);
  } else if constexpr (std::is_same_v<Plain, ReceivingAgreement>) {
    visit("as2_from", settings.as2_from);
    visit("as2_to", settings.as2_to);
    visit("require_signature", settings.require_signature);
    visit("require_encryption", settings.require_encryption);
    visit("require_compression", settings.require_compression);
    visit("encryption_algorithms", settings.encryption_algorithms);
    visit("verification_certificates", settings.verification_certificates);
    visit("revocation", settings.revocation);
    visit("allow_expired_until", settings.allow_expired_until);
    visit("duplicates", settings.duplicates);
    visit("remember_duplicates", settings.remember_duplicates, DurationBounds{Duration(0), kReceiveKeysKnown});
  } else {
    static_assert(std::is_same_v<Plain, Compatibility>);
    visit("version", settings.version);
    visit("quote_names", settings.quote_names);
    visit("features", settings.features);
    visit("digest_names", settings.digest_names);
    visit("attach_certificate", settings.attach_certificate);
    visit("transfer_encoding", settings.transfer_encoding);
    visit("chunked", settings.chunked);
    visit("takes_gcm", settings.takes_gcm);
    visit("takes_oaep", settings.takes_oaep);
    visit("takes_pss", settings.takes_pss);
    visit("tolerate_line_ends", settings.tolerate_line_ends);
    visit("gcm_in_enveloped_data", settings.gcm_in_enveloped_data);
    visit("mic_digest", settings.mic_digest);
    visit("mic_forms", settings.mic_forms);
    visit("unsigned_receipts", settings.unsigned_receipts);
    visit("receipts_without_mic", settings.receipts_without_mic);
  }
}

}  // namespace sealgate::artifacts
