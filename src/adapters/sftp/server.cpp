#include "adapters/sftp/server.h"

#include "crypto/constant_time.h"

namespace sealgate::adapters::sftp {
namespace {

bool same(const std::shared_ptr<const Secret>& a, const std::shared_ptr<const Secret>& b) {
  return a && b ? crypto::constant_time_equal(a->view(), b->view()) : !a && !b;
}

}  // namespace

std::string Server::url() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return "sftp://" + (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string Server::url(std::string_view path) const {
  return url() + (path.starts_with('/') ? "" : "/~/") + std::string(path);
}

bool Login::is_same(const Login& other) const {
  return user == other.user && same(password, other.password) && same(key, other.key) &&
         same(key_passphrase, other.key_passphrase);
}

}  // namespace sealgate::adapters::sftp
