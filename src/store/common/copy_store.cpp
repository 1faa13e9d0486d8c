#include "store/common/copy_store.h"

#include <algorithm>

#include "crypto/digest.h"
#include "messaging/stored_form.h"
#include "store/common/commit_point.h"
#include "store/common/errors.h"
#include "store/common/tracking/copy.h"

namespace sealgate::store {

using namespace messaging;

namespace {

constexpr std::size_t kAtOnce = 100;

/// Hashes records as length-prefixed fields.
class Fields {
 public:
  Fields& add(std::string_view text) { return add(as_bytes(text)); }
  Fields& add(ByteView bytes) {
    add(static_cast<std::int64_t>(bytes.size()));
    digest_.update(bytes);
    return *this;
  }
  Fields& add(std::int64_t number) {
    Bytes octets;
    stored::put_eight(octets, number);
    digest_.update(octets);
    return *this;
  }
  Fields& add(Time time) { return add(static_cast<std::int64_t>(time.time_since_epoch().count())); }
  Fields& add(const std::optional<Time>& time) {
    add(std::int64_t{time.has_value()});
    return time ? add(*time) : *this;
  }
  Result<Bytes> finish() {
    SG_TRY_ASSIGN(const crypto::DigestValue value, digest_.finish());
    return Bytes(value.view().begin(), value.view().end());
  }

 private:
  crypto::Digest digest_{crypto::DigestAlgorithm::Sha256};
};

/// One value for records that each backend gives in an order of its own.
class AnyOrder {
 public:
  Result<> add(Fields& fields) {
    SG_TRY_ASSIGN(const Bytes digest, fields.finish());
    for (std::size_t i = 0; i < value_.size(); ++i) value_[i] ^= digest[i];
    return {};
  }
  const Bytes& value() const { return value_; }

 private:
  Bytes value_ = Bytes(32);
};

void add_work(Fields& fields, const WorkRecord& record) {
  const WorkSummary& work = record.summary;
  fields.add(work.id.text()).add(to_string(work.kind)).add(to_string(work.state)).add(work.port);
  fields.add(record.instance).add(std::int64_t{work.priority}).add(std::int64_t{work.ordered});
  fields.add(std::int64_t{work.transport}).add(work.attempts).add(std::int64_t{record.forced});
  fields.add(record.created).add(work.changed).add(work.due).add(record.rank).add(work.owner).add(record.lease);
  fields.add(std::int64_t{record.place != 0}).add(std::int64_t{work.failure.has_value()});
  if (!work.failure) return;
  fields.add(work.failure->code).add(work.failure->text).add(work.failure->remedy);
  fields.add(std::int64_t{work.failure->resumable});
}

Result<> add_message(Fields& fields, const MessageRecord& record, CopyReport& report) {
  const Message& message = record.message;
  fields.add(message.id.text()).add(record.created).add(record.finished);
  fields.add(static_cast<std::int64_t>(message.body_index)).add(encode_context(message.context));
  for (const Part& part : message.parts) {
    fields.add(part.name).add(part.content_type).add(part.file_name).add(encode_context(part.properties));
    fields.add(static_cast<std::int64_t>(part.body->size())).add(part.body->sha256());
    CountingSink read;
    SG_TRY(part.body->copy_to(read));  // compares it with its digest
    report.bytes += read.count();
  }
  for (const WorkRecord& work : record.work) add_work(fields, work);
  report.messages += 1;
  report.parts += message.parts.size();
  report.work += record.work.size();
  return {};
}

/// Everything of `reader`, a few records at a time, to `visit`.
template <typename Visit>
Result<> each_message(StoreReader& reader, const Visit& visit) {
  for (std::int64_t after = 0;;) {
    SG_TRY_ASSIGN(const auto records, reader.messages(after, kAtOnce));
    if (records.empty()) return {};
    for (const MessageRecord& record : records) SG_TRY(visit(record));
    after = records.back().position;
  }
}

template <typename Visit>
Result<> each_receive_key(StoreReader& reader, const Visit& visit) {
  for (std::string after;;) {
    SG_TRY_ASSIGN(const auto records, reader.receive_keys(after, kAtOnce));
    if (records.empty()) return {};
    for (const ReceiveKeyRecord& record : records) SG_TRY(visit(record));
    after = records.back().key;
  }
}

template <typename Visit>
Result<> each_credential(StoreReader& reader, const Visit& visit) {
  SG_TRY_ASSIGN(const auto secrets, reader.credential_secrets());
  for (const auto& record : secrets) SG_TRY(visit(record));
  for (std::optional<credentials::RecordKey> after;;) {
    SG_TRY_ASSIGN(const auto records, reader.credentials(after, kAtOnce));
    if (records.empty()) return {};
    for (const auto& record : records) SG_TRY(visit(record));
    after = records.back().key;
  }
}

template <typename Visit>
Result<> each_access(StoreReader& reader, const Visit& visit) {
  for (std::optional<access::RecordKey> after;;) {
    SG_TRY_ASSIGN(const auto records, reader.access_records(after, kAtOnce));
    if (records.empty()) break;
    for (const auto& record : records) SG_TRY(visit(record));
    after = records.back().key;
  }
  for (std::int64_t after = 0;;) {
    SG_TRY_ASSIGN(const auto entries, reader.audit_log(after, kAtOnce));
    if (entries.empty()) return {};
    for (const auto& entry : entries) SG_TRY(visit(entry));
    after = entries.back().sequence;
  }
}

template <typename Visit>
Result<> each_revision(StoreReader& reader, const Visit& visit) {
  for (artifacts::Revision after = 0;;) {
    SG_TRY_ASSIGN(const auto record, reader.revision(after));
    if (!record) return {};
    SG_TRY(visit(*record));
    after = record->revision.number;
  }
}

Fields fields_of(const RevisionRecord& record) {
  const artifacts::RevisionSummary& revision = record.revision;
  Fields fields;
  fields.add(revision.number).add(revision.at).add(revision.who).add(revision.address);
  fields.add(to_string(revision.origin)).add(revision.comment).add(revision.restores.value_or(-1));
  fields.add(static_cast<std::int64_t>(revision.changes)).add(revision.about);
  for (const artifacts::Change& change : record.changes) {
    fields.add(to_string(change.kind)).add(change.name).add(change.before).add(change.after);
  }
  return fields;
}

Fields fields_of(const access::Record& record) {
  Fields fields;
  fields.add(access::to_string(record.key.kind)).add(record.key.id).add(record.owner).add(record.until);
  fields.add(record.content);
  return fields;
}

Fields fields_of(const access::AuditEntry& entry) {
  Fields fields;
  fields.add(entry.sequence).add(entry.record).add(ByteView(entry.hash));
  return fields;
}

Fields fields_of(const credentials::WrappedSecret& record) {
  Fields fields;
  fields.add(record.generation).add(record.account).add(ByteView(record.wrapped)).add(record.made);
  return fields;
}

Fields fields_of(const credentials::SealedRecord& record) {
  Fields fields;
  fields.add(credentials::to_string(record.key.kind)).add(record.key.application).add(record.key.name);
  fields.add(record.place).add(record.generation).add(ByteView(record.sealed)).add(record.changed);
  return fields;
}

Result<> fill(StoreReader& reader, StoreWriter& writer) {
  const auto add = [&](const auto& record) { return writer.add(record); };
  SG_TRY(each_message(reader, add));
  commit_point("copy.messages-added");
  SG_TRY(each_receive_key(reader, add));
  SG_TRY_ASSIGN(const auto artifacts, reader.artifacts());
  for (const auto& record : artifacts) SG_TRY(writer.add(record));
  SG_TRY_ASSIGN(const auto certificates, reader.certificates());
  for (const auto& record : certificates) SG_TRY(writer.add(record));
  SG_TRY_ASSIGN(const auto lists, reader.revocation_lists());
  for (const auto& record : lists) SG_TRY(writer.add(record));
  SG_TRY(each_credential(reader, add));
  SG_TRY(each_access(reader, add));
  SG_TRY(each_revision(reader, add));
  SG_TRY_ASSIGN(const std::int64_t revision, reader.artifact_revision());
  SG_TRY(writer.set_artifact_revision(revision));
  return writer.commit();
}

Result<> clear_log(tracking::TrackingStorage& storage) {
  return storage.write([](tracking::TrackingRows& rows) -> Result<> {
    SG_TRY_ASSIGN(const std::uint64_t size, rows.tail_size());
    SG_TRY_ASSIGN(const auto tail, rows.tail(static_cast<std::size_t>(size), false));
    if (!tail.empty()) SG_TRY(rows.remove_tail(tail));
    SG_TRY_ASSIGN(const auto newest, rows.newest_seal());
    if (newest) SG_TRY(rows.remove_seals(newest->number));
    for (;;) {
      SG_TRY_ASSIGN(const auto bodies, rows.bodies({}, kAtOnce));
      if (bodies.empty()) return {};
      for (const tracking::StoredBody& body : bodies) SG_TRY(rows.remove_body(body.id));
    }
  });
}

Result<> compare_logs(Store& source, Store& target) {
  SG_TRY_ASSIGN(const TrackingState there, source.tracking().state());
  SG_TRY_ASSIGN(const TrackingState here, target.tracking().state());
  const Bytes wanted = there.head ? there.head->hash : Bytes();
  const Bytes got = here.head ? here.head->hash : Bytes();
  if (wanted == got && there.unsealed == here.unsealed && there.first == here.first) return {};
  return fail(kCopyDiffers, "the tracking log of the copy is not the original's", target.description(),
              "empty the target and copy again");
}

/// What must not be done twice, such as warnings that were sent; and when sources of revocation lists are due.
Result<> copy_memos(Memos& source, Memos& target) {
  SG_TRY_ASSIGN(const auto memos, source.list(""));
  for (const Memo& memo : memos) SG_TRY(target.put(memo));
  return {};
}

Result<bool> have_equal_memos(Memos& one, Memos& other) {
  SG_TRY_ASSIGN(auto there, one.list(""));
  SG_TRY_ASSIGN(auto here, other.list(""));
  // Each backend has an order of its own.
  std::ranges::sort(there, {}, &Memo::key);
  std::ranges::sort(here, {}, &Memo::key);
  return there == here;
}

tl::unexpected<Error> differs(const Store& target) {
  return fail(kCopyDiffers, "the copy is not the original", target.description(),
              "empty the target and copy again while nobody uses either store");
}

}  // namespace

Result<CopyReport> survey(StoreReader& reader) {
  CopyReport report;
  Fields messages;
  SG_TRY(each_message(reader, [&](const MessageRecord& record) { return add_message(messages, record, report); }));
  AnyOrder others;
  SG_TRY(each_receive_key(reader, [&](const ReceiveKeyRecord& record) {
    Fields fields;
    fields.add(record.key).add(record.received);
    for (const MessageId& id : record.messages) fields.add(id.text());
    report.receive_keys += 1;
    return others.add(fields);
  }));
  SG_TRY_ASSIGN(const auto artifacts, reader.artifacts());
  for (const ArtifactRecord& record : artifacts) {
    SG_TRY(others.add(Fields().add(record.kind).add(record.name).add(record.document).add(record.changed)));
  }
  SG_TRY_ASSIGN(const auto certificates, reader.certificates());
  for (const CertificateRecord& record : certificates) {
    Fields fields;
    fields.add(record.account)
        .add(record.store)
        .add(ByteView(record.der))
        .add(record.friendly_name)
        .add(record.added);
    fields.add(record.wrapped_key ? ByteView(*record.wrapped_key) : ByteView());
    SG_TRY(others.add(fields));
  }
  SG_TRY_ASSIGN(const auto lists, reader.revocation_lists());
  for (const RevocationListRecord& record : lists) {
    SG_TRY(others.add(Fields().add(ByteView(record.der)).add(record.added)));
  }
  SG_TRY(each_credential(reader, [&](const auto& record) {
    Fields fields = fields_of(record);
    report.credentials += 1;
    return others.add(fields);
  }));
  SG_TRY(each_access(reader, [&](const auto& record) {
    Fields fields = fields_of(record);
    report.access += 1;
    return others.add(fields);
  }));
  SG_TRY(each_revision(reader, [&](const RevisionRecord& record) {
    Fields fields = fields_of(record);
    report.revisions += 1;
    return others.add(fields);
  }));
  SG_TRY_ASSIGN(const std::int64_t revision, reader.artifact_revision());
  report.artifacts = artifacts.size();
  report.certificates = certificates.size();
  report.revocation_lists = lists.size();
  SG_TRY_ASSIGN(report.digest, messages.add(revision).add(ByteView(others.value())).finish());
  return report;
}

Result<CopyReport> copy_store(Store& source, Store& target) {
  SG_TRY_ASSIGN(const CopyReport original, survey(*source.reader()));
  bool filled = false;
  {
    auto writer = target.writer();
    if (writer) {
      SG_TRY(fill(*source.reader(), **writer));
    } else {
      // An earlier copy that was cut short after its commit is as good as a new one.
      if (writer.error().code != kNotEmpty) return fail(writer.error());
      const auto found = survey(*target.reader());
      if (!found || *found != original) return fail(writer.error());
      filled = true;
    }
  }
  commit_point("copy.filled");
  if (!filled) {
    SG_TRY_ASSIGN(const CopyReport copied, survey(*target.reader()));
    if (copied != original) return differs(target);
  } else {
    SG_TRY(clear_log(target.tracking_storage()));
  }
  SG_TRY(copy_memos(source.memos(), target.memos()));
  SG_TRY_ASSIGN(const bool equal_memos, have_equal_memos(source.memos(), target.memos()));
  if (!equal_memos) return differs(target);
  commit_point("copy.memos-copied");
  SG_TRY(tracking::copy_log(source.tracking_storage(), target.tracking_storage()));
  commit_point("copy.log-copied");
  SG_TRY(compare_logs(source, target));
  return original;
}

}  // namespace sealgate::store
