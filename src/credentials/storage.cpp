#include "credentials/storage.h"

#include <array>

namespace sealgate::credentials {
namespace {

struct Word {
  RecordKind kind;
  std::string_view word;
};
constexpr std::array kWords{Word{RecordKind::System, "system"}, Word{RecordKind::TicketKey, "ticket-key"},
                            Word{RecordKind::Application, "application"}, Word{RecordKind::Mapping, "mapping"}};

}  // namespace

std::string_view to_string(RecordKind kind) {
  for (const Word& word : kWords) {
    if (word.kind == kind) return word.word;
  }
  return {};
}

std::optional<RecordKind> parse_record_kind(std::string_view text) {
  for (const Word& word : kWords) {
    if (word.word == text) return word.kind;
  }
  return std::nullopt;
}

}  // namespace sealgate::credentials
