#include "store/sqlite/stored_body.h"

#include "crypto/digest.h"
#include "io/file.h"
#include "messaging/errors.h"
#include "store/common/errors.h"
#include "store/sqlite/sqlite_box_change.h"

namespace sealgate::store {
namespace {

constexpr const char* kRemedy =
    "look for errors of the disk in the system log; restore the data folder from its backup, or terminate the "
    "message and let its sender send it again";

class CheckingSink final : public Sink {
 public:
  explicit CheckingSink(Sink& next) : next_(next) {}
  Result<> write(ByteView bytes) override {
    digest_.update(bytes);
    return next_.write(bytes);
  }
  Result<> finish() override { return {}; }  // the end of this content need not be the end of the stream behind it
  crypto::Digest& digest() { return digest_; }

 private:
  Sink& next_;
  crypto::Digest digest_{crypto::DigestAlgorithm::Sha256};
};

class StoredBody final : public messaging::Body {
 public:
  StoredBody(sql::Database& database, BodyLocation location, std::uint64_t size, Bytes sha256)
      : database_(database), location_(std::move(location)), size_(size), sha256_(std::move(sha256)) {}

  std::uint64_t size() const override { return size_; }
  const Bytes& sha256() const override { return sha256_; }

  Result<> copy_to(Sink& sink) const override {
    CheckingSink checking(sink);
    SG_TRY(location_.file.empty() ? copy_row(checking) : copy_file(checking));
    SG_TRY_ASSIGN(const crypto::DigestValue value, checking.digest().finish());
    if (!(value == crypto::DigestValue(sha256_))) {
      return fail(kBodyDamaged, "a stored body is not what was stored", where(), kRemedy);
    }
    return {};
  }

 private:
  std::string where() const {
    if (!location_.file.empty()) return location_.file;
    return database_.path() + ", message " + location_.message + ", part " +
           std::to_string(location_.slot % kPartSlots + 1);
  }

  Result<> copy_row(Sink& sink) const {
    Bytes content;
    SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
      // With its id, because the numbers of removed messages come again.
      SG_TRY_ASSIGN(auto statement, connection.prepare(location_.slot % kPartSlots == 0
                                                           ? "SELECT content FROM messages WHERE seq = ?1 AND id = ?2"
                                                           : "SELECT content FROM parts WHERE slot = ?3 AND EXISTS "
                                                             "(SELECT 1 FROM messages WHERE seq = ?1 AND id = ?2)"));
      statement.bind(1, location_.seq).bind(2, location_.message);
      if (location_.slot % kPartSlots != 0) statement.bind(3, location_.slot);
      SG_TRY_ASSIGN(const bool found, statement.step());
      if (!found) return fail(messaging::kNoSuchMessage, "the message was removed meanwhile", where());
      const ByteView bytes = statement.bytes(0);
      content.assign(bytes.begin(), bytes.end());
      return {};
    }));
    return sink.write(content);
  }

  Result<> copy_file(Sink& sink) const {
    auto file = io::open_input(location_.file);
    if (!file) return fail(kBodyMissing, "the file of a body is missing", location_.file, kRemedy);
    return io::pump(file->get(), sink, location_.file);
  }

  sql::Database& database_;
  BodyLocation location_;
  std::uint64_t size_;
  Bytes sha256_;
};

}  // namespace

messaging::BodyRef make_stored_body(sql::Database& database, BodyLocation location, std::uint64_t size,
                                    Bytes sha256) {
  return std::make_shared<StoredBody>(database, std::move(location), size, std::move(sha256));
}

}  // namespace sealgate::store
