#pragma once
// PostgreSQL for the tests of this program: a cluster of its own, made by initdb and served on a Unix socket in a
// short folder, ended with the program whatever happens to it. Missing PostgreSQL is a failure. It refuses to run as
// root, so then it runs as nobody.

#include <sys/types.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>

#include "store/common/store.h"
#include "store/postgres/sql/connection.h"

namespace sealgate::store::postgres::testing_support {

class TestServer {
 public:
  /// The one of this program, started at the first call.
  static TestServer& get();
  TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;
  ~TestServer();

  /// Of a store in this schema; `more` is further options, "&connections=4".
  std::string url(const std::string& schema, const std::string& more = {}) const;
  /// The same through a socket in another folder.
  static std::string url_in(const std::filesystem::path& folder, const std::string& schema,
                            const std::string& more = {});
  const std::filesystem::path& folder() const { return folder_; }
  /// A name that no other test uses.
  std::string new_schema();
  /// Ends the server: SIGINT in order, SIGQUIT as after a crash of all its processes.
  void stop(int signal = SIGINT);
  void start();
  /// One or several statements, as the superuser, in no schema of ours.
  void execute(const std::string& sql);
  /// The first column of the first row: select bigint.
  std::int64_t number(const std::string& sql);

 private:
  std::unique_ptr<Connection> connect() const;

  std::filesystem::path folder_;
  pid_t process_ = -1;
  int schemas_ = 0;
};

/// A schema that is gone when this is.
class TestSchema {
 public:
  TestSchema() : name_(TestServer::get().new_schema()) {}
  TestSchema(const TestSchema&) = delete;
  TestSchema& operator=(const TestSchema&) = delete;
  ~TestSchema() { TestServer::get().execute("DROP SCHEMA IF EXISTS " + name_ + " CASCADE"); }
  const std::string& name() const { return name_; }
  std::string url(const std::string& more = {}) const { return TestServer::get().url(name_, more); }

 private:
  std::string name_;
};

}  // namespace sealgate::store::postgres::testing_support
