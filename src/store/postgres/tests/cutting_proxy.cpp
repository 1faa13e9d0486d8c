#include "store/postgres/tests/cutting_proxy.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <string_view>

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

/// What was there to be read; nothing at the end.
std::string_view read_some(int from, std::array<char, 65536>& block) {
  const ssize_t got = ::read(from, block.data(), block.size());
  return {block.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

/// False: nobody takes it any more.
bool send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
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
  std::array<char, 65536> block;
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
      const auto answer = read_some(server.get(), block);
      if (answer.empty() || !send_all(client.get(), answer)) return;
    }
    if (entries[0].revents != 0) {
      // Who leaves has not used up the cut that was asked for: it stays for the next who says something.
      const auto request = read_some(client.get(), block);
      if (request.empty()) break;
      const Cut cut = next_ != Cut::None && passing_-- > 0 ? Cut::None : next_.exchange(Cut::None);
      if (cut == Cut::Request) {
        ++cuts_;
        return;
      }
      if (cut == Cut::Answer) answer_is_cut = true;
      if (!send_all(server.get(), request)) break;
    }
  }
  if (answer_is_cut) next_ = Cut::Answer;
}

}  // namespace sealgate::store::postgres::testing_support
