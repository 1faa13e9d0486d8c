#include "store/common/tracking/bodies.h"

#include <algorithm>

#include "crypto/digest.h"
#include "crypto/random.h"
#include "crypto/sealed_stream.h"
#include "messaging/errors.h"
#include "store/common/account_key_file.h"
#include "store/common/errors.h"

namespace sealgate::store::tracking {
namespace {

/// Bytes of sealed content in a row. One such row is in memory at a time.
constexpr std::size_t kRow = std::size_t{512} * 1024;
constexpr std::string_view kAccount = "tracking";

Bytes context_of(std::string_view what, const Bytes& sha256) {
  Bytes context = to_bytes("sealgate tracked body 1 ");
  append(context, as_bytes(what));
  append(context, sha256);
  return context;
}

/// Cuts what is written into rows.
class RowSink final : public Sink {
 public:
  RowSink(TrackingStorage& storage, std::string id) : storage_(storage), id_(std::move(id)) {}
  Result<> write(ByteView bytes) override {
    while (!bytes.empty()) {
      if (pending_.size() == kRow) SG_TRY(flush());
      const std::size_t size = std::min(bytes.size(), kRow - pending_.size());
      append(pending_, bytes.first(size));
      bytes = bytes.subspan(size);
    }
    return {};
  }
  Result<> finish() override { return {}; }
  /// The last row goes into the commit that makes the body complete.
  Result<> put_last(TrackingRows& rows) const { return rows.insert_chunk(id_, number_, pending_); }

 private:
  Result<> flush() {
    SG_TRY(storage_.write([&](TrackingRows& rows) { return rows.insert_chunk(id_, number_, pending_); }));
    ++number_;
    pending_.clear();
    return {};
  }
  TrackingStorage& storage_;
  std::string id_;
  std::int64_t number_ = 0;
  Bytes pending_;
};

/// Counts and hashes what it passes on; its finish() fails when that is not what was stored.
class ProvingSink final : public Sink {
 public:
  ProvingSink(const StoredBody& body, Sink& next) : body_(body), next_(next) {}
  Result<> write(ByteView bytes) override {
    digest_.update(bytes);
    size_ += bytes.size();
    return next_.write(bytes);
  }
  Result<> finish() override {
    SG_TRY_ASSIGN(const crypto::DigestValue value, digest_.finish());
    if (size_ != body_.size || !std::ranges::equal(value.view(), body_.sha256)) {
      return fail(messaging::kTrackedBodyDamaged, "the tracked body is not what was stored", to_hex(body_.sha256),
                  "restore the database from a backup");
    }
    return next_.finish();
  }

 private:
  const StoredBody& body_;
  Sink& next_;
  std::uint64_t size_ = 0;
  crypto::Digest digest_{crypto::DigestAlgorithm::Sha256};
};

Error damaged(const Error& cause, const Bytes& sha256) {
  return Error{messaging::kTrackedBodyDamaged, "the tracked body cannot be opened: " + cause.what, to_hex(sha256),
               "check that keys/tracking.key is the one it was stored with; else restore the database from a backup"};
}

}  // namespace

Result<Secret> BodyVault::key(KeyUse use) {
  const std::lock_guard lock(key_mutex_);
  if (!key_) {
    const std::string account(kAccount);
    auto read = use == KeyUse::MayCreate ? open_or_create_account_key_file(key_file_, account)
                                         : read_account_key_file(key_file_, account);
    if (!read) return fail(std::move(read).error());
    key_ = std::move(*read);
  }
  return key_->secret().clone();
}

Result<> BodyVault::keep(const messaging::Body& body, Time now) {
  bool known = false;
  const auto renew = [&](TrackingRows& rows) -> Result<> {
    SG_TRY_ASSIGN(const auto found, rows.find_body(body.sha256()));
    known = false;
    if (found && found->size == body.size()) {
      SG_TRY_ASSIGN(known, rows.touch_body(found->id, now));
    }
    return {};
  };
  SG_TRY(storage_.write(renew));
  if (known) return {};
  StoredBody row;
  SG_TRY_ASSIGN(row.id, messaging::make_uuid_v7(now));
  row.sha256 = body.sha256();
  row.size = body.size();
  row.stored = now;
  SG_TRY_ASSIGN(Secret data_key, crypto::random_secret(crypto::kAeadKeySize));
  SG_TRY_ASSIGN(const Secret master, key(KeyUse::MayCreate));
  SG_TRY_ASSIGN(row.key, crypto::aead_seal(master.view(), data_key.view(), context_of("key ", row.sha256)));
  auto stored = store(body, row, std::move(data_key));
  if (stored || !(stored.error().code == kConstraint)) return stored;
  // Somebody else stored the same content meanwhile.
  SG_TRY(storage_.write(renew));
  return known ? Result<>() : stored;
}

Result<> BodyVault::store(const messaging::Body& body, StoredBody row, Secret data_key) {
  const bool small = crypto::sealed_stream_size(row.size) <= kRow;
  if (!small) SG_TRY(storage_.write([&](TrackingRows& rows) { return rows.insert_body(row, false); }));
  RowSink chunks(storage_, row.id);
  Result<> written = [&]() -> Result<> {
    crypto::SealingSink sealing(std::move(data_key), context_of("", row.sha256), chunks);
    SG_TRY(body.copy_to(sealing));
    SG_TRY(sealing.finish());
    return storage_.write([&](TrackingRows& rows) -> Result<> {
      if (small) SG_TRY(rows.insert_body(row, true));
      SG_TRY(chunks.put_last(rows));
      return small ? Result<>() : rows.complete_body(row.id);
    });
  }();
  // What stays behind when the database is away is swept later.
  if (!written && !small) (void)storage_.write([&](TrackingRows& rows) { return rows.remove_body(row.id); });
  return written;
}

Result<> BodyVault::read(const Bytes& sha256, Sink& sink) {
  std::optional<StoredBody> row;
  SG_TRY(storage_.read([&](TrackingRows& rows) -> Result<> {
    SG_TRY_ASSIGN(row, rows.find_body(sha256));
    return {};
  }));
  if (!row) {
    return fail(messaging::kNoSuchTrackedBody, "no such body is tracked", to_hex(sha256),
                "see 'sealgate tracking show' for the bodies of a message; old ones go when the log is cut");
  }
  SG_TRY_ASSIGN(const Secret master, key(KeyUse::Existing));
  auto data_key = crypto::aead_open(master.view(), row->key, context_of("key ", sha256));
  if (!data_key) return fail(damaged(data_key.error(), sha256));
  ProvingSink proving(*row, sink);
  crypto::OpeningSink opening(std::move(*data_key), context_of("", sha256), proving);
  const std::uint64_t total = crypto::sealed_stream_size(row->size);
  std::uint64_t done = 0;
  const auto opened = [&](Result<> result) -> Result<> {
    if (!result && result.error().code.id.starts_with("crypto.")) return fail(damaged(result.error(), sha256));
    return result;
  };
  for (std::int64_t number = 0; done < total; ++number) {
    Bytes chunk;
    SG_TRY(storage_.read([&](TrackingRows& rows) -> Result<> {
      SG_TRY_ASSIGN(chunk, rows.chunk(row->id, number));
      return {};
    }));
    if (chunk.empty()) break;
    done += chunk.size();
    SG_TRY(opened(opening.write(chunk)));
  }
  return opened(opening.finish());
}

}  // namespace sealgate::store::tracking
