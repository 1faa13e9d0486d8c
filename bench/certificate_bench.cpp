// Very many certificates and parties in a store: how long it takes to find one by each of the names that messages and
// people give it.
//
// usage: sealgate_bench_certificates fill  DATA STORE CERTIFICATES PARTIES   (STORE: sqlite or postgresql://…)
//        sealgate_bench_certificates find  DATA STORE CERTIFICATES LOOKUPS   (prints JSON: microseconds)
//
// `fill` writes certificates of one authority and one key with the numbers 1, 2, 3, …; party N owns certificate N.

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "artifacts/artifact_store.h"
#include "bench/must.h"
#include "certificates/certificate_lookup.h"
#include "certificates/certificate_store.h"
#include "pipeline/party_index.h"
#include "store/backends/open_store.h"

namespace {

using namespace sealgate;
using bench::must;
using namespace sealgate::certificates;

Certificate issue(EVP_PKEY* key, long number) {
  const std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), X509_free);
  X509_set_version(x509.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), number);
  const auto name = [&](X509_NAME* target, const std::string& text) {
    X509_NAME_add_entry_by_txt(target, "O", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("Partners"), -1, -1,
                               0);
    X509_NAME_add_entry_by_txt(target, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.c_str()), -1,
                               -1, 0);
  };
  name(X509_get_subject_name(x509.get()), "Partner " + std::to_string(number));
  name(X509_get_issuer_name(x509.get()), "Authority");
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), -86400);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), 86400L * 365);
  X509_set_pubkey(x509.get(), key);
  const std::string id = "0123456789ABCDEF" + std::to_string(100'000'000 + number);
  const std::string hex = id.size() % 2 == 0 ? id : id + "0";
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_key_identifier, hex.c_str());
  X509_add_ext(x509.get(), extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(x509.get(), key, nullptr);
  return must(Certificate::from_native(x509.get()));
}

std::unique_ptr<store::Store> open(const std::string& data, const std::string& url) {
  store::StoreLocation location;
  location.data = data;
  location.url = url;
  location.access = store::Access::Tool;
  static const SystemClock clock;
  return must(store::open_store(location, clock));
}

const StoreId kPartners{StoreName::OtherPeople, {}};

void fill(store::Store& store, long certificates, long parties) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"),
                                                                EVP_PKEY_free);
  auto [revision, set] = must(store.artifacts().load());
  for (long number = 1; number <= certificates; ++number) {
    const Certificate certificate = issue(key.get(), number);
    (void)must(store.certificates().add(kPartners, {certificate}));
    if (number > parties) continue;
    artifacts::Party party;
    party.name = "Partner " + std::to_string(number);
    party.verification_certificates.push_back({certificate.thumbprint_sha256()});
    party.aliases.push_back({"account", "WindowsUser", "PARTNERS\\user" + std::to_string(number)});
    set.put(party);
  }
  (void)must(store.artifacts().replace(set, revision, SystemClock().now(), {}));
}

Bytes content_octets(long number) {
  Bytes octets;
  for (; number > 0; number >>= 8) octets.insert(octets.begin(), static_cast<Byte>(number & 0xFF));
  if (octets.front() >= 0x80) octets.insert(octets.begin(), 0);
  return octets;
}

/// Microseconds of the median and of the slowest but one in a hundred.
void measure(const char* name, std::size_t lookups, const std::function<bool(std::size_t)>& look_up) {
  std::vector<double> taken;
  for (std::size_t i = 0; i < lookups; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const bool found = look_up(i);
    taken.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
    if (!found) {
      std::fprintf(stderr, "%s: not found\n", name);
      std::exit(1);
    }
  }
  std::ranges::sort(taken);
  std::printf(", \"%s\": {\"median\": %.1f, \"p99\": %.1f}", name, taken[taken.size() / 2],
              taken[taken.size() * 99 / 100]);
}

/// Each kind with a finder that remembers nothing yet.
void find(store::Store& store, long certificates, std::size_t lookups) {
  std::mt19937 random(2026);
  std::uniform_int_distribution<long> any(1, certificates);
  const auto begin = std::chrono::steady_clock::now();
  const auto set = must(store.artifacts().load()).set;
  const pipeline::PartyIndex parties(set);
  const std::chrono::duration<double, std::milli> loading = std::chrono::steady_clock::now() - begin;
  const Bytes issuer = must(store.certificates().page(kPartners, {.limit = 1})).front().certificate.issuer_der();
  std::vector<Certificate> sample;
  std::printf("{\"parties\": %zu, \"load_parties_ms\": %.1f", set.parties.size(), loading.count());
  const auto finder = [&store] { return find_in_store(store.certificates(), kPartners); };
  const auto one = [&](const CertificateFinder& from, const CertificateQuery& query) {
    const auto found = must(from.find(query));
    if (found.size() == 1) sample.push_back(found.front());
    return found.size() == 1;
  };
  auto fresh = finder();
  measure("issuer_and_serial", lookups, [&](std::size_t) {
    return one(*fresh, CertificateQuery::by_issuer_and_serial(issuer, content_octets(any(random))));
  });
  const std::vector<Certificate> known = std::move(sample);
  fresh = finder();
  measure("key_id", lookups,
          [&](std::size_t i) { return one(*fresh, CertificateQuery::by_key_id(*known[i].subject_key_id())); });
  fresh = finder();
  measure("subject", lookups,
          [&](std::size_t i) { return one(*fresh, CertificateQuery::by_subject(known[i].subject_der())); });
  fresh = finder();
  measure("thumbprint_sha256", lookups,
          [&](std::size_t i) { return must(fresh->find(known[i].thumbprint_sha256())).has_value(); });
  measure("thumbprint_sha1", lookups,
          [&](std::size_t i) { return must(fresh->find(known[i].thumbprint())).has_value(); });
  measure("remembered", lookups,
          [&](std::size_t i) { return must(fresh->find(known[i].thumbprint_sha256())).has_value(); });
  measure("party", lookups, [&](std::size_t i) {
    return !parties.owners(set.parties[i % set.parties.size()].verification_certificates.front().certificate).empty();
  });
  std::printf("}\n");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: sealgate_bench_certificates fill|find DATA STORE CERTIFICATES PARTIES|LOOKUPS\n");
    return 2;
  }
  const auto store = open(argv[2], argv[3]);
  const long certificates = std::strtol(argv[4], nullptr, 10);
  const long more = std::strtol(argv[5], nullptr, 10);
  if (std::string(argv[1]) == "fill") {
    fill(*store, certificates, more);
  } else {
    find(*store, certificates, static_cast<std::size_t>(more));
  }
}
