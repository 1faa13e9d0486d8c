// Key usage, constraints, identifiers and alternative names of a certificate.

#include <algorithm>

#include "base/text.h"
#include "certificates/certificate_data.h"

namespace sealgate::certificates {
namespace {

template <typename T, auto Free>
std::unique_ptr<T, Deleter<Free>> extension(const X509* x509, int nid) {
  const ErrorQueueGuard guard;
  return std::unique_ptr<T, Deleter<Free>>(static_cast<T*>(X509_get_ext_d2i(x509, nid, nullptr, nullptr)));
}

bool has_extension(const X509* x509, int nid) {
  return X509_get_ext_by_NID(x509, nid, -1) >= 0;
}

std::optional<Bytes> octets(const ASN1_OCTET_STRING* string) {
  if (string == nullptr) return std::nullopt;
  const unsigned char* data = ASN1_STRING_get0_data(string);
  return Bytes(data, data + ASN1_STRING_length(string));
}

/// Names with zeros or control characters inside are traps for whoever compares them (CVE-2009-2408).
bool is_plain(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7F;
  });
}

std::string to_utf8(const ASN1_STRING* string) {
  const ErrorQueueGuard guard;
  unsigned char* text = nullptr;
  const int length = ASN1_STRING_to_UTF8(&text, string);
  const OpensslMemory owner(text);
  return length > 0 ? std::string(reinterpret_cast<const char*>(text), static_cast<std::size_t>(length))
                    : std::string();
}

void add_unique(std::vector<std::string>& list, std::string text) {
  if (is_plain(text) &&
      std::none_of(list.begin(), list.end(), [&](const auto& have) { return iequals(have, text); })) {
    list.push_back(std::move(text));
  }
}

void add_general_names(std::vector<std::string>& list, const GENERAL_NAMES* names, int type) {
  for (int index = 0; index < sk_GENERAL_NAME_num(names); ++index) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, index);
    if (name->type == type) add_unique(list, to_utf8(name->d.ia5));
  }
}

void add_alternative_names(std::vector<std::string>& list, const X509* x509, int type) {
  const auto names = extension<GENERAL_NAMES, GENERAL_NAMES_free>(x509, NID_subject_alt_name);
  if (names) add_general_names(list, names.get(), type);
}

std::optional<std::uint16_t> key_usage_of(const X509* x509) {
  if (!has_extension(x509, NID_key_usage)) return std::nullopt;
  const auto bits = extension<ASN1_BIT_STRING, ASN1_BIT_STRING_free>(x509, NID_key_usage);
  std::uint16_t usage = 0;  // present but unreadable: nothing is allowed
  for (int bit = 0; bits && bit < 9; ++bit) {
    if (ASN1_BIT_STRING_get_bit(bits.get(), bit) == 1) usage = static_cast<std::uint16_t>(usage | (1U << bit));
  }
  return usage;
}

std::optional<std::vector<std::string>> extended_key_usage_of(const X509* x509) {
  if (!has_extension(x509, NID_ext_key_usage)) return std::nullopt;
  std::vector<std::string> usages;
  const auto list = extension<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>(x509, NID_ext_key_usage);
  for (int index = 0; list && index < sk_ASN1_OBJECT_num(list.get()); ++index) {
    usages.push_back(oid_to_string(sk_ASN1_OBJECT_value(list.get(), index)));
  }
  return usages;
}

std::vector<std::string> emails_of(const X509* x509) {
  std::vector<std::string> list;
  const X509_NAME* name = X509_get_subject_name(x509);
  for (int index = -1; (index = X509_NAME_get_index_by_NID(name, NID_pkcs9_emailAddress, index)) >= 0;) {
    add_unique(list, to_utf8(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index))));
  }
  add_alternative_names(list, x509, GEN_EMAIL);
  return list;
}

}  // namespace

std::optional<Bytes> Certificate::subject_key_id() const {
  return octets(X509_get0_subject_key_id(native()));
}
std::optional<Bytes> Certificate::authority_key_id() const {
  return octets(X509_get0_authority_key_id(native()));
}

bool Certificate::matches_key_id(ByteView key_id) const {
  if (key_id.empty()) return false;
  const std::optional<Bytes> own = subject_key_id();
  if (own) return std::equal(own->begin(), own->end(), key_id.begin(), key_id.end());
  const Bytes digest = key_id_of_bits(native());
  return std::equal(digest.begin(), digest.end(), key_id.begin(), key_id.end());
}

std::optional<std::uint16_t> Certificate::key_usage() const {
  return data_->key_usage.get([this] { return key_usage_of(native()); });
}

bool Certificate::allows(KeyUsage usage) const {
  const std::optional<std::uint16_t> bits = key_usage();
  return !bits || (*bits & static_cast<std::uint16_t>(usage)) != 0;
}

std::optional<std::vector<std::string>> Certificate::extended_key_usage() const {
  return data_->extended_key_usage.get([this] { return extended_key_usage_of(native()); });
}

std::optional<BasicConstraints> Certificate::basic_constraints() const {
  const auto value = extension<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>(native(), NID_basic_constraints);
  if (!value) return std::nullopt;
  BasicConstraints constraints;
  constraints.ca = value->ca != 0;
  if (value->pathlen != nullptr) {
    std::uint64_t length = 0;
    if (ASN1_INTEGER_get_uint64(&length, value->pathlen) == 1) constraints.path_length = length;
  }
  return constraints;
}

bool Certificate::is_ca() const {
  // 1: basic constraints say so; 3: a self-signed version 1 certificate, as old roots are. The other answers of
  // X509_check_ca are guesses from key usage.
  const int answer = X509_check_ca(native());
  return answer == 1 || answer == 3;
}

std::vector<std::string> Certificate::email_addresses() const {
  return data_->emails.get([this] { return emails_of(native()); });
}

std::vector<std::string> Certificate::dns_names() const {
  std::vector<std::string> list;
  add_alternative_names(list, native(), GEN_DNS);
  return list;
}

std::vector<std::string> Certificate::crl_distribution_points() const {
  std::vector<std::string> list;
  const auto points = extension<CRL_DIST_POINTS, CRL_DIST_POINTS_free>(native(), NID_crl_distribution_points);
  for (int index = 0; points && index < sk_DIST_POINT_num(points.get()); ++index) {
    const DIST_POINT* point = sk_DIST_POINT_value(points.get(), index);
    if (point->distpoint != nullptr && point->distpoint->type == 0) {
      add_general_names(list, point->distpoint->name.fullname, GEN_URI);
    }
  }
  return list;
}

}  // namespace sealgate::certificates
