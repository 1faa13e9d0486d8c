// The stored form of a record: version octet 1, time, number of the event, then message, work, port, party and
// instance, the number of details and each detail's name and value. A message or work id is 0 (none), 1 and the 16
// bytes of its UUID, or 2 and a text.

#include "messaging/tracking.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "messaging/errors.h"
#include "messaging/stored_form.h"

namespace sealgate::messaging {
namespace {

constexpr Byte kVersion = 1;
constexpr std::size_t kUuidText = 36;
constexpr std::string_view kDigits = "0123456789abcdef";

/// In the order of the enum.
constexpr std::array<std::string_view, 16> kWords{"received",   "refused",           "unroutable",
                                                  "routed",     "attempted",         "sent",
                                                  "suspended",  "resumed",           "resent",
                                                  "terminated", "acknowledged",      "body-stored",
                                                  "dropped",    "credentials-asked", "credentials-changed",
                                                  "repeated"};

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

/// Bytes of the well-formed UTF-8 sequence (RFC 3629 section 4) that `text` starts with; 0 when it is none.
std::size_t sequence_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xc2 && first <= 0xdf   ? 2
                             : first >= 0xe0 && first <= 0xef ? 3
                             : first >= 0xf0 && first <= 0xf4 ? 4
                                                              : 0;
  if (length == 0 || text.size() < length) return 0;
  if (!std::ranges::all_of(text.substr(1, length - 1), is_continuation)) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool outside = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
  return overlong || outside ? 0 : length;
}

/// With how many bytes of ASCII `text` begins. Nearly all of what is recorded is nothing else: eight at a time.
std::size_t plain_length(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::size_t length = 0;
  for (; length + sizeof(std::uint64_t) <= text.size(); length += sizeof(std::uint64_t)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + length, sizeof eight);
    if ((eight & kHighBits) != 0) break;
  }
  while (length < text.size() && static_cast<unsigned char>(text[length]) < 0x80) ++length;
  return length;
}

/// Valid UTF-8 of at most kMaximumTrackingText bytes.
void put_clean(Bytes& out, std::string_view text) {
  if (text.size() <= kMaximumTrackingText && plain_length(text) == text.size()) return stored::put_text(out, text);
  std::string clean;
  while (!text.empty()) {
    std::size_t length = sequence_length(text);
    std::string piece(text.substr(0, length));
    if (length == 0) {
      const auto octet = static_cast<unsigned char>(text.front());
      piece = {'\\', 'x', kDigits[octet >> 4U], kDigits[octet & 0xfU]};
      length = 1;
    }
    if (clean.size() + piece.size() > kMaximumTrackingText) break;
    clean += piece;
    text.remove_prefix(length);
  }
  stored::put_text(out, clean);
}

std::string_view clean_text(stored::Reader& reader) {
  const std::string_view text = reader.text();
  if (text.size() > kMaximumTrackingText) reader.spoil();
  for (std::string_view rest = text.substr(plain_length(text)); !rest.empty();) {
    const std::size_t length = sequence_length(rest);
    if (length == 0) {
      reader.spoil();
      break;
    }
    rest.remove_prefix(length);
    rest.remove_prefix(plain_length(rest));
  }
  return text;
}

using Uuid = std::array<Byte, 16>;

/// A dash comes before this byte of a UUID.
bool dash_before(std::size_t byte) {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

/// 16 when it is no digit as we write them.
unsigned digit_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  return c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a') + 10 : 16;
}

/// The 16 bytes, when `text` is exactly how we write a UUID.
std::optional<Uuid> uuid_bytes(std::string_view text) {
  if (text.size() != kUuidText) return std::nullopt;
  Uuid uuid{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    if (dash_before(i) && text[at++] != '-') return std::nullopt;
    const unsigned high = digit_value(text[at++]);
    const unsigned low = digit_value(text[at++]);
    if (high > 15 || low > 15) return std::nullopt;
    uuid[i] = static_cast<Byte>(high << 4U | low);
  }
  return uuid;
}

std::string uuid_text(ByteView bytes) {
  std::string text;
  text.reserve(kUuidText);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (dash_before(i)) text += '-';
    text += kDigits[bytes[i] >> 4U];
    text += kDigits[bytes[i] & 0xfU];
  }
  return text;
}

void put_id(Bytes& out, std::string_view id) {
  if (id.empty()) return out.push_back(0);
  if (const auto bytes = uuid_bytes(id)) {
    out.push_back(1);
    return append(out, *bytes);
  }
  out.push_back(2);
  put_clean(out, id);
}

std::string read_id(stored::Reader& reader) {
  switch (reader.octet()) {
    case 0:
      return {};
    case 1: {
      const ByteView bytes = reader.bytes(16);
      return reader.ok() ? uuid_text(bytes) : std::string();
    }
    case 2: {
      const std::string_view text = clean_text(reader);
      if (text.empty() || uuid_bytes(text)) reader.spoil();
      return std::string(text);
    }
    default:
      reader.spoil();
      return {};
  }
}

}  // namespace

std::string_view to_string(TrackingEvent event) {
  return kWords.at(static_cast<std::size_t>(event));
}

std::optional<TrackingEvent> parse_tracking_event(std::string_view word) {
  const auto found = std::ranges::find(kWords, word);
  if (found == kWords.end()) return std::nullopt;
  return static_cast<TrackingEvent>(found - kWords.begin());
}

Bytes encode_record(const TrackingRecord& record) {
  // Enough for all but what must be made clean.
  std::size_t size = 256;
  for (const auto& [name, value] : record.details) {
    size += name.size() + std::min(value.size(), kMaximumTrackingText) + 4;
  }
  Bytes out;
  out.reserve(size);
  out.push_back(kVersion);
  stored::put_eight(out, record.at.time_since_epoch().count());
  out.push_back(static_cast<Byte>(record.event));
  put_id(out, record.message.text());
  put_id(out, record.work.text());
  put_clean(out, record.port);
  put_clean(out, record.party);
  put_clean(out, record.instance);
  const std::size_t count = std::min(record.details.size(), kMaximumTrackingDetails);
  stored::put_number(out, count);
  for (std::size_t i = 0; i < count; ++i) {
    put_clean(out, record.details[i].first);
    put_clean(out, record.details[i].second);
  }
  return out;
}

Result<TrackingRecord> decode_record(ByteView bytes) {
  const auto damaged = [](std::string_view what) {
    return fail(kBadTrackingRecord, "a record of the tracking log is damaged: " + std::string(what), {},
                "run 'sealgate tracking verify' and restore the database from a backup");
  };
  stored::Reader reader(bytes);
  if (reader.octet() != kVersion) return damaged("unknown version");
  TrackingRecord record;
  record.at = Time(std::chrono::milliseconds(reader.eight()));
  const Byte event = reader.octet();
  if (event >= kWords.size()) return damaged("unknown event");
  record.event = static_cast<TrackingEvent>(event);
  record.message = MessageId(read_id(reader));
  record.work = WorkId(read_id(reader));
  record.port = clean_text(reader);
  record.party = clean_text(reader);
  record.instance = clean_text(reader);
  const std::uint64_t count = reader.number();
  if (count > kMaximumTrackingDetails) return damaged("too many details");
  // Two octets at least for each.
  record.details.reserve(std::min(static_cast<std::size_t>(count), reader.remaining() / 2));
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    std::string name(clean_text(reader));
    record.details.emplace_back(std::move(name), clean_text(reader));
  }
  if (!reader.ok()) return damaged("it ends early or breaks its format");
  if (!reader.at_end()) return damaged("bytes follow its end");
  return record;
}

void TrackingSwitch::leave_out(Ports ports) {
  auto next = std::make_shared<const Ports>(std::move(ports));
  const std::lock_guard lock(mutex_);
  left_out_ = std::move(next);
}

std::shared_ptr<const TrackingSwitch::Ports> TrackingSwitch::ports() const {
  const std::lock_guard lock(mutex_);
  return left_out_;
}

bool TrackingSwitch::records(WorkKind kind, std::string_view port) const {
  const auto left_out = ports();
  if (left_out == nullptr) return true;
  return !(kind == WorkKind::Send ? left_out->send : left_out->receive).contains(port);
}

bool TrackingSwitch::records(WorkKind kind, const TrackingRecord& record) const {
  return records(kind, record.port) || std::ranges::any_of(record.details, [](const auto& detail) {
           return detail.first.starts_with(kTrackedBodyPrefix);
         });
}

}  // namespace sealgate::messaging
