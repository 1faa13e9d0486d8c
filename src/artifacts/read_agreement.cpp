// Agreements: their fields, and what the document alone can say about them.

#include <algorithm>

#include "artifacts/agreement_file_name.h"
#include "artifacts/errors.h"
#include "artifacts/read_artifact.h"
#include "artifacts/read_values.h"
#include "as2/names.h"
#include "as2/receipt_request.h"

namespace sealgate::artifacts {
namespace {

constexpr std::size_t kMostProperties = 1000;

template <typename Settings>
void read_fields(Fields& fields, Settings& settings) {
  each_agreement_field(settings, [&](std::string_view name, auto& value, auto... bounds) {
    read_value(fields, name, value, bounds...);
  });
}

/// A mapping that holds nothing but these fields, and may be absent.
template <typename Settings>
void read_group(Fields& fields, std::string_view key, Settings& settings) {
  auto group = fields.map(key);
  if (!group) return;
  read_fields(*group, settings);
  group->no_other_keys();
}

void refuse(Fields& fields, std::string_view key, std::string what, std::string remedy) {
  if (!fields.reading().failed()) fields.bad_value(key, std::move(what), std::move(remedy), kContradiction);
}

void check_as2_name(Fields& fields, std::string_view key, const std::string& name) {
  if (fields.reading().failed()) return;
  const auto written = as2::format_name({name, false});
  if (!written) fields.bad_value(key, "'" + std::string(key) + "' is no AS2 name", "write 1 to 128 ASCII characters");
}

void check_names(Fields& fields, const std::string& from, const std::string& to) {
  check_as2_name(fields, "as2_from", from);
  check_as2_name(fields, "as2_to", to);
  if (from != to) return;
  refuse(fields, "as2_to", "as2_from and as2_to are the same, which partners refuse", "give each side its own name");
}

void check_delivery_url(Fields& fields, ReceiptMode mode, const std::string& url) {
  const bool asynchronous = mode == ReceiptMode::Async;
  if (url.empty()) {
    if (asynchronous) {
      fields.required("delivery_url");
      refuse(fields, "delivery_url", "'delivery_url' is empty", "write where asynchronous receipts go");
    }
    return;
  }
  if (!asynchronous) {
    return refuse(fields, "delivery_url", "receipts in the response go to no address of their own",
                  "remove 'delivery_url', or set 'mode: async'");
  }
  if (const auto good = as2::parse_delivery_url(url); !good && !fields.reading().failed()) {
    fields.bad_value("delivery_url", good.error().what, "write http://host[:port]/path or https://");
  }
}

AgreementSide read_side(Fields& fields, std::string_view key) {
  AgreementSide side;
  fields.required(key);
  auto map = fields.map(key);
  if (!map) return side;
  map->name("party", side.party, Need::Required);
  map->name("profile", side.profile, Need::Optional);
  map->no_other_keys();
  return side;
}

RequestedReceipt read_requested_receipt(Fields& fields) {
  RequestedReceipt receipt;
  read_fields(fields, receipt);
  fields.no_other_keys();
  check_delivery_url(fields, receipt.mode, receipt.delivery_url);
  if (receipt.require_signed && !receipt.is_signed) {
    refuse(fields, "require_signed", "the receipt is required to be signed, but is asked for unsigned",
           "set 'signed: true', or remove 'require_signed'");
  }
  if (receipt.is_signed && receipt.digests.empty()) {
    refuse(fields, "digests", "a signed receipt needs a digest", "name at least sha256");
  }
  return receipt;
}

/// An entry of delivery_hosts: a name, "*." before one, or an address.
bool is_delivery_host(std::string_view host) {
  if (host.starts_with("*.")) host.remove_prefix(2);
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_' || c == ':';
  });
}

GivenReceipt read_given_receipt(Fields& fields) {
  GivenReceipt receipt;
  read_fields(fields, receipt);
  if (auto retry = fields.map("retry")) {
    receipt.retry = read_retry(*retry);
    retry->no_other_keys();
  }
  read_group(fields, "http", receipt.http);
  fields.no_other_keys();
  if (receipt.rule == ReceiptRule::Headers) {
    for (const auto* key : {"mode", "signed", "digest", "delivery_url"}) {
      if (fields.has(key)) {
        refuse(fields, key, "the message says what receipt it gets, so '" + std::string(key) + "' has no effect",
               "remove it, or set 'rule: agreement'");
      }
    }
  } else {
    check_delivery_url(fields, receipt.mode, receipt.delivery_url);
  }
  if (!std::ranges::all_of(receipt.delivery_hosts, is_delivery_host) && !fields.reading().failed()) {
    fields.bad_value("delivery_hosts", "this is not a list of hosts",
                     "write names, *.domain or addresses, without scheme and port");
  }
  return receipt;
}

void check_file_name_of(Fields& fields, const SendingAgreement& sending) {
  const bool by_pattern = sending.file_name_source == FileNameSource::Pattern;
  if (!by_pattern && (!sending.file_name.empty() || sending.require_file_name)) {
    return refuse(fields, sending.file_name.empty() ? "require_file_name" : "file_name",
                  "the file name does not come from a pattern", "set 'file_name_source: pattern', or remove this");
  }
  if (!by_pattern) return;
  fields.required("file_name");
  if (fields.reading().failed()) return;
  if (const auto good = check_file_name_pattern(sending.file_name); !good) {
    fields.bad_value("file_name", good.error().what, good.error().remedy);
  }
}

SendingAgreement read_sending(Fields& fields) {
  SendingAgreement sending;
  fields.required("as2_from");
  fields.required("as2_to");
  read_fields(fields, sending);
  if (auto receipt = fields.map("receipt")) sending.receipt = read_requested_receipt(*receipt);
  if (auto retry = fields.map("retry")) {
    sending.retry = read_retry(*retry);
    retry->duration("stop_after", sending.retry_stop_after, Duration(0), kLongest);
    retry->no_other_keys();
  }
  read_group(fields, "http", sending.http);
  read_group(fields, "archive", sending.archive);
  fields.no_other_keys();
  check_names(fields, sending.as2_from, sending.as2_to);
  if (!sending.as2_to_alias.empty()) check_as2_name(fields, "as2_to_alias", sending.as2_to_alias);
  check_file_name_of(fields, sending);
  if (!sending.encrypt && !sending.encryption_certificates.empty()) {
    refuse(fields, "encryption_certificates", "nothing is encrypted, but there are certificates for it",
           "set 'encrypt: true', or remove them");
  }
  if (sending.content_type.find('/') == std::string::npos && !fields.reading().failed()) {
    fields.bad_value("content_type", "this is not a content type", "write one like application/EDIFACT");
  }
  return sending;
}

/// `sending`: whose names, swapped, hold where there are none.
ReceivingAgreement read_receiving(Fields& fields, const SendingAgreement& sending) {
  ReceivingAgreement receiving;
  receiving.as2_from = sending.as2_to;
  receiving.as2_to = sending.as2_from;
  read_fields(fields, receiving);
  if (auto receipt = fields.map("receipt")) receiving.receipt = read_given_receipt(*receipt);
  read_group(fields, "archive", receiving.archive);
  fields.no_other_keys();
  check_names(fields, receiving.as2_from, receiving.as2_to);
  if (!receiving.require_encryption && !receiving.encryption_algorithms.empty()) {
    refuse(fields, "encryption_algorithms", "messages in clear are taken, so the list of ciphers keeps nothing out",
           "set 'require_encryption: true', or remove the list");
  }
  return receiving;
}

Compatibility read_compatibility(Fields& fields) {
  Compatibility settings;
  if (const auto word = fields.scalar("preset")) {
    const CompatibilityPreset* preset = find_preset(*word);
    if (preset == nullptr) {
      fields.bad_value("preset", "there is no preset of this name", "use one of " + preset_list());
      return settings;
    }
    settings = preset->settings;
  }
  read_fields(fields, settings);
  fields.no_other_keys();
  if (settings.version < As2Version::V12 && !settings.features.empty()) {
    refuse(fields, fields.has("features") ? "features" : "version",
           "AS2 " + std::string(to_string(settings.version)) + " does not know EDIINT-Features",
           "write 'features: []', or 'version: \"1.2\"'");
  }
  return settings;
}

AgreementContact read_contact(Fields& fields) {
  AgreementContact contact;
  fields.text("name", contact.name, Need::Required);
  fields.text("email", contact.email);
  fields.text("phone", contact.phone);
  fields.no_other_keys();
  return contact;
}

void read_properties(Fields& fields, std::map<std::string, std::string>& properties) {
  auto map = fields.map("properties");
  if (!map) return;
  const auto keys = map->keys();
  if (keys.size() > kMostProperties) {
    return fields.bad_value("properties", "these are too many properties", "an agreement has at most 1,000",
                            kTooLarge);
  }
  for (const std::string& key : keys) {
    if (key.empty() || !is_clean_text(key)) {
      return fields.bad_value("properties", "the name of a property has characters that cannot be shown",
                              "use printable characters in UTF-8", kBadName);
    }
    map->text(key, properties[key], Need::Optional);
  }
}

/// What the partner cannot open must not be sent: some products store it as it is and acknowledge it.
void check_partner_opens(Fields& fields, const Agreement& agreement) {
  const SendingAgreement& sending = agreement.sending;
  const Compatibility& partner = agreement.compatibility;
  const std::string product = partner.preset.empty() ? "the partner" : "the partner's " + partner.preset;
  const auto check = [&](bool sent, bool taken, std::string_view what, std::string_view remedy) {
    if (sent && !taken)
      refuse(fields, "sending", product + " does not open " + std::string(what), std::string(remedy));
  };
  check(sending.encrypt && crypto::is_aead(sending.encryption_algorithm), partner.takes_gcm, "AES-GCM",
        "use aes256-cbc, or set 'takes_gcm: true' under 'compatibility' when it does");
  check(sending.encrypt && sending.key_transport == KeyTransport::RsaOaep, partner.takes_oaep, "RSA-OAEP",
        "use 'key_transport: rsa', or set 'takes_oaep: true' under 'compatibility' when it does");
  check(sending.sign && sending.pss, partner.takes_pss, "RSASSA-PSS",
        "remove 'pss', or set 'takes_pss: true' under 'compatibility' when it does");
  check(sending.compression != Compression::None, partner.version != As2Version::V10,
        "what is compressed, since its AS2-Version is 1.0", "set 'version: \"1.1\"' under 'compatibility'");
}

}  // namespace

Agreement read_agreement(Fields& fields) {
  Agreement agreement;
  fields.name("name", agreement.name, Need::Required);
  fields.text("description", agreement.description);
  fields.boolean("enabled", agreement.enabled);
  agreement.us = read_side(fields, "us");
  agreement.partner = read_side(fields, "partner");
  fields.time("from", agreement.from);
  fields.time("until", agreement.until);
  fields.boolean("reporting", agreement.reporting);
  fields.required("sending");
  if (auto sending = fields.map("sending")) agreement.sending = read_sending(*sending);
  agreement.receiving.as2_from = agreement.sending.as2_to;
  agreement.receiving.as2_to = agreement.sending.as2_from;
  if (auto receiving = fields.map("receiving")) agreement.receiving = read_receiving(*receiving, agreement.sending);
  if (auto compatibility = fields.map("compatibility")) agreement.compatibility = read_compatibility(*compatibility);
  for (Fields& entry : fields.maps("contacts")) agreement.contacts.push_back(read_contact(entry));
  read_properties(fields, agreement.properties);
  fields.no_other_keys();
  if (agreement.from && agreement.until && *agreement.until <= *agreement.from) {
    refuse(fields, "until", "'until' is not after 'from', so that the agreement would never hold",
           "write a later time, or leave one of them out");
  }
  if (agreement.us.party == agreement.partner.party) {
    refuse(fields, "partner", "both sides are party '" + agreement.us.party + "'", "name two parties");
  }
  check_partner_opens(fields, agreement);
  return agreement;
}

}  // namespace sealgate::artifacts
