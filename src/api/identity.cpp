#include "api/identity.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <set>

#include "api/errors.h"
#include "certificates/export.h"
#include "certificates/import.h"
#include "certificates/self_signed.h"
#include "io/file.h"
#include "io/private_file.h"

namespace sealgate::api {
namespace {

constexpr std::chrono::hours kLife{24 * 397};  ///< browsers take no longer ones
constexpr std::chrono::hours kRenew{24 * 30};
constexpr std::size_t kMaxFile = std::size_t{256} * 1024;

struct Place {
  std::filesystem::path certificate, key;
};

Place place_in(const std::filesystem::path& data) {
  return {data / "api" / "tls.pem", data / "api" / "tls.key"};
}

tl::unexpected<Error> no_identity(const std::string& what, const std::filesystem::path& where) {
  return fail(kNoIdentity, what, where.string(), "mend or remove it; without it a new one is made");
}

std::string computer_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  const std::string text = name.data();
  const bool plain =
      !text.empty() && text.size() <= 64 &&
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") == std::string::npos;
  return plain ? text : "localhost";
}

Result<OwnIdentity> read(const Place& place) {
  auto pem = io::read_file(place.certificate.string(), kMaxFile);
  if (!pem) return no_identity("the certificate of the API cannot be read: " + pem.error().what, place.certificate);
  auto key = io::read_private_file(place.key.string(), kMaxFile, io::PrivateFileOwner::Caller);
  if (!key) return no_identity("the private key of the API cannot be read, or others may read it", place.key);
  const auto bundle = certificates::import_bundle(*pem);
  if (!bundle || bundle->certificates.empty()) {
    return no_identity("this is no certificate", place.certificate);
  }
  OwnIdentity own{{std::move(*pem), std::make_shared<const Secret>(std::move(*key))},
                  bundle->certificates.front().certificate,
                  false};
  return own;
}

Result<> make(const Place& place, const std::string& address, Time now) {
  SG_TRY_ASSIGN(const crypto::PrivateKey key, crypto::generate_ec("P-256"));
  const std::string name = computer_name();
  std::set<std::string> names{name, "localhost"};
  std::set<std::string> addresses{"127.0.0.1", "::1"};
  if (address != "0.0.0.0" && address != "::") addresses.insert(address);
  certificates::SelfSignedRequest request;
  request.common_name = name;
  request.dns_names = {names.begin(), names.end()};
  request.addresses = {addresses.begin(), addresses.end()};
  request.not_before = now - std::chrono::hours(1);  // clocks of browsers differ
  request.not_after = now + kLife;
  SG_TRY_ASSIGN(const auto certificate, certificates::make_self_signed(request, key));
  SG_TRY_ASSIGN(const Secret pem, key.pem());
  if (::mkdir(place.key.parent_path().c_str(), 0700) != 0 && errno != EEXIST) {
    return no_identity("the folder for the certificate of the API cannot be made", place.key.parent_path());
  }
  // The key first: a certificate without its key would be an error at the next start.
  SG_TRY(io::write_file_atomically(place.key.string(), pem.view(), 0600));
  return io::write_file_atomically(place.certificate.string(), as_bytes(certificates::export_pem({&certificate, 1})),
                                   0644);
}

}  // namespace

Result<OwnIdentity> own_identity(const std::filesystem::path& data, const std::string& address, Time now) {
  const Place place = place_in(data);
  std::error_code problem;
  if (std::filesystem::exists(place.certificate, problem)) {
    SG_TRY_ASSIGN(auto own, read(place));
    if (!own.certificate.self_signed() || own.certificate.not_after() - now > kRenew) return own;
  }
  SG_TRY(make(place, address, now));
  SG_TRY_ASSIGN(auto own, read(place));
  own.made = true;
  return own;
}

}  // namespace sealgate::api
