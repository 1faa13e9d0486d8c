#include "credentials/ticket.h"

#include <algorithm>
#include <charconv>

#include "base/hex.h"
#include "credentials/application.h"
#include "credentials/errors.h"
#include "crypto/aead.h"
#include "messaging/stored_form.h"

namespace sealgate::credentials {
namespace {

namespace stored = messaging::stored;

constexpr Byte kVersion = 1;
constexpr std::string_view kBegin = "SGT1.";

/// Never says which: whoever tries tickets learns nothing.
tl::unexpected<Error> bad_ticket() {
  return fail(kBadTicket, "the ticket was not made here, was changed, or the secret that sealed it is gone",
              "BTS.SSOTicket", "have the message sent again, so that it gets a new ticket");
}

Bytes context(std::int64_t generation) {
  return to_bytes("sealgate sso ticket 1 " + std::to_string(generation));
}

struct TicketKey {
  Secret key;
  std::optional<Time> retired;
};

struct KeptKey {
  Secret key;
  Time retired;
};

Result<KeptKey> decode_ticket_key(ByteView content) {
  stored::Reader reader(content);
  if (reader.octet() != kVersion) reader.spoil();
  const Time retired{Time::duration(reader.eight())};
  const std::string_view key = reader.text();
  if (!reader.ok() || !reader.at_end()) {
    return fail(kDamaged, "the key of earlier tickets cannot be read", {}, "use the program version that wrote it");
  }
  return KeptKey{Secret::from_text(key), retired};
}

Result<TicketKey> find_key(const Secrets& secrets, const Contents& contents, std::int64_t generation) {
  if (const MasterSecret* secret = secrets.find(generation)) {
    SG_TRY_ASSIGN(Secret key, ticket_key(*secret));
    return TicketKey{std::move(key), std::nullopt};
  }
  const std::string name = std::to_string(generation);
  for (const SealedRecord& record : contents.records) {
    if (record.key.kind != RecordKind::TicketKey || record.key.name != name) continue;
    SG_TRY_ASSIGN(const Secret content, secrets.open(record));
    SG_TRY_ASSIGN(KeptKey kept, decode_ticket_key(content.view()));
    return TicketKey{std::move(kept.key), kept.retired};
  }
  return bad_ticket();
}

}  // namespace

Result<std::string> seal_ticket(const Secrets& secrets, const Ticket& ticket) {
  const MasterSecret& secret = secrets.newest();
  Bytes content;
  content.push_back(kVersion);
  stored::put_text(content, ticket.user);
  stored::put_eight(content, ticket.issued.time_since_epoch().count());
  stored::put_eight(content, ticket.expires.time_since_epoch().count());
  SG_TRY_ASSIGN(const Secret key, ticket_key(secret));
  SG_TRY_ASSIGN(const Bytes sealed, crypto::aead_seal(key.view(), content, context(secret.generation)));
  return std::string(kBegin) + std::to_string(secret.generation) + "." + to_hex(sealed);
}

Result<Ticket> open_ticket(const Secrets& secrets, const Contents& contents, std::string_view text) {
  if (text.size() > kMaxTicket || !text.starts_with(kBegin)) return bad_ticket();
  text.remove_prefix(kBegin.size());
  const std::size_t dot = std::min(text.find('.'), text.size());
  std::int64_t generation = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + dot, generation);
  if (dot == text.size() || problem != std::errc{} || end != text.data() + dot) return bad_ticket();
  const auto sealed = from_hex(text.substr(dot + 1));
  if (!sealed) return bad_ticket();
  SG_TRY_ASSIGN(const TicketKey key, find_key(secrets, contents, generation));
  const auto content = crypto::aead_open(key.key.view(), *sealed, context(generation));
  if (!content) return bad_ticket();
  stored::Reader reader(content->view());
  if (reader.octet() != kVersion) reader.spoil();
  Ticket ticket;
  ticket.user = reader.text();
  ticket.issued = Time(Time::duration(reader.eight()));
  ticket.expires = Time(Time::duration(reader.eight()));
  if (!reader.ok() || !reader.at_end()) return bad_ticket();
  if (key.retired && ticket.issued > *key.retired) return bad_ticket();
  return ticket;
}

Result<Secret> encode_ticket_key(const MasterSecret& secret, Time retired) {
  SG_TRY_ASSIGN(const Secret key, ticket_key(secret));
  Bytes content;
  content.reserve(64);
  content.push_back(kVersion);
  stored::put_eight(content, retired.time_since_epoch().count());
  stored::put_text(content, key.text());
  return Secret(std::move(content));
}

Result<bool> ticket_key_is_of_use(ByteView content, Time now) {
  SG_TRY_ASSIGN(const KeptKey kept, decode_ticket_key(content));
  return now <= kept.retired + kLongestTicket;
}

}  // namespace sealgate::credentials
