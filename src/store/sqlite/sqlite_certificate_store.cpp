#include "store/sqlite/sqlite_certificate_store.h"

#include <algorithm>
#include <limits>
#include <variant>

#include "certificates/errors.h"
#include "store/common/certificate_rows.h"
#include "store/common/store_room.h"

namespace sealgate::store {
namespace {

using namespace certificates;

/// A row as it is read; parsed after the database was let go.
struct Row {
  Bytes der;
  Bytes wrapped_key;
  bool has_private_key = false;
  std::string friendly_name;
};

constexpr std::size_t kNoLimit = std::numeric_limits<std::int64_t>::max();

Bytes copy(ByteView view) {
  return {view.begin(), view.end()};
}

class SqliteCertificateStore final : public CertificateStore {
 public:
  SqliteCertificateStore(sql::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<std::vector<StoredCertificate>> page(const StoreId& id, const Page& page) const override {
    SG_TRY(check_store_id(id));
    if (!page.search.is_all()) SG_TRY(complete(id, kUnsearchable));
    const std::vector<std::string> forms = page.search.forms();
    const auto wanted = RowCondition::of(page, '?', forms, [](const std::string& column, const std::string& form) {
      return "instr(" + column + ", " + form + ") > 0";
    });
    SG_TRY_ASSIGN(const std::vector<Row> rows, read_rows(id, wanted, page.limit));
    return parse(rows, id);
  }

  Result<std::vector<StoredCertificate>> find_named(const StoreId& id, CertificateQuery::Kind kind,
                                                    ByteView key) const override {
    SG_TRY(check_store_id(id));
    SG_TRY(complete(id, kUnnamed));
    SG_TRY_ASSIGN(const std::vector<Row> rows,
                  read_rows(id, {'?', " AND " + std::string(to_string(kind)) + " = ?4", {key}}, kMaxMatches));
    return parse(rows, id);
  }

  Result<std::optional<StoredCertificate>> find(const StoreId& id, const Thumbprint& thumbprint) const override {
    SG_TRY(check_store_id(id));
    SG_TRY_ASSIGN(const std::optional<Row> row, find_row(id, thumbprint));
    if (!row) return std::optional<StoredCertificate>();
    SG_TRY_ASSIGN(StoredCertificate entry, parse(*row, id));
    return std::optional(std::move(entry));
  }

  Result<AddOutcome> add(const StoreId& id, const NewCertificate& entry) override {
    SG_TRY(check_new_certificate(id, entry));
    AddOutcome outcome = AddOutcome::AlreadyThere;
    SG_TRY(database_.write([&](sql::Connection& connection) { return add_row(connection, id, entry, outcome); }));
    return outcome;
  }

  Result<> remove(const StoreId& id, const Thumbprint& thumbprint, bool with_key) override {
    SG_TRY(check_store_id(id));
    SG_TRY_ASSIGN(const std::optional<Row> row, find_row(id, thumbprint));
    SG_TRY(check_removal(id, thumbprint, row.has_value(), row && row->has_private_key, with_key));
    SG_TRY_ASSIGN(const StoredCertificate entry, parse(*row, id));
    return database_.write([&](sql::Connection& connection) -> Result<> {
      // A key that was added since the check above is not removed unasked.
      SG_TRY_ASSIGN(
          auto statement,
          connection.prepare("DELETE FROM certificates WHERE account = ?1 AND store = ?2 AND sha256 = ?3 AND "
                             "(?4 OR wrapped_key IS NULL)"));
      bind_id(statement, id);
      statement.bind(3, entry.certificate.thumbprint_sha256().bytes());
      statement.bind(4, std::int64_t{with_key ? 1 : 0});
      SG_TRY(statement.run());
      return check_removal(id, thumbprint, true, connection.changes() == 0, false);
    });
  }

  Result<std::optional<Bytes>> wrapped_key(const StoreId& id, const Thumbprint& thumbprint) const override {
    SG_TRY(check_store_id(id));
    SG_TRY_ASSIGN(std::optional<Row> row, find_row(id, thumbprint));
    if (!row || !row->has_private_key) return std::optional<Bytes>();
    return std::optional(std::move(row->wrapped_key));
  }

  Result<std::size_t> replace_keys(const StoreId& id, const std::vector<KeyReplacement>& keys) override {
    SG_TRY(check_store_id(id));
    std::size_t replaced = 0;
    SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
      replaced = 0;
      SG_TRY_ASSIGN(auto statement, connection.prepare("UPDATE certificates SET wrapped_key = ?5 WHERE account = ?1 "
                                                       "AND store = ?2 AND sha256 = ?3 AND wrapped_key = ?4"));
      for (const KeyReplacement& key : keys) {
        bind_id(statement, id);
        statement.bind(3, key.certificate.bytes()).bind(4, ByteView(key.expected)).bind(5, ByteView(key.wrapped));
        SG_TRY(statement.run());
        replaced += static_cast<std::size_t>(connection.changes());
        statement.reset();
      }
      return {};
    }));
    return replaced;
  }

  Result<std::uint64_t> revision() const override {
    std::uint64_t revision = 0;
    SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(auto statement, connection.prepare("SELECT revision FROM certificate_revision"));
      SG_TRY_ASSIGN(const bool there, statement.step());
      if (there) revision = static_cast<std::uint64_t>(statement.integer(0));
      return {};
    }));
    return revision;
  }

  Result<std::vector<Crl>> list_crls() const override {
    std::vector<Bytes> rows;
    SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(auto statement, connection.prepare("SELECT der FROM crls ORDER BY sha256"));
      for (;;) {
        SG_TRY_ASSIGN(const bool more, statement.step());
        if (!more) return {};
        rows.push_back(copy(statement.bytes(0)));
      }
    }));
    std::vector<Crl> result;
    for (const Bytes& der : rows) {
      auto crl = Crl::from_der(der);
      if (!crl) return damaged("a revocation list in the database cannot be read");
      result.push_back(std::move(*crl));
    }
    return result;
  }

  Result<AddOutcome> add_crl(const Crl& crl) override {
    AddOutcome outcome = AddOutcome::AlreadyThere;
    const Bytes digest = digest_of(crl.sha256());
    SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(auto statement,
                    connection.prepare("INSERT OR IGNORE INTO crls (sha256, der, added) VALUES (?1, ?2, ?3)"));
      statement.bind(1, ByteView(digest)).bind(2, crl.der()).bind(3, now());
      SG_TRY(statement.run());
      outcome = connection.changes() == 1 ? AddOutcome::Added : AddOutcome::AlreadyThere;
      return {};
    }));
    return outcome;
  }

  Result<> remove_crl(std::string_view sha256) override {
    const Bytes digest = digest_of(sha256);
    return database_.write([&](sql::Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(auto statement, connection.prepare("DELETE FROM crls WHERE sha256 = ?1"));
      statement.bind(1, ByteView(digest));
      SG_TRY(statement.run());
      if (connection.changes() == 0) return crl_not_found(sha256);
      return {};
    });
  }

 private:
  std::int64_t now() const { return clock_.now().time_since_epoch().count(); }

  /// The digest of Crl::sha256(); empty when the text is not one.
  static Bytes digest_of(std::string_view hex) {
    const auto digest = Thumbprint::parse(hex);
    return digest ? copy(digest->bytes()) : Bytes();
  }

  tl::unexpected<Error> damaged(std::string what) const {
    return fail(kStoreDamaged, std::move(what), database_.path(), "restore the database from its backup");
  }

  static void bind_id(sql::Statement& statement, const StoreId& id) {
    statement.bind(1, id.effective_account()).bind(2, to_string(id.name));
  }

  Result<StoredCertificate> parse(const Row& row, const StoreId& id) const {
    auto certificate = Certificate::from_der(row.der);
    if (!certificate) return damaged("a certificate in " + id.description() + " cannot be read");
    return StoredCertificate{std::move(*certificate), row.has_private_key, row.friendly_name};
  }

  Result<std::vector<StoredCertificate>> parse(const std::vector<Row>& rows, const StoreId& id) const {
    std::vector<StoredCertificate> result;
    result.reserve(rows.size());
    for (const Row& row : rows) {
      SG_TRY_ASSIGN(StoredCertificate entry, parse(row, id));
      result.push_back(std::move(entry));
    }
    return result;
  }

  Result<std::vector<Row>> read_rows(const StoreId& id, const RowCondition& wanted, std::size_t limit) const {
    std::vector<Row> rows;
    std::string text = "SELECT der, wrapped_key, friendly_name FROM certificates WHERE account = ?1 AND store = ?2";
    text += wanted.sql;
    text += wanted.in_order ? " ORDER BY sha1, sha256 LIMIT ?3" : " LIMIT ?3";
    SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(auto statement, connection.prepare(text));
      bind_id(statement, id);
      statement.bind(3, static_cast<std::int64_t>(std::min(limit, kNoLimit)));
      int number = 4;
      for (const auto& value : wanted.values) {
        std::visit([&](auto one) { statement.bind(number++, one); }, value);
      }
      for (;;) {
        SG_TRY_ASSIGN(const bool more, statement.step());
        if (!more) return {};
        rows.push_back(
            {copy(statement.bytes(0)), copy(statement.bytes(1)), !statement.is_null(1), statement.text(2)});
      }
    }));
    return rows;
  }

  /// What certificates are found by, of those that an earlier release, or a copy, brought here without.
  Result<> complete(const StoreId& id, std::string_view what) const {
    constexpr std::size_t kAtOnce = 1000;
    for (;;) {
      SG_TRY_ASSIGN(const std::vector<Row> rows, read_rows(id, {'?', std::string(what)}, kAtOnce));
      if (rows.empty()) return {};
      SG_TRY_ASSIGN(const std::vector<StoredCertificate> incomplete, parse(rows, id));
      SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
        SG_TRY_ASSIGN(auto statement, connection.prepare("UPDATE certificates SET subject = ?4, issuer_serial = ?5, "
                                                         "key_id = ?6, found_by = ?7, not_after = ?8 WHERE "
                                                         "account = ?1 AND store = ?2 AND sha256 = ?3"));
        for (const StoredCertificate& entry : incomplete) {
          const FoundBy by(entry.certificate, entry.friendly_name);
          bind_id(statement, id);
          statement.bind(3, entry.certificate.thumbprint_sha256().bytes());
          bind_found_by(statement, 4, by);
          SG_TRY(statement.run());
          statement.reset();
        }
        return {};
      }));
    }
  }

  static void bind_found_by(sql::Statement& statement, int first, const FoundBy& by) {
    statement.bind(first, ByteView(by.keys.subject)).bind(first + 1, ByteView(by.keys.issuer_and_serial));
    statement.bind(first + 2, ByteView(by.keys.key_id))
        .bind(first + 3, as_bytes(by.text))
        .bind(first + 4, by.not_after);
  }

  Result<std::optional<Row>> find_row(const StoreId& id, const Thumbprint& thumbprint) const {
    SG_TRY_ASSIGN(std::vector<Row> rows,
                  read_rows(id,
                            {'?',
                             thumbprint.kind() == Thumbprint::Kind::Sha1 ? " AND sha1 = ?4" : " AND sha256 = ?4",
                             {thumbprint.bytes()}},
                            2));
    if (rows.empty()) return std::optional<Row>();
    if (rows.size() > 1) return ambiguous(id, thumbprint);
    return std::optional(std::move(rows.front()));
  }

  Result<> add_row(sql::Connection& connection, const StoreId& id, const NewCertificate& entry, AddOutcome& outcome) {
    SG_TRY_ASSIGN(auto existing,
                  connection.prepare("SELECT wrapped_key IS NULL FROM certificates WHERE account = ?1 AND "
                                     "store = ?2 AND sha256 = ?3"));
    bind_id(existing, id);
    const ByteView sha256 = entry.certificate.thumbprint_sha256().bytes();
    existing.bind(3, sha256);
    SG_TRY_ASSIGN(const bool there, existing.step());
    if (!there) return insert_row(connection, id, entry, outcome);
    const bool key_is_new = entry.wrapped_key && existing.integer(0) != 0;
    existing.reset();
    outcome = key_is_new ? AddOutcome::KeyAdded : AddOutcome::AlreadyThere;
    SG_TRY_ASSIGN(auto update, connection.prepare("UPDATE certificates SET wrapped_key = coalesce(wrapped_key, ?4), "
                                                  "friendly_name = iif(friendly_name = '', ?5, friendly_name), "
                                                  "found_by = iif(friendly_name = '', NULL, found_by) WHERE "
                                                  "account = ?1 AND store = ?2 AND sha256 = ?3"));
    bind_id(update, id);
    update.bind(3, sha256);
    if (entry.wrapped_key) {
      update.bind(4, ByteView(*entry.wrapped_key));
    } else {
      update.bind_null(4);
    }
    update.bind(5, std::string_view(entry.friendly_name));
    return update.run();
  }

  Result<> insert_row(sql::Connection& connection, const StoreId& id, const NewCertificate& entry,
                      AddOutcome& outcome) {
    SG_TRY_ASSIGN(const bool room, room_.take(id, [&]() -> Result<std::size_t> {
      SG_TRY_ASSIGN(auto count,
                    connection.prepare("SELECT count(*) FROM certificates WHERE account = ?1 AND store = ?2"));
      bind_id(count, id);
      SG_TRY_ASSIGN(const bool counted, count.step());
      return static_cast<std::size_t>(counted ? count.integer(0) : 0);
    }));
    if (!room) return store_full(id);
    SG_TRY_ASSIGN(auto insert, connection.prepare("INSERT INTO certificates (account, store, sha256, sha1, der, "
                                                  "wrapped_key, friendly_name, added, subject, "
                                                  "issuer_serial, key_id, found_by, not_after) VALUES "
                                                  "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"));
    bind_id(insert, id);
    insert.bind(3, entry.certificate.thumbprint_sha256().bytes());
    insert.bind(4, entry.certificate.thumbprint().bytes());
    insert.bind(5, entry.certificate.der());
    if (entry.wrapped_key) {
      insert.bind(6, ByteView(*entry.wrapped_key));
    } else {
      insert.bind_null(6);
    }
    insert.bind(7, std::string_view(entry.friendly_name)).bind(8, now());
    const FoundBy by(entry.certificate, entry.friendly_name);
    bind_found_by(insert, 9, by);
    SG_TRY(insert.run());
    outcome = AddOutcome::Added;
    return {};
  }

  sql::Database& database_;
  const Clock& clock_;
  StoreRoom room_;
};

}  // namespace

std::unique_ptr<CertificateStore> make_sqlite_certificate_store(sql::Database& database, const Clock& clock) {
  return std::make_unique<SqliteCertificateStore>(database, clock);
}

}  // namespace sealgate::store
