#include "hosts/secret_sources.h"

#include "hosts/errors.h"
#include "io/secret_source.h"

namespace sealgate::hosts {
namespace {

constexpr std::size_t kMaxPassword = 1024;
constexpr std::size_t kMaxKey = std::size_t{64} * 1024;

struct Codes {
  ErrorCode missing;
  ErrorCode open;
};

Result<Secret> checked(tl::expected<Secret, io::SecretFailure> read, Codes codes, const std::string& what,
                       const std::string& place) {
  if (read) return std::move(*read);
  const io::SecretFailure& failure = read.error();
  const bool open = failure.kind == io::PrivateFileFailure::Kind::NotPrivate;
  return fail(open ? codes.open : codes.missing, what + " cannot be used: " + failure.place + " " + failure.what,
              place,
              open ? "give it to the user that runs this and take it from all others: chmod 600; if others could "
                     "read it, change the secret"
                   : "put the secret into it, then resume");
}

}  // namespace

Result<Secret> password_in(const std::string& source, const std::string& what, const std::string& place) {
  return checked(io::read_secret(source, kMaxPassword), {kPasswordMissing, kPasswordNotPrivate}, what, place);
}

Result<Secret> key_in(const std::string& source, const std::string& place) {
  return checked(io::read_secret_file(source, kMaxKey), {kKeyFileMissing, kKeyFileNotPrivate}, "the private key",
                 place);
}

adapters::CredentialSource password_at(const std::string& user, const std::string& source, const std::string& place) {
  return [user, source, place](const adapters::OutboundMessage&) -> Result<adapters::Credentials> {
    SG_TRY_ASSIGN(Secret password, password_in(source, "the password of " + user, place));
    return adapters::Credentials{user, std::make_shared<const Secret>(std::move(password))};
  };
}

}  // namespace sealgate::hosts
