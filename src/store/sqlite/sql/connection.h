#pragma once
// One SQLite connection and its prepared statements, as thin RAII wrappers. A connection and everything made from it
// belong to one thread at a time. Errors are store.* codes with SQLite's own words; a full disk is store.disk-full.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/bytes.h"
#include "base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sealgate::store::sql {

class Connection;

/// A prepared statement in use. It lives in its connection's cache and is reset when this handle dies; one handle per
/// statement text at a time.
class Statement {
 public:
  Statement(Statement&& other) noexcept : connection_(other.connection_), handle_(other.handle_) {
    other.handle_ = nullptr;
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Parameters count from 1. Text and bytes are not copied: they must live until the last step().
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, ByteView bytes);
  Statement& bind_null(int index);
  Statement& bind(int index, const std::optional<std::int64_t>& value) {
    return value ? bind(index, *value) : bind_null(index);
  }

  /// True when there is a row to read; false at the end.
  Result<bool> step();
  /// For statements without rows.
  Result<> run();
  /// Makes it ready for another round; bindings stay.
  void reset();

  // Columns count from 0; views are valid until the next step(). NULL reads as 0 and empty.
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  std::string_view view(int column) const;
  ByteView bytes(int column) const;
  bool is_null(int column) const;

 private:
  friend class Connection;
  Statement(Connection& connection, sqlite3_stmt* handle) : connection_(&connection), handle_(handle) {}
  Connection* connection_;
  sqlite3_stmt* handle_;
};

class Connection {
 public:
  enum class Mode { ReadWrite, ReadOnly };

  /// The file must exist for ReadOnly; ReadWrite creates it with mode 0600. Sets WAL, synchronous=FULL, foreign keys
  /// and a busy timeout of ten seconds.
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Mode mode);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// The statement for `sql`, from the cache or prepared now.
  Result<Statement> prepare(std::string_view sql);
  /// One or several statements without parameters and rows.
  Result<> execute(const std::string& sql);

  /// A copy of the whole database as it is now, into a new file of mode 0600; others may write meanwhile.
  Result<> copy_to(const std::string& path) const;

  /// SQLite's write-ahead log.
  struct Log {
    int pages = 0, folded = 0;  ///< that it has, and how many of them are in the database
  };
  /// Folds as much of the log into the database as readers let it, without making anybody wait. What another
  /// connection is about to fold is left to it, and reads as nothing folded.
  Result<Log> fold_log();
  /// `heard` is called after each commit of this connection, with the pages that the log has then, instead of a
  /// checkpoint by SQLite itself. It must not throw. Empty: nobody hears and nobody folds.
  void after_commit(std::function<void(int pages)> heard);

  /// Rows changed by the last statement.
  std::int64_t changes() const;
  /// Rows changed since it was opened, also by what was rolled back.
  std::int64_t total_changes() const;
  std::int64_t last_insert_rowid() const;
  /// False when no transaction is open (SQLite ends one itself after some errors, a full disk among them).
  bool in_transaction() const;
  /// The error of the last call that failed with `code`.
  Error error(int code, std::string_view sql) const;
  const std::string& path() const { return path_; }

 private:
  friend class Statement;
  Connection(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}

  struct Hash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the name that the standard asks for
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  sqlite3* handle_;
  std::string path_;
  std::unordered_map<std::string, sqlite3_stmt*, Hash, std::equal_to<>> statements_;
  std::function<void(int pages)> after_commit_;
};

}  // namespace sealgate::store::sql
