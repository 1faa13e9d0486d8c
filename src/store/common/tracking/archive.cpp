#include "store/common/tracking/archive.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "messaging/errors.h"
#include "messaging/stored_form.h"
#include "store/common/tracking/chain.h"
#include "store/common/tracking/record_json.h"

namespace sealgate::store::tracking {
namespace {

using namespace messaging;
using Json = nlohmann::ordered_json;

constexpr std::size_t kSealsAtOnce = 16;
/// A record of 128 KiB in which every octet needs an escape.
constexpr std::size_t kMaximumLine = std::size_t{1} << 20U;

tl::unexpected<Error> broken_at(std::int64_t seal, const std::string& what) {
  return fail(kTrackingBroken, "the tracking log cannot be archived: " + what, "seal " + std::to_string(seal),
              "find out who changed the database; keep it as it is for that");
}

Result<> write_line(const Json& json, Sink& sink) {
  const std::string line = json.dump() + "\n";
  return sink.write(as_bytes(line));
}

class Archiver {
 public:
  Archiver(TrackingStorage& storage, const TrackingPart& part, Sink& sink)
      : storage_(storage), part_(part), sink_(sink) {}

  Result<TrackingArchive> run() {
    SG_TRY(storage_.read([&](TrackingRows& rows) -> Result<> {
      SG_TRY_ASSIGN(const Cut cut, rows.cut());
      SG_TRY_ASSIGN(left_, rows.sealed_bytes());
      expected_ = Link::after(cut);
      return {};
    }));
    bool more = true;
    while (more) {
      std::vector<std::pair<TrackingSeal, Bytes>> seals;
      SG_TRY(storage_.read([&](TrackingRows& rows) { return next_seals(rows, seals); }));
      more = seals.size() == kSealsAtOnce;
      for (const auto& [seal, packed] : seals) SG_TRY(write(seal, packed));
    }
    SG_TRY(sink_.finish());
    return archive_;
  }

 private:
  bool wants(const TrackingSeal& seal) const {
    if (records_ != 0 && records_ + seal.count > part_.maximum_records) return false;
    const bool old = part_.before && seal.latest < *part_.before;
    return old || (part_.maximum_bytes != 0 && left_ > part_.maximum_bytes);
  }

  Result<> next_seals(TrackingRows& rows, std::vector<std::pair<TrackingSeal, Bytes>>& seals) {
    SG_TRY(rows.seals(expected_.number, false, kSealsAtOnce, [&](const TrackingSeal& seal, ByteView) {
      if (!wants(seal)) return false;
      left_ -= std::min(left_, seal.bytes);
      records_ += seal.count;
      seals.emplace_back(seal, Bytes());
      return true;
    }));
    for (auto& [seal, packed] : seals) {
      SG_TRY_ASSIGN(packed, rows.records(seal.number));
    }
    return {};
  }

  Result<> write(const TrackingSeal& seal, const Bytes& packed) {
    SG_TRY_ASSIGN(const Unpacked records, unpack(packed));
    const std::string fault = fault_of(expected_, seal, records);
    if (!fault.empty()) return broken_at(expected_.number, fault);
    Json head;
    head["seal"] = seal_json(seal);
    SG_TRY(write_line(head, sink_));
    for (std::size_t i = 0; i < records.records.size(); ++i) {
      auto record = decode_record(records.records[i]);
      if (!record) return broken_at(seal.number, record.error().what);
      record->sequence = seal.first + static_cast<std::int64_t>(i);
      SG_TRY(write_line(record_json(*record), sink_));
    }
    if (archive_.first_seal == 0) {
      archive_.first_seal = seal.number;
      archive_.first = seal.first;
      archive_.earliest = seal.earliest;
      archive_.latest = seal.latest;
    }
    archive_.last_seal = seal.number;
    archive_.last = seal.last();
    archive_.earliest = std::min(archive_.earliest, seal.earliest);
    archive_.latest = std::max(archive_.latest, seal.latest);
    archive_.hash = seal.hash;
    expected_ = Link::after(seal);
    return {};
  }

  TrackingStorage& storage_;
  const TrackingPart& part_;
  Sink& sink_;
  std::uint64_t left_ = 0;
  std::int64_t records_ = 0;
  Link expected_;
  TrackingArchive archive_;
};

}  // namespace

Result<TrackingArchive> write_archive(TrackingStorage& storage, const TrackingPart& part, Sink& sink) {
  return Archiver(storage, part, sink).run();
}

tl::unexpected<Error> ArchiveVerifier::broken(std::string what) const {
  return fail(kTrackingBroken, std::move(what), "line " + std::to_string(line_),
              "the archive was changed or is damaged: compare its SHA-256 and fetch another copy");
}

Result<> ArchiveVerifier::write(ByteView bytes) {
  std::string_view text = as_text(bytes);
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    pending_ += text.substr(0, end);
    text.remove_prefix(end + 1);
    SG_TRY(take_line(pending_));
    pending_.clear();
  }
  pending_ += text;
  if (pending_.size() > kMaximumLine) return broken("a line of the archive is too long");
  return {};
}

Result<> ArchiveVerifier::finish() {
  if (!pending_.empty()) return broken("the archive is cut off");
  SG_TRY(end_seal());
  if (!seal_) return broken("the archive is empty");
  return {};
}

Result<> ArchiveVerifier::take_line(std::string_view line) {
  ++line_;
  const Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return broken("a line of the archive is no JSON object");
  const auto head = json.find("seal");
  if (head == json.end()) {
    const auto record = parse_record(json);
    return record ? take_record(*record) : broken("a line of the archive is neither a seal nor a record");
  }
  SG_TRY(end_seal());
  auto seal = parse_seal(*head);
  if (!seal) return broken("a seal of the archive cannot be read");
  if (!seal_) {
    previous_ = seal->previous;
    found_.first_seal = seal->number;
    found_.first = seal->first;
  } else if (seal->number != seal_->number + 1 || seal->first != seal_->last() + 1 || seal->previous != seal_->hash) {
    return broken("seal " + std::to_string(seal->number) + " does not follow the one before it");
  }
  seal_ = std::move(*seal);
  raw_.clear();
  records_ = 0;
  return {};
}

Result<> ArchiveVerifier::take_record(const TrackingRecord& record) {
  if (!seal_ || records_ >= seal_->count || record.sequence != seal_->first + records_) {
    return broken("record " + std::to_string(record.sequence) + " does not belong here");
  }
  const Bytes encoded = encode_record(record);
  if (!raw_.empty() && raw_.size() + encoded.size() > kBlockBytes + 16) return broken("a seal has too many records");
  stored::put_number(raw_, encoded.size());
  append(raw_, encoded);
  const bool first = found_.last == 0;
  found_.earliest = first ? record.at : std::min(found_.earliest, record.at);
  found_.latest = first ? record.at : std::max(found_.latest, record.at);
  found_.last = record.sequence;
  ++records_;
  return {};
}

Result<> ArchiveVerifier::end_seal() {
  if (!seal_) return {};
  SG_TRY_ASSIGN(const Bytes hash, seal_hash(*seal_, raw_));
  if (records_ != seal_->count || hash != seal_->hash) {
    return broken("the records of seal " + std::to_string(seal_->number) + " are not those that were sealed");
  }
  found_.last_seal = seal_->number;
  found_.hash = seal_->hash;
  return {};
}

}  // namespace sealgate::store::tracking
