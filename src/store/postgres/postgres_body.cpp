#include "store/postgres/postgres_body.h"

#include <algorithm>

#include "crypto/digest.h"
#include "messaging/errors.h"
#include "store/common/commit_point.h"
#include "store/common/errors.h"

namespace sealgate::store::postgres {
namespace {

constexpr std::size_t kSweptAtOnce = 100;

/// One chunk; false when there is none of this number.
Result<bool> copy_chunk(Database& database, const std::string& body, std::int64_t number, Sink& sink) {
  Rows rows;
  SG_TRY(database.read([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(std::string_view(body)).add(number);
    SG_TRY_ASSIGN(
        rows, connection.run("SELECT content FROM chunks WHERE body = $1 AND number = $2", std::move(parameters)));
    return {};
  }));
  if (rows.empty()) return false;
  SG_TRY(sink.write(rows.bytes(0, 0)));
  return true;
}

class StageWriter final : public messaging::BodyWriter {
 public:
  explicit StageWriter(std::shared_ptr<BodyStage> stage) : stage_(std::move(stage)) {}

  ~StageWriter() override {
    stage_->memory -= reserved_;
    // What it wrote goes with the body that it would have become.
    if (!content_.body.empty()) StagedBody(std::move(content_), stage_);
  }

  Result<> write(ByteView bytes) override {
    digest_.update(bytes);
    content_.size += bytes.size();
    while (!bytes.empty()) {
      const bool small = content_.body.empty() && content_.memory.size() + bytes.size() <= kInlineLimit;
      if (small && reserve(bytes.size())) {
        append(content_.memory, bytes);
        return {};
      }
      const ByteView piece = bytes.first(std::min(bytes.size(), kChunkSize - content_.memory.size()));
      append(content_.memory, piece);
      bytes = bytes.subspan(piece.size());
      if (content_.body.empty()) SG_TRY(open_stage());
      if (content_.memory.size() == kChunkSize) SG_TRY(put_chunk());
    }
    return {};
  }

  Result<> finish() override {
    SG_TRY_ASSIGN(const crypto::DigestValue value, digest_.finish());
    content_.sha256.assign(value.view().begin(), value.view().end());
    if (!content_.body.empty() && !content_.memory.empty()) SG_TRY(put_chunk());
    return {};
  }

  messaging::BodyRef take() override {
    reserved_ = 0;  // the body counts it from here on
    auto body = std::make_shared<StagedBody>(std::move(content_), stage_);
    content_ = {};
    return body;
  }

 private:
  bool reserve(std::size_t bytes) {
    if ((stage_->memory += bytes) > BodyStage::kMaximumMemory) {
      stage_->memory -= bytes;
      return false;
    }
    reserved_ += bytes;
    return true;
  }

  Result<> open_stage() {
    SG_TRY_ASSIGN(content_.body, messaging::make_uuid_v7(SystemClock().now()));
    stage_->memory -= std::exchange(reserved_, 0);  // from here on it is one chunk's buffer, whatever the size
    SG_TRY(stage_->database->write(
        [&](Connection& connection) -> Result<> {
          Parameters parameters;
          parameters.add(std::string_view(content_.body)).add(std::string_view(stage_->writer));
          SG_TRY(connection.run("INSERT INTO staged (body, writer) VALUES ($1, $2)", std::move(parameters)));
          return {};
        },
        Durability::Relaxed));
    commit_point("body.staged");
    return {};
  }

  // Relaxed: the commit that publishes the body makes its chunks durable with itself.
  Result<> put_chunk() {
    SG_TRY(stage_->database->write(
        [&](Connection& connection) -> Result<> {
          Parameters parameters;
          parameters.add(std::string_view(content_.body)).add(content_.chunks).add(ByteView(content_.memory));
          SG_TRY(connection.run("INSERT INTO chunks (body, number, content) VALUES ($1, $2, $3)",
                                std::move(parameters)));
          return {};
        },
        Durability::Relaxed));
    commit_point("body.chunk-written");
    ++content_.chunks;
    content_.memory.clear();
    return {};
  }

  std::shared_ptr<BodyStage> stage_;
  crypto::Digest digest_{crypto::DigestAlgorithm::Sha256};
  StagedBody::Content content_;
  std::size_t reserved_ = 0;
};

class CheckingSink final : public Sink {
 public:
  explicit CheckingSink(Sink& next) : next_(next) {}
  Result<> write(ByteView bytes) override {
    digest_.update(bytes);
    return next_.write(bytes);
  }
  Result<> finish() override { return {}; }  // the end of this content need not be the end of the stream behind it
  Result<bool> saw(const Bytes& sha256) {
    SG_TRY_ASSIGN(const crypto::DigestValue value, digest_.finish());
    return value == crypto::DigestValue(sha256);
  }

 private:
  Sink& next_;
  crypto::Digest digest_{crypto::DigestAlgorithm::Sha256};
};

class StoredBody final : public messaging::Body {
 public:
  StoredBody(std::shared_ptr<Database> database, BodyLocation location, std::uint64_t size, Bytes sha256,
             std::shared_ptr<HeldContent> held)
      : database_(std::move(database)),
        location_(std::move(location)),
        size_(size),
        sha256_(std::move(sha256)),
        held_(std::move(held)) {}

  std::uint64_t size() const override { return size_; }
  const Bytes& sha256() const override { return sha256_; }

  Result<> copy_to(Sink& sink) const override {
    CheckingSink checking(sink);
    const auto held = held_ ? held_->get() : nullptr;
    if (held) {
      SG_TRY(checking.write(*held));
    } else {
      SG_TRY(location_.body.empty() ? copy_row(checking) : copy_chunks(checking));
    }
    SG_TRY_ASSIGN(const bool same, checking.saw(sha256_));
    if (!same) {
      return fail(kBodyDamaged, "a stored body is not what was stored", where(), "restore it from the backup");
    }
    return {};
  }

 private:
  std::string where() const {
    return database_->description() + ", message " + location_.message + ", part " +
           std::to_string(location_.number + 1);
  }

  Result<> copy_row(Sink& sink) const {
    Rows rows;
    SG_TRY(database_->read([&](Connection& connection) -> Result<> {
      Parameters parameters;
      parameters.add(std::string_view(location_.message)).add(location_.number);
      SG_TRY_ASSIGN(rows, connection.run("SELECT content FROM parts WHERE message = $1 AND number = $2",
                                         std::move(parameters)));
      return {};
    }));
    if (rows.empty()) return fail(messaging::kNoSuchMessage, "the message was removed meanwhile", where());
    return sink.write(rows.bytes(0, 0));
  }

  Result<> copy_chunks(Sink& sink) const {
    const auto chunks = static_cast<std::int64_t>((size_ + kChunkSize - 1) / kChunkSize);
    for (std::int64_t number = 0; number < chunks; ++number) {
      SG_TRY_ASSIGN(const bool found, copy_chunk(*database_, location_.body, number, sink));
      if (found) continue;
      SG_TRY_ASSIGN(const bool there, message_is_there());
      if (!there) return fail(messaging::kNoSuchMessage, "the message was removed meanwhile", where());
      return fail(kBodyMissing, "a piece of a stored body is missing", where(), "restore it from the backup");
    }
    return {};
  }

  Result<bool> message_is_there() const {
    bool there = false;
    SG_TRY(database_->read([&](Connection& connection) -> Result<> {
      Parameters parameters;
      parameters.add(std::string_view(location_.message));
      SG_TRY_ASSIGN(const Rows rows,
                    connection.run("SELECT 1::bigint FROM messages WHERE id = $1", std::move(parameters)));
      there = !rows.empty();
      return {};
    }));
    return there;
  }

  std::shared_ptr<Database> database_;
  BodyLocation location_;
  std::uint64_t size_;
  Bytes sha256_;
  std::shared_ptr<HeldContent> held_;
};

}  // namespace

StagedBody::~StagedBody() {
  stage_->memory -= content_.memory.size();
  if (content_.body.empty()) return;
  // A message that took the chunks removed the row of `staged` in its commit, so they stay. A failure leaves them to
  // the sweep.
  (void)stage_->database->write(
      [&](Connection& connection) -> Result<> {
        Parameters staged;
        staged.add(std::string_view(content_.body));
        SG_TRY_ASSIGN(const Rows gone, connection.run("DELETE FROM staged WHERE body = $1", std::move(staged)));
        if (gone.affected() == 0) return {};
        Parameters chunks;
        chunks.add(std::string_view(content_.body));
        SG_TRY(connection.run("DELETE FROM chunks WHERE body = $1", std::move(chunks)));
        return {};
      },
      Durability::Relaxed);
}

Result<> StagedBody::copy_to(Sink& sink) const {
  if (in_memory()) return sink.write(content_.memory);
  for (std::int64_t number = 0; number < content_.chunks; ++number) {
    SG_TRY_ASSIGN(const bool found, copy_chunk(*stage_->database, content_.body, number, sink));
    if (!found)
      return fail(kBodyLost, "a body on its way into the store is gone", stage_->database->description(),
                  "send the message again");
  }
  return {};
}

std::unique_ptr<messaging::BodyWriter> make_body_writer(std::shared_ptr<BodyStage> stage) {
  return std::make_unique<StageWriter>(std::move(stage));
}

messaging::BodyRef make_stored_body(std::shared_ptr<Database> database, BodyLocation location, std::uint64_t size,
                                    Bytes sha256, std::shared_ptr<HeldContent> held) {
  return std::make_shared<StoredBody>(std::move(database), std::move(location), size, std::move(sha256),
                                      std::move(held));
}

Result<std::uint64_t> sweep_staged(Database& database, std::int64_t before) {
  std::uint64_t removed = 0;
  SG_TRY(database.write([&](Connection& connection) -> Result<> {
    Parameters dead;
    dead.add(before).add(static_cast<std::int64_t>(kSweptAtOnce));
    SG_TRY_ASSIGN(
        const Rows found,
        connection.run("DELETE FROM staged WHERE body IN (SELECT body FROM staged s WHERE NOT EXISTS (SELECT 1 "
                       "FROM body_writers w WHERE w.id = s.writer AND w.seen >= $1) LIMIT $2 "
                       "FOR UPDATE SKIP LOCKED) RETURNING body",
                       std::move(dead)));
    removed = found.size();
    std::vector<std::string> bodies;
    for (std::size_t row = 0; row < found.size(); ++row) bodies.push_back(found.text(row, 0));
    Parameters chunks;
    chunks.add(std::span<const std::string>(bodies));
    SG_TRY(connection.run("DELETE FROM chunks WHERE body = ANY($1)", std::move(chunks)));
    Parameters writers;
    writers.add(before);
    SG_TRY(
        connection.run("DELETE FROM body_writers w WHERE seen < $1 AND NOT EXISTS (SELECT 1 FROM staged s WHERE "
                       "s.writer = w.id)",
                       std::move(writers)));
    return {};
  }));
  return removed;
}

}  // namespace sealgate::store::postgres
