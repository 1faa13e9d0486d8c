#include "certificates/openssl_handles.h"

#include <openssl/sha.h>

#include <ctime>

namespace sealgate::certificates {

Time to_time(const ASN1_TIME* time, Time fallback) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return fallback;
  using namespace std::chrono;
  const year_month_day date = year(parts.tm_year + 1900) / month(static_cast<unsigned>(parts.tm_mon + 1)) /
                              day(static_cast<unsigned>(parts.tm_mday));
  if (!date.ok()) return fallback;
  return sys_days(date) + hours(parts.tm_hour) + minutes(parts.tm_min) + seconds(parts.tm_sec);
}

std::string name_to_string(const X509_NAME* name, bool readable) {
  if (name == nullptr) return {};
  const BioHandle out(BIO_new(BIO_s_mem()));
  if (!out) return {};
  unsigned long flags = XN_FLAG_RFC2253;
  if (readable) flags &= ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (X509_NAME_print_ex(out.get(), name, 0, flags) < 0) return {};
  char* text = nullptr;
  const long length = BIO_get_mem_data(out.get(), &text);
  return length > 0 ? std::string(text, static_cast<std::size_t>(length)) : std::string();
}

std::string oid_to_string(const ASN1_OBJECT* object) {
  char text[128];
  const int length = OBJ_obj2txt(text, sizeof text, object, 1);
  if (length <= 0) return {};
  if (static_cast<std::size_t>(length) < sizeof text) return {text, static_cast<std::size_t>(length)};
  std::string longer(static_cast<std::size_t>(length) + 1, '\0');
  OBJ_obj2txt(longer.data(), static_cast<int>(longer.size()), object, 1);
  longer.resize(static_cast<std::size_t>(length));
  return longer;
}

NameHandle parse_name(ByteView der) {
  if (der.empty()) return {};
  const ErrorQueueGuard guard;
  const unsigned char* cursor = der.data();
  return NameHandle(d2i_X509_NAME(nullptr, &cursor, static_cast<long>(der.size())));
}

ByteView minimal_number(ByteView number) {
  while (number.size() > 1 && ((number[0] == 0x00 && number[1] < 0x80) || (number[0] == 0xFF && number[1] >= 0x80))) {
    number = number.subspan(1);
  }
  return number;
}

Bytes key_id_of_bits(const X509* certificate) {
  const ASN1_BIT_STRING* bits = X509_get0_pubkey_bitstr(certificate);
  if (bits == nullptr) return {};
  Bytes digest(SHA_DIGEST_LENGTH);
  SHA1(ASN1_STRING_get0_data(bits), static_cast<std::size_t>(ASN1_STRING_length(bits)), digest.data());
  return digest;
}

}  // namespace sealgate::certificates
