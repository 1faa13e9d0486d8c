#include "store/postgres/tests/cutting_proxy.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>

namespace sealgate::store::postgres::testing_support {
namespace {

constexpr int kLookEvery = 20;  // milliseconds, for the end of the test

sockaddr_un address_in(const std::filesystem::path& folder) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = (folder / ".s.PGSQL.5432").string();
  std::memcpy(address.sun_path, path.c_str(), std::min(path.size(), sizeof address.sun_path - 1));
  return address;
}

/// The bytes that were there; none at the end.
std::size_t pass_on(int from, int to) {
  std::array<char, 65536> block;
  const ssize_t got = ::read(from, block.data(), block.size());
  if (got <= 0) return 0;
  for (ssize_t sent = 0; sent < got;) {
    const ssize_t more = ::send(to, block.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
    if (more <= 0) return 0;
    sent += more;
  }
  return static_cast<std::size_t>(got);
}

}  // namespace

CuttingProxy::CuttingProxy(const std::filesystem::path& server) : server_(server) {
  std::string name = "/var/tmp/sgcut-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) std::abort();
  folder_ = name;
  listener_ = io::FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = address_in(folder_);
  if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::abort();
  if (::listen(listener_.get(), 64) != 0) std::abort();
  acceptor_ = std::thread([this] { accept_all(); });
}

CuttingProxy::~CuttingProxy() {
  ended_ = true;
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void CuttingProxy::accept_all() {
  while (!ended_) {
    pollfd entry{listener_.get(), POLLIN, 0};
    if (::poll(&entry, 1, kLookEvery) <= 0) continue;
    io::FileDescriptor client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    io::FileDescriptor server(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un address = address_in(server_);
    if (::connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) continue;
    const std::scoped_lock lock(mutex_);
    threads_.emplace_back(
        [this, a = client.release(), b = server.release()] { carry(io::FileDescriptor(a), io::FileDescriptor(b)); });
  }
}

void CuttingProxy::carry(io::FileDescriptor client, io::FileDescriptor server) {
  bool answer_is_cut = false;
  while (!ended_) {
    std::array<pollfd, 2> entries{pollfd{client.get(), POLLIN, 0}, pollfd{server.get(), POLLIN, 0}};
    if (::poll(entries.data(), entries.size(), kLookEvery) <= 0) continue;
    if (entries[1].revents != 0) {
      if (answer_is_cut) {
        // It is done over there: the answer is on its way here, and ends here.
        ++cuts_;
        return;
      }
      if (pass_on(server.get(), client.get()) == 0) return;
    }
    if (entries[0].revents != 0) {
      const Cut cut = next_.exchange(Cut::None);
      if (cut == Cut::Request) {
        ++cuts_;
        return;
      }
      answer_is_cut = cut == Cut::Answer;
      if (pass_on(client.get(), server.get()) == 0) return;
    }
  }
}

}  // namespace sealgate::store::postgres::testing_support
