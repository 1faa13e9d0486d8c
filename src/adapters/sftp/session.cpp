#include "adapters/sftp/session.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "adapters/sftp/errors.h"
#include "adapters/sftp/name_reader.h"
#include "adapters/sftp/operation.h"
#include "adapters/sftp/remote_path.h"

namespace sealgate::adapters::sftp {
namespace {

/// A file that has no name and no place on a disk.
Result<io::FileDescriptor> in_memory(ByteView bytes) {
  io::FileDescriptor file(::memfd_create("key", MFD_CLOEXEC));
  std::size_t done = 0;
  while (file.valid() && done < bytes.size()) {
    const ssize_t put = ::write(file.get(), bytes.data() + done, bytes.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) break;
    done += static_cast<std::size_t>(put);
  }
  if (!file.valid() || done < bytes.size()) {
    return fail(kFailed, std::string("the private key finds no place in memory: ") + std::strerror(errno));
  }
  return file;
}

bool is_user_name(const std::string& user) {
  return !user.empty() &&
         std::ranges::none_of(user, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

Connect connect_to(Server server) {
  return [server = std::move(server)](const Login& login,
                                      const std::atomic<bool>& cancelled) -> Result<std::unique_ptr<Remote>> {
    return Session::open(server, login, cancelled);
  };
}

Result<std::unique_ptr<Session>> Session::open(Server server, Login login, const std::atomic<bool>& cancelled) {
  if (!is_user_name(login.user)) {
    return fail(kBadUser, "the user name is empty or has control characters", server.url(), "correct it");
  }
  std::unique_ptr<Session> session(new Session(std::move(server), std::move(login), cancelled));
  if (session->login_.key) {
    SG_TRY_ASSIGN(session->key_, in_memory(session->login_.key->view()));
    session->key_path_ = "/proc/self/fd/" + std::to_string(session->key_.get());
  }
  SG_TRY_ASSIGN(session->line_, net::client::Line::open());
  return session;
}

Operation Session::begin(const std::string& path) {
  return Operation(*line_, server_, login_, key_path_, cancelled_, path);
}

Result<> Session::list(const std::string& folder, const std::function<void(std::string_view)>& take) {
  Operation operation = begin(join(folder, ""));
  NameReader names(take);
  curl_easy_setopt(operation.easy(), CURLOPT_DIRLISTONLY, 1L);
  operation.set_target([&names](ByteView bytes) { return names.add(bytes); });
  return operation.run();
}

Result<std::optional<RemoteFile>> Session::status(const std::string& path) {
  Operation operation = begin(path);
  curl_easy_setopt(operation.easy(), CURLOPT_NOBODY, 1L);
  curl_easy_setopt(operation.easy(), CURLOPT_FILETIME, 1L);
  const auto done = operation.run();
  RemoteFile file;
  if (!done && done.error().code == kNotFound) return std::nullopt;
  if (!done && done.error().code == kDenied) {
    file.readable = false;
    return file;
  }
  SG_TRY(done);
  curl_off_t size = 0;
  curl_off_t modified = -1;
  curl_easy_getinfo(operation.easy(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
  curl_easy_getinfo(operation.easy(), CURLINFO_FILETIME_T, &modified);
  file.size = static_cast<std::uint64_t>(std::max<curl_off_t>(size, 0));
  file.modified = modified;
  return file;
}

Result<> Session::read(const std::string& path, Sink& sink) {
  Operation operation = begin(path);
  operation.set_target([&sink](ByteView bytes) { return sink.write(bytes); });
  return operation.run();
}

Result<> Session::write(const std::string& path, std::uint64_t size, const std::function<Result<>(Sink&)>& pump) {
  Operation operation = begin(path);
  return operation.run(size, pump);
}

Result<bool> Session::command(const std::string& text) {
  // The root with NOBODY: libcurl does the commands and nothing else.
  Operation operation = begin("/");
  const net::client::HeaderList commands(curl_slist_append(nullptr, text.c_str()));
  if (!commands) return fail(kFailed, "libcurl has no memory for a command");
  curl_easy_setopt(operation.easy(), CURLOPT_NOBODY, 1L);
  curl_easy_setopt(operation.easy(), CURLOPT_QUOTE, commands.get());
  const auto done = operation.run();
  if (!done && operation.result() == CURLE_QUOTE_ERROR) return false;
  SG_TRY(done);
  return true;
}

Result<bool> Session::rename(const std::string& from, const std::string& to) {
  return command("rename " + command_argument(from) + " " + command_argument(to));
}

Result<bool> Session::remove(const std::string& path) {
  return command("rm " + command_argument(path));
}

}  // namespace sealgate::adapters::sftp
