#include "store/postgres/tests/test_server.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <thread>
#include <vector>

namespace sealgate::store::postgres::testing_support {
namespace {

constexpr uid_t kNobody = 65534;

std::filesystem::path programs() {
  for (const char* folder : {"/usr/lib/postgresql/15/bin", "/usr/local/bin", "/usr/bin"}) {
    if (std::filesystem::exists(std::filesystem::path(folder) / "initdb")) return folder;
  }
  std::cerr << "no PostgreSQL here; 'tools/setup test' installs it\n";
  std::abort();
}

/// Runs a program of PostgreSQL as somebody who is not root; it ends with this thread's process.
pid_t spawn(const std::vector<std::string>& words, const std::filesystem::path& log) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  if (::geteuid() == 0 && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TestServer& TestServer::get() {
  static TestServer server;
  return server;
}

TestServer::TestServer() {
  // Short: the path of a socket may have 107 characters.
  std::string name = "/var/tmp/sgpg-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) std::abort();
  folder_ = name;
  if (::geteuid() == 0 && ::chown(name.c_str(), kNobody, kNobody) != 0) std::abort();
  const auto log = folder_ / "log";
  const int made = wait_for(spawn({(programs() / "initdb").string(), "-D", (folder_ / "data").string(), "-U",
                                   "sealgate", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"},
                                  log));
  if (made != 0) {
    std::cerr << "initdb failed, see " << log << "\n";
    std::abort();
  }
  start();
}

TestServer::~TestServer() {
  if (process_ > 0) stop(SIGQUIT);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void TestServer::start() {
  // Nothing here outlives the machine, so nothing waits for its disk.
  process_ = spawn({(programs() / "postgres").string(), "-D", (folder_ / "data").string(), "-k", folder_.string(),
                    "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200", "-c",
                    "shared_buffers=64MB", "-c", "restart_after_crash=on"},
                   folder_ / "log");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!connect()) {
    if (std::chrono::steady_clock::now() > deadline || ::waitpid(process_, nullptr, WNOHANG) == process_) {
      std::cerr << "PostgreSQL does not start, see " << folder_ / "log"
                << "\n";
      std::abort();
    }
    std::this_thread::yield();
  }
}

void TestServer::stop(int signal) {
  ::kill(process_, signal);
  wait_for(process_);
  process_ = -1;
}

std::string TestServer::url(const std::string& schema, const std::string& more) const {
  return url_in(folder_, schema, more);
}

std::string TestServer::url_in(const std::filesystem::path& folder, const std::string& schema,
                               const std::string& more) {
  std::string host = folder.string();
  for (std::size_t at = host.find('/'); at != std::string::npos; at = host.find('/', at)) host.replace(at, 1, "%2F");
  return "postgresql://sealgate@" + host + "/postgres?schema=" + schema + more;
}

std::string TestServer::new_schema() {
  return "test_" + std::to_string(++schemas_);
}

std::unique_ptr<Connection> TestServer::connect() const {
  const auto address = parse_address(url("sealgate"));
  auto connection = Connection::open(address.value());
  return connection ? std::move(*connection) : nullptr;
}

void TestServer::execute(const std::string& sql) {
  const auto connection = connect();
  ASSERT_TRUE(connection);
  const auto done = connection->execute(sql);
  EXPECT_TRUE(done) << done.error().to_string();
}

std::int64_t TestServer::number(const std::string& sql) {
  const auto connection = connect();
  const auto rows = connection->run(sql);
  EXPECT_TRUE(rows) << rows.error().to_string();
  return rows ? rows->integer(0, 0) : -1;
}

}  // namespace sealgate::store::postgres::testing_support
