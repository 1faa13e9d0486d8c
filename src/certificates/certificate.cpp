// Loading, names, numbers and dates; the extensions are in certificate_extensions.cpp, the key in
// certificate_key.cpp.
#include "certificates/certificate.h"

#include <openssl/sha.h>

#include <algorithm>

#include "base/text.h"
#include "certificates/certificate_cache.h"
#include "certificates/certificate_data.h"
#include "certificates/errors.h"

namespace sealgate::certificates {
namespace {

constexpr Time kFarPast{std::chrono::sys_days{std::chrono::year(1) / 1 / 1}};
constexpr Time kFarFuture{std::chrono::sys_days{std::chrono::year(9999) / 12 / 31}};

/// At most 512 certificates of at most 16 KiB: ordinary ones have one or two.
constexpr std::size_t kCachedCertificates = 512;
constexpr std::size_t kLargestCached = std::size_t{16} * 1024;

bool is_padding(Byte byte) {
  return byte == 0 || byte == '\n' || byte == '\r' || byte == ' ' || byte == '\t';
}

Thumbprint thumbprint_sha1(ByteView der) {
  std::array<Byte, 20> digest{};
  SHA1(der.data(), der.size(), digest.data());
  return Thumbprint::sha1(digest);
}

Thumbprint thumbprint_sha256(ByteView der) {
  std::array<Byte, 32> digest{};
  SHA256(der.data(), der.size(), digest.data());
  return Thumbprint::sha256(digest);
}

bool equal(ByteView a, ByteView b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

/// Valid as long as the name.
ByteView name_view(const X509_NAME* name) {
  const unsigned char* der = nullptr;
  std::size_t size = 0;
  if (name == nullptr || X509_NAME_get0_der(name, &der, &size) != 1) return {};
  return {der, size};
}

Bytes name_der(const X509_NAME* name) {
  const ByteView der = name_view(name);
  return {der.begin(), der.end()};
}

Bytes serial_of(const X509* x509) {
  const Bytes der = encode_der<const ASN1_INTEGER>(i2d_ASN1_INTEGER, X509_get0_serialNumber(x509));
  if (der.size() < 3) return {};
  const std::size_t header = der[1] < 0x80 ? 2 : 2 + (der[1] & 0x7FU);
  return header < der.size() ? Bytes(der.begin() + static_cast<std::ptrdiff_t>(header), der.end()) : Bytes();
}

std::pair<Time, Time> validity_of(const X509* x509) {
  return {to_time(X509_get0_notBefore(x509), kFarFuture), to_time(X509_get0_notAfter(x509), kFarPast)};
}

std::string name_entry(const X509_NAME* name, int nid) {
  const int index = X509_NAME_get_index_by_NID(name, nid, -1);
  if (index < 0) return {};
  unsigned char* text = nullptr;
  const int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
  const OpensslMemory owner(text);
  if (length <= 0) return {};
  return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(length)};
}

}  // namespace

Result<Certificate> Certificate::from_der(ByteView der) {
  static CertificateCache<Data> cache(kCachedCertificates);
  const Thumbprint digest = certificates::thumbprint_sha256(der);
  if (der.size() <= kLargestCached) {
    if (auto known = cache.find(digest)) return Certificate(std::move(known));
  }
  const ErrorQueueGuard guard;
  const unsigned char* cursor = der.data();
  X509Handle x509(der.empty() ? nullptr : d2i_X509(nullptr, &cursor, static_cast<long>(der.size())));
  if (!x509) {
    return fail(kMalformedCertificate, "this is not a certificate in DER form", {},
                "export the certificate again, as DER or Base-64 (PEM)");
  }
  const auto used = static_cast<std::size_t>(cursor - der.data());
  const ByteView rest = der.subspan(used);
  if (!std::all_of(rest.begin(), rest.end(), is_padding)) {
    return fail(kMalformedCertificate, std::to_string(rest.size()) + " bytes follow the certificate",
                "offset " + std::to_string(used), "import files with several certificates as PEM or PKCS#7");
  }
  // OpenSSL reads the extensions on first use; doing it now keeps every later call read-only.
  X509_check_purpose(x509.get(), -1, 0);
  const ByteView own = der.first(used);
  auto data =
      std::make_shared<const Data>(std::move(x509), Bytes(own.begin(), own.end()), certificates::thumbprint_sha1(own),
                                   rest.empty() ? digest : certificates::thumbprint_sha256(own));
  if (rest.empty() && used <= kLargestCached) cache.insert(digest, data);
  return Certificate(std::move(data));
}

Result<Certificate> Certificate::from_native(x509_st* native) {
  const ErrorQueueGuard guard;
  const Bytes der = native == nullptr ? Bytes() : encode_der<const X509>(i2d_X509, native);
  return from_der(der);
}

ByteView Certificate::der() const {
  return data_->der;
}
const Thumbprint& Certificate::thumbprint() const {
  return data_->sha1;
}
const Thumbprint& Certificate::thumbprint_sha256() const {
  return data_->sha256;
}
bool Certificate::has_thumbprint(const Thumbprint& thumbprint) const {
  return thumbprint == (thumbprint.kind() == Thumbprint::Kind::Sha1 ? data_->sha1 : data_->sha256);
}
x509_st* Certificate::native() const {
  return data_->x509.get();
}

std::string Certificate::subject() const {
  return data_->subject.get([this] { return name_to_string(X509_get_subject_name(native()), false); });
}
std::string Certificate::issuer() const {
  return data_->issuer.get([this] { return name_to_string(X509_get_issuer_name(native()), false); });
}
std::string Certificate::display_subject() const {
  return name_to_string(X509_get_subject_name(native()), true);
}

std::string Certificate::short_name() const {
  const X509_NAME* name = X509_get_subject_name(native());
  std::string text = name_entry(name, NID_commonName);
  if (text.empty()) {
    const std::vector<std::string> emails = email_addresses();
    if (!emails.empty()) text = emails.front();
  }
  if (text.empty()) text = name_entry(name, NID_organizationName);
  return text.empty() ? subject() : text;
}

Bytes Certificate::subject_der() const {
  return name_der(X509_get_subject_name(native()));
}
Bytes Certificate::issuer_der() const {
  return name_der(X509_get_issuer_name(native()));
}
bool Certificate::self_issued() const {
  return X509_NAME_cmp(X509_get_subject_name(native()), X509_get_issuer_name(native())) == 0;
}
bool Certificate::self_signed() const {
  return data_->self_signed.get([this] {
    const ErrorQueueGuard guard;
    return X509_self_signed(native(), 1) == 1;
  });
}

Bytes Certificate::serial() const {
  return data_->serial.get([this] { return serial_of(native()); });
}

std::string Certificate::serial_hex() const {
  const ASN1_INTEGER* number = X509_get0_serialNumber(native());
  // OpenSSL keeps the magnitude and the sign apart.
  std::string digits =
      to_hex_upper({ASN1_STRING_get0_data(number), static_cast<std::size_t>(ASN1_STRING_length(number))});
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) digits = "0";
  const bool negative = (ASN1_STRING_type(number) & V_ASN1_NEG) != 0;
  return negative ? "-" + digits : digits;
}

bool Certificate::matches_issuer_and_serial(ByteView issuer_name_der, ByteView serial_content) const {
  const Bytes& number = data_->serial.get([this] { return serial_of(native()); });
  if (serial_content.empty() || !equal(minimal_number(number), minimal_number(serial_content))) return false;
  const X509_NAME* const issuer = X509_get_issuer_name(native());
  if (equal(name_view(issuer), issuer_name_der)) return true;
  const NameHandle name = parse_name(issuer_name_der);
  return name && X509_NAME_cmp(name.get(), issuer) == 0;
}

Time Certificate::not_before() const {
  return data_->validity.get([this] { return validity_of(native()); }).first;
}
Time Certificate::not_after() const {
  return data_->validity.get([this] { return validity_of(native()); }).second;
}

std::string Certificate::signature_algorithm() const {
  const int nid = X509_get_signature_nid(native());
  if (nid != NID_undef) return OBJ_nid2ln(nid);
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, native());
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  return oid_to_string(object);
}

std::optional<crypto::DigestAlgorithm> Certificate::signature_digest() const {
  int digest = NID_undef;  // looks into the parameters of RSA-PSS, too
  if (X509_get_signature_info(native(), &digest, nullptr, nullptr, nullptr) != 1 || digest == NID_undef) {
    return std::nullopt;
  }
  return crypto::digest_from_name(OBJ_nid2sn(digest));
}

int Certificate::version() const {
  return static_cast<int>(X509_get_version(native())) + 1;
}

}  // namespace sealgate::certificates
