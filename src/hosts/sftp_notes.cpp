#include "hosts/sftp_notes.h"

#include <charconv>

#include "base/log.h"
#include "hosts/errors.h"

namespace sealgate::hosts {
namespace {

constexpr std::string_view kPrefix = "sftp/";
/// An attempt after that finds no note, and decides by what is on the server.
constexpr std::chrono::days kKept{30};

std::string key_of(const std::string& delivery_id) {
  return std::string(kPrefix) + delivery_id;
}

}  // namespace

SftpNotes::SftpNotes(store::Memos& memos, const Clock& clock) : memos_(memos), clock_(clock) {
  const auto forgotten = memos_.forget(std::string(kPrefix), clock_.now() - kKept);
  if (forgotten) return;
  log(LogLevel::Warning, "old notes of SFTP deliveries stay", {{"reason", forgotten.error().to_string()}});
}

Result<std::optional<adapters::sftp::DeliveryNote>> SftpNotes::find(const std::string& delivery_id) {
  const std::string key = key_of(delivery_id);
  SG_TRY_ASSIGN(const auto memos, memos_.list(key));  // of all keys that begin so
  for (const store::Memo& memo : memos) {
    if (memo.key != key) continue;
    adapters::sftp::DeliveryNote note;
    const char* const end = memo.value.data() + memo.value.size();
    const auto read = std::from_chars(memo.value.data(), end, note.serial);
    if (read.ec != std::errc() || read.ptr == end) {
      return fail(kInternal, "the note of an SFTP delivery cannot be read", key, "report it");
    }
    note.target.assign(read.ptr + 1, end);
    return note;
  }
  return std::nullopt;
}

Result<> SftpNotes::keep(const std::string& delivery_id, const adapters::sftp::DeliveryNote& note) {
  return memos_.put({key_of(delivery_id), std::to_string(note.serial) + " " + note.target, clock_.now()});
}

}  // namespace sealgate::hosts
