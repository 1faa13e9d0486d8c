// The CMS reader on arbitrary octets, as a whole and in small pieces: both must come to the same result, and content
// that is a further layer is read as one. Seeds: any CMS files; those made for the keys below get furthest.

#include <cstdlib>

#include "cms/der.h"
#include "cms/format.h"
#include "cms/oids.h"
#include "cms/reader.h"

namespace {

using namespace sealgate;
using namespace sealgate::cms;

// Made for this file; they guard nothing.
constexpr std::string_view kEcKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsx+F/L00dfgLKcwf\n"
    "z4wnvRld6w42NxmQgF2WErtNsuOhRANCAAT14TzsPZtv0RbaxoaiRmRMynSpOiFB\n"
    "W3d5ACgcr+puf/yOOeIOutak3Pm7PMBCTWyAERT+sSyw6CEmH22FaSTa\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::string_view kEcCertificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBfDCCASGgAwIBAgIUQHsgcXVsjQz+2YMGR0c5o+NxDRAwCgYIKoZIzj0EAwIw\n"
    "EjEQMA4GA1UEAwwHZnV6ei1lYzAgFw0yNjExMjEwODI2NTVaGA8yMTI2MTAyODA4\n"
    "MjY1NVowEjEQMA4GA1UEAwwHZnV6ei1lYzBZMBMGByqGSM49AgEGCCqGSM49AwEH\n"
    "A0IABPXhPOw9m2/RFtrGhqJGZEzKdKk6IUFbd3kAKByv6m5//I454g661qTc+bs8\n"
    "wEJNbIARFP6xLLDoISYfbYVpJNqjUzBRMB8GA1UdIwQYMBaAFHppNRupT//I/c9D\n"
    "iPLOyjd5yicFMA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFHppNRupT//I/c9D\n"
    "iPLOyjd5yicFMAoGCCqGSM49BAMCA0kAMEYCIQCxfKGtnNcCifWp49KNBs9gEFW8\n"
    "R02nk5q8CY+87nOQTQIhAIIBpGtIZbAXHKJYFa7YnxiRtydF8UwzRGAfhmZY90YZ\n"
    "-----END CERTIFICATE-----\n";
constexpr std::string_view kRsaKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAMgUKWCCDhd45+oP\n"
    "1SFoeUKXC7n0A48oYdlFdyPDSN3Xle8ZQ6V77LQitwQUqZeBii5JYMCUcH0LFHK4\n"
    "oWzR22HX4gWJZOOtQopvK3wPPZcKmcwoPN2H3aEop50KZLQ/FEYO0XtF64zHDEfg\n"
    "yTUmegHvsv01FCAIgpKYmyghP5dtAgMBAAECgYANkTBtFuSVuuEfAgvVxBvU5CEr\n"
    "btx+7KIV9ZvqlOdwA5prKC9qHUkjvebjI/OMDoCsOtWQuYAXOpUcYmCv3Fsf3I/k\n"
    "TZIpdjCqB6Z5qrLLsgLGqvRjTjXQLbHP9g7T3f9535W0TBBR2GugoSqVY9RdVAjk\n"
    "kEeTJ5HfXV9CFJ+ukQJBAPcZR4j9DwFGACRf5paQ3EH99sQuMwM6EHy4HmGO1SfS\n"
    "8rcYT2RG+kFSdZe8Lss0yVf6akrmCxLe72UIzfiUficCQQDPSUS2/TNa/EwPUSdC\n"
    "9aLF7oQup05t/jbVwgGMGjI520FsfFi2Saz6dysu0/aMetfKvzjAdyiYQjrdAw+C\n"
    "M45LAkBGgYQT5oE9j8fCmUqmc7clbV3YJIaRySOjMrYYiDTyJBL1g45DwqztrqW3\n"
    "Ig8IFIvO+rkRngpS3CHa5mQ/Jb/JAkEAqbrl4Cx+A695HEWoL2TxDr+aTpVCXEB/\n"
    "aBK+r5i3rbZB4PIEteaoFELGAkcfp7HixqpDbx1jCSGaD2S1KzjJ9wJBAJKz88FW\n"
    "RaVIQwvcQ01kDzzOED2uxjg5vZ3MyqBjC5WkwZjdP2qbn6gzYb5AtlJcEO2oPPiO\n"
    "0gMadMXRbnH54to=\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::string_view kRsaCertificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIICBDCCAW2gAwIBAgIUJwI6aKxjL66MTawbEc3nopg5QeEwDQYJKoZIhvcNAQEL\n"
    "BQAwEzERMA8GA1UEAwwIZnV6ei1yc2EwIBcNMjYxMTIxMDgyNjU1WhgPMjEyNjEw\n"
    "MjgwODI2NTVaMBMxETAPBgNVBAMMCGZ1enotcnNhMIGfMA0GCSqGSIb3DQEBAQUA\n"
    "A4GNADCBiQKBgQDIFClggg4XeOfqD9UhaHlClwu59AOPKGHZRXcjw0jd15XvGUOl\n"
    "e+y0IrcEFKmXgYouSWDAlHB9CxRyuKFs0dth1+IFiWTjrUKKbyt8Dz2XCpnMKDzd\n"
    "h92hKKedCmS0PxRGDtF7ReuMxwxH4Mk1JnoB77L9NRQgCIKSmJsoIT+XbQIDAQAB\n"
    "o1MwUTAdBgNVHQ4EFgQUC4oolwH6GguW6uEgV1lgOw4H40cwHwYDVR0jBBgwFoAU\n"
    "C4oolwH6GguW6uEgV1lgOw4H40cwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0B\n"
    "AQsFAAOBgQCaZqo3CARFCPJGpKbrDJxxjcUqZuO6rHkd3lGvD19xXUBqwdNKIweH\n"
    "12XHQnAagSqkrt118xt/pLXXpFUT6lMwpY8I0I1BU/W7lV+8X9p9+OsGG5C9R9K8\n"
    "wUlukg1wSDHtlz+Ze9WfWN5KuMgTnnM0+6CnbW/wTKd5KgBnW5NnLg==\n"
    "-----END CERTIFICATE-----\n";

certificates::Certificate certificate(std::string_view pem) {
  BufferSink der;
  const auto decoder = make_format_decoder(Format::Pem, der);
  if (!decoder->write(as_bytes(pem)) || !decoder->finish()) std::abort();
  auto parsed = certificates::Certificate::from_der(der.bytes());
  if (!parsed) std::abort();
  return std::move(*parsed);
}

const MemoryKeyProvider& keys() {
  static const auto kKeys = [] {
    auto provider = std::make_unique<MemoryKeyProvider>();
    auto ec = crypto::PrivateKey::load(as_bytes(kEcKey));
    auto rsa = crypto::PrivateKey::load(as_bytes(kRsaKey));
    if (!ec || !rsa) std::abort();
    provider->add(std::move(*ec), certificate(kEcCertificate));
    provider->add(*rsa, certificate(kRsaCertificate));
    provider->add(std::move(*rsa));  // tried against every RSA recipient
    provider->add_secret(Secret(Bytes(16, 0x11)));
    provider->add_secret(Secret(Bytes(24, 0x22)));
    provider->add_password(Secret::from_text("abc"));
    return provider;
  }();
  return *kKeys;
}

ReaderOptions options() {
  ReaderOptions result;
  result.keys = &keys();
  result.limits.structure = 64 * 1024;
  result.limits.certificates = 256 * 1024;
  result.limits.signers = 8;
  result.limits.recipients = 20;
  result.limits.content = 1024 * 1024;
  result.limits.pure_signature = 64 * 1024;
  result.limits.expansion_allowance = 256 * 1024;
  result.limits.expansion_ratio = 10;
  result.limits.password_iterations = 1000;
  return result;
}

class Collector final : public ContentHandler {
 public:
  Result<Sink*> on_content(const Layer&) override { return &content; }
  BufferSink content;
};

struct Outcome {
  std::string error;
  Bytes content;
  std::string type;
  friend bool operator==(const Outcome& a, const Outcome& b) {
    return a.error == b.error && a.content == b.content && a.type == b.type;
  }
};

Outcome read(ByteView input, const ReaderOptions& reader_options, std::size_t chunk, bool sniff) {
  Collector collector;
  CmsReader reader(collector, reader_options);
  const auto decoder = sniff ? make_auto_decoder(reader) : nullptr;
  Sink& sink = sniff ? *decoder : reader;
  Result<> status;
  while (status && !input.empty()) {
    const ByteView part = input.first(std::min(chunk, input.size()));
    input = input.subspan(part.size());
    status = sink.write(part);
  }
  if (status) status = sink.finish();
  const Layer& layer = reader.layer();
  for (const Signer& signer : layer.signers) static_cast<void>(signer.algorithms());
  static_cast<void>(layer.algorithms());
  Outcome outcome{{}, collector.content.take(), layer.content_type};
  if (!status) outcome.error = status.error().code.id;
  if (outcome.error.empty() && layer.error) outcome.error = layer.error->code.id;
  // A reader that failed may have delivered more or less of the content before.
  if (!status) outcome.content.clear();
  return outcome;
}

void read_layers(ByteView input, ReaderOptions reader_options, int depth) {
  const Outcome whole = read(input, reader_options, input.size() + 1, false);
  const Outcome pieces = read(input, reader_options, 7, false);
  if (!(whole == pieces)) std::abort();
  const bool inner = layer_kind_from_oid(whole.type).has_value() && !whole.content.empty();
  if (depth == 0 || !inner) return;
  reader_options.bare_type = whole.type;
  read_layers(whole.content, reader_options, depth - 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  ReaderOptions reader_options = options();
  // What is not in the input itself varies with its size.
  constexpr std::string_view kBare[] = {"", oids::kSignedData, oids::kEnvelopedData, oids::kAuthEnvelopedData,
                                        oids::kCompressedData};
  reader_options.bare_type = kBare[size % std::size(kBare)];
  reader_options.accept_gcm_in_enveloped_data = size % 2 == 0;
  read_layers(input, reader_options, 3);
  read(input, reader_options, 100, true);
  return 0;
}
