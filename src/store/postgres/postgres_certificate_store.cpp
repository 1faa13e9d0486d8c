#include "store/postgres/postgres_certificate_store.h"

#include <algorithm>
#include <limits>
#include <variant>

#include "certificates/errors.h"
#include "store/common/certificate_rows.h"
#include "store/common/commit_point.h"
#include "store/common/store_room.h"

namespace sealgate::store::postgres {
namespace {

using namespace certificates;

/// A row as it is read; parsed after the connection was given back.
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

Parameters named(const StoreId& id) {
  Parameters parameters;
  parameters.add(id.effective_account()).add(to_string(id.name));
  return parameters;
}

/// One change at a time, so that each sees the one before; and everybody hears of it.
Result<> begin_change(Connection& connection) {
  SG_TRY(connection.run("UPDATE certificate_revision SET revision = revision + 1"));
  return {};
}

class PostgresCertificateStore final : public CertificateStore {
 public:
  PostgresCertificateStore(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<std::vector<StoredCertificate>> page(const StoreId& id, const Page& page) const override {
    SG_TRY(check_store_id(id));
    if (!page.search.is_all()) SG_TRY(complete(id, kUnsearchable));
    const std::vector<std::string> forms = page.search.forms();
    const auto wanted = RowCondition::of(page, '$', forms, [](const std::string& column, const std::string& form) {
      return "position(" + form + " in " + column + ") > 0";
    });
    SG_TRY_ASSIGN(const std::vector<Row> rows, read_rows(id, wanted, page.limit));
    return parse(rows, id);
  }

  Result<std::vector<StoredCertificate>> find_named(const StoreId& id, CertificateQuery::Kind kind,
                                                    ByteView key) const override {
    SG_TRY(check_store_id(id));
    SG_TRY(complete(id, kUnnamed));
    SG_TRY_ASSIGN(const std::vector<Row> rows,
                  read_rows(id, {'$', " AND " + std::string(to_string(kind)) + " = $4", {key}}, kMaxMatches));
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
    SG_TRY(database_.write([&](Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(const bool changes, would_change(connection, id, entry));
      outcome = AddOutcome::AlreadyThere;
      if (!changes) return {};
      SG_TRY(begin_change(connection));
      SG_TRY(add_row(connection, id, entry, outcome));
      commit_point("certificates.added");
      return {};
    }));
    return outcome;
  }

  Result<> remove(const StoreId& id, const Thumbprint& thumbprint, bool with_key) override {
    SG_TRY(check_store_id(id));
    SG_TRY_ASSIGN(const std::optional<Row> row, find_row(id, thumbprint));
    SG_TRY(check_removal(id, thumbprint, row.has_value(), row && row->has_private_key, with_key));
    SG_TRY_ASSIGN(const StoredCertificate entry, parse(*row, id));
    return database_.write([&](Connection& connection) -> Result<> {
      SG_TRY(begin_change(connection));
      // A key that was added since the check above is not removed unasked.
      Parameters parameters = named(id);
      parameters.add(entry.certificate.thumbprint_sha256().bytes()).add_flag(with_key);
      SG_TRY_ASSIGN(const Rows removed,
                    connection.run("DELETE FROM certificates WHERE account = $1 AND store = $2 AND sha256 = $3 AND "
                                   "($4 OR wrapped_key IS NULL)",
                                   std::move(parameters)));
      return check_removal(id, thumbprint, true, removed.affected() == 0, false);
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
    SG_TRY(database_.write([&](Connection& connection) -> Result<> {
      replaced = 0;
      SG_TRY(begin_change(connection));
      for (const KeyReplacement& key : keys) {
        Parameters parameters = named(id);
        parameters.add(key.certificate.bytes()).add(ByteView(key.expected)).add(ByteView(key.wrapped));
        SG_TRY_ASSIGN(const Rows changed,
                      connection.run("UPDATE certificates SET wrapped_key = $5 WHERE account = $1 AND store = $2 AND "
                                     "sha256 = $3 AND wrapped_key = $4",
                                     std::move(parameters)));
        replaced += changed.affected();
      }
      commit_point("certificates.rewrapped");
      return {};
    }));
    return replaced;
  }

  Result<std::uint64_t> revision() const override {
    std::uint64_t revision = 0;
    SG_TRY(database_.read([&](Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(const Rows rows, connection.run("SELECT revision FROM certificate_revision"));
      revision = rows.empty() ? 0 : static_cast<std::uint64_t>(rows.integer(0, 0));
      return {};
    }));
    return revision;
  }

  Result<std::vector<Crl>> list_crls() const override {
    Rows rows;
    SG_TRY(database_.read([&](Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(rows, connection.run("SELECT der FROM crls ORDER BY sha256"));
      return {};
    }));
    std::vector<Crl> result;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      auto crl = Crl::from_der(rows.bytes(row, 0));
      if (!crl) return damaged("a revocation list in the database cannot be read");
      result.push_back(std::move(*crl));
    }
    return result;
  }

  Result<AddOutcome> add_crl(const Crl& crl) override {
    AddOutcome outcome = AddOutcome::AlreadyThere;
    const Bytes digest = digest_of(crl.sha256());
    SG_TRY(database_.write([&](Connection& connection) -> Result<> {
      Parameters parameters;
      parameters.add(ByteView(digest)).add(crl.der()).add(now());
      SG_TRY_ASSIGN(const Rows rows, connection.run("INSERT INTO crls (sha256, der, added) VALUES ($1, $2, $3) "
                                                    "ON CONFLICT DO NOTHING",
                                                    std::move(parameters)));
      outcome = rows.affected() == 1 ? AddOutcome::Added : AddOutcome::AlreadyThere;
      return outcome == AddOutcome::Added ? begin_change(connection) : Result<>();
    }));
    return outcome;
  }

  Result<> remove_crl(std::string_view sha256) override {
    const Bytes digest = digest_of(sha256);
    return database_.write([&](Connection& connection) -> Result<> {
      Parameters parameters;
      parameters.add(ByteView(digest));
      SG_TRY_ASSIGN(const Rows rows, connection.run("DELETE FROM crls WHERE sha256 = $1", std::move(parameters)));
      if (rows.affected() == 0) return crl_not_found(sha256);
      return begin_change(connection);
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
    return fail(kStoreDamaged, std::move(what), database_.description(), "restore the database from its backup");
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
    std::string sql = "SELECT der, wrapped_key, friendly_name FROM certificates WHERE account = $1 AND store = $2";
    sql += wanted.sql;
    sql += wanted.in_order ? " ORDER BY sha1, sha256 LIMIT $3" : " LIMIT $3";
    Rows found;
    SG_TRY(database_.read([&](Connection& connection) -> Result<> {
      Parameters parameters = named(id);
      parameters.add(static_cast<std::int64_t>(std::min(limit, kNoLimit)));
      for (const auto& value : wanted.values) {
        std::visit([&](auto one) { parameters.add(one); }, value);
      }
      SG_TRY_ASSIGN(found, connection.run(sql, std::move(parameters)));
      return {};
    }));
    std::vector<Row> rows;
    for (std::size_t row = 0; row < found.size(); ++row) {
      rows.push_back(
          {copy(found.bytes(row, 0)), copy(found.bytes(row, 1)), !found.is_null(row, 1), found.text(row, 2)});
    }
    return rows;
  }

  Result<std::optional<Row>> find_row(const StoreId& id, const Thumbprint& thumbprint) const {
    SG_TRY_ASSIGN(std::vector<Row> rows,
                  read_rows(id,
                            {'$',
                             thumbprint.kind() == Thumbprint::Kind::Sha1 ? " AND sha1 = $4" : " AND sha256 = $4",
                             {thumbprint.bytes()}},
                            2));
    if (rows.empty()) return std::optional<Row>();
    if (rows.size() > 1) return ambiguous(id, thumbprint);
    return std::optional(std::move(rows.front()));
  }

  /// What certificates are found by, of those that an earlier release, or a copy, brought here without.
  Result<> complete(const StoreId& id, std::string_view what) const {
    constexpr std::size_t kAtOnce = 1000;
    for (;;) {
      SG_TRY_ASSIGN(const std::vector<Row> rows, read_rows(id, {'$', std::string(what)}, kAtOnce));
      if (rows.empty()) return {};
      SG_TRY_ASSIGN(const std::vector<StoredCertificate> incomplete, parse(rows, id));
      SG_TRY(database_.write([&](Connection& connection) -> Result<> {
        for (const StoredCertificate& entry : incomplete) {
          Parameters parameters = named(id);
          parameters.add(entry.certificate.thumbprint_sha256().bytes());
          const FoundBy by(entry.certificate, entry.friendly_name);
          add_found_by(parameters, by);
          SG_TRY(
              connection.run("UPDATE certificates SET subject = $4, issuer_serial = $5, key_id = $6, found_by = $7, "
                             "not_after = $8 WHERE account = $1 AND store = $2 AND sha256 = $3",
                             std::move(parameters)));
        }
        return {};
      }));
    }
  }

  static void add_found_by(Parameters& parameters, const FoundBy& by) {
    parameters.add(ByteView(by.keys.subject)).add(ByteView(by.keys.issuer_and_serial)).add(ByteView(by.keys.key_id));
    parameters.add(as_bytes(by.text)).add(by.not_after);
  }

  /// A look without a lock: adding what is there already is common and changes nothing.
  static Result<bool> would_change(Connection& connection, const StoreId& id, const NewCertificate& entry) {
    Parameters parameters = named(id);
    parameters.add(entry.certificate.thumbprint_sha256().bytes());
    SG_TRY_ASSIGN(const Rows there, connection.run("SELECT wrapped_key IS NULL, friendly_name = '' FROM certificates "
                                                   "WHERE account = $1 AND store = $2 AND sha256 = $3",
                                                   std::move(parameters)));
    if (there.empty()) return true;
    return (entry.wrapped_key && there.flag(0, 0)) || (!entry.friendly_name.empty() && there.flag(0, 1));
  }

  Result<> add_row(Connection& connection, const StoreId& id, const NewCertificate& entry, AddOutcome& outcome) {
    Parameters key = named(id);
    key.add(entry.certificate.thumbprint_sha256().bytes());
    SG_TRY_ASSIGN(const Rows there, connection.run("SELECT wrapped_key IS NULL FROM certificates WHERE account = $1 "
                                                   "AND store = $2 AND sha256 = $3",
                                                   std::move(key)));
    if (there.empty()) return insert_row(connection, id, entry, outcome);
    outcome = entry.wrapped_key && there.flag(0, 0) ? AddOutcome::KeyAdded : AddOutcome::AlreadyThere;
    Parameters parameters = named(id);
    parameters.add(entry.certificate.thumbprint_sha256().bytes());
    add_key(parameters, entry);
    parameters.add(as_bytes(entry.friendly_name));
    SG_TRY(
        connection.run("UPDATE certificates SET wrapped_key = coalesce(wrapped_key, $4), friendly_name = "
                       "CASE WHEN friendly_name = '' THEN $5 ELSE friendly_name END, "
                       "found_by = CASE WHEN friendly_name = '' THEN NULL ELSE found_by END "
                       "WHERE account = $1 AND store = $2 AND sha256 = $3",
                       std::move(parameters)));
    return {};
  }

  Result<> insert_row(Connection& connection, const StoreId& id, const NewCertificate& entry, AddOutcome& outcome) {
    SG_TRY_ASSIGN(const bool room, room_.take(id, [&]() -> Result<std::size_t> {
      SG_TRY_ASSIGN(const Rows count,
                    connection.run("SELECT count(*) FROM certificates WHERE account = $1 AND store = $2", named(id)));
      return static_cast<std::size_t>(count.integer(0, 0));
    }));
    if (!room) return store_full(id);
    Parameters parameters = named(id);
    parameters.add(entry.certificate.thumbprint_sha256().bytes()).add(entry.certificate.thumbprint().bytes());
    parameters.add(entry.certificate.der());
    add_key(parameters, entry);
    parameters.add(as_bytes(entry.friendly_name)).add(now());
    const FoundBy by(entry.certificate, entry.friendly_name);
    add_found_by(parameters, by);
    SG_TRY(
        connection.run("INSERT INTO certificates (account, store, sha256, sha1, der, wrapped_key, friendly_name, "
                       "added, subject, issuer_serial, key_id, found_by, not_after) VALUES "
                       "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                       std::move(parameters)));
    outcome = AddOutcome::Added;
    return {};
  }

  static void add_key(Parameters& parameters, const NewCertificate& entry) {
    if (entry.wrapped_key) {
      parameters.add(ByteView(*entry.wrapped_key));
    } else {
      parameters.add_null_bytes();
    }
  }

  Database& database_;
  const Clock& clock_;
  StoreRoom room_;
};

}  // namespace

std::unique_ptr<CertificateStore> make_postgres_certificate_store(Database& database, const Clock& clock) {
  return std::make_unique<PostgresCertificateStore>(database, clock);
}

}  // namespace sealgate::store::postgres
