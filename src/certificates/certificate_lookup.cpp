#include "certificates/certificate_lookup.h"

#include <openssl/x509.h>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>

#include "certificates/certificate_store.h"
#include "certificates/openssl_handles.h"
#include "crypto/library.h"

namespace sealgate::certificates {
namespace {

/// Fewer than a path validation takes as candidates, so that those of the message have room beside them.
constexpr std::size_t kMaxIssuers = 400;

/// Equal for names that RFC 5280 section 7.1 calls equal. Empty for what is no name.
Bytes name_key(const X509_NAME* name) {
  if (name == nullptr) return {};
  const ErrorQueueGuard guard;
  int good = 0;
  const unsigned long hash = X509_NAME_hash_ex(name, nullptr, nullptr, &good);
  if (good != 1) return {};
  Bytes key;
  for (int shift = 24; shift >= 0; shift -= 8) key.push_back(static_cast<Byte>((hash >> shift) & 0xFF));
  return key;
}

Bytes issuer_and_serial_key(const X509_NAME* issuer, ByteView serial) {
  Bytes key = name_key(issuer);
  const ByteView number = minimal_number(serial);
  if (!key.empty()) key.insert(key.end(), number.begin(), number.end());
  return key;
}

Bytes copy(ByteView view) {
  return {view.begin(), view.end()};
}

class FewCertificates final : public CertificateFinder {
 public:
  explicit FewCertificates(std::vector<Certificate> all) : all_(std::move(all)) {}

  Result<std::optional<Certificate>> find(const Thumbprint& thumbprint) const override {
    for (const Certificate& certificate : all_) {
      if (certificate.has_thumbprint(thumbprint)) return std::optional(certificate);
    }
    return std::optional<Certificate>();
  }

  Result<std::vector<Certificate>> find(const CertificateQuery& query) const override {
    std::vector<Certificate> found;
    for (const Certificate& certificate : all_) {
      if (found.size() < kMaxMatches && query.matches(certificate)) found.push_back(certificate);
    }
    return found;
  }

 private:
  std::vector<Certificate> all_;
};

/// Answers by question. When it is full it begins anew: what is asked often is back at once.
template <typename Answer>
class Answers {
 public:
  std::optional<Answer> find(const std::string& question) {
    const std::scoped_lock lock(mutex_);
    const auto place = known_.find(question);
    return place == known_.end() ? std::optional<Answer>() : std::optional<Answer>(std::in_place, place->second);
  }
  void keep(const std::string& question, const Answer& answer) {
    const std::scoped_lock lock(mutex_);
    if (known_.size() >= kMaxAnswers) known_.clear();
    known_.insert_or_assign(question, answer);
  }

 private:
  static constexpr std::size_t kMaxAnswers = 10'000;
  std::mutex mutex_;
  std::unordered_map<std::string, Answer> known_;
};

class StoreCertificates final : public CertificateFinder {
 public:
  StoreCertificates(const CertificateStore& store, StoreId id) : store_(store), id_(std::move(id)) {}

  Result<std::optional<Certificate>> find(const Thumbprint& thumbprint) const override {
    const std::string question(as_text(thumbprint.bytes()));
    if (auto known = by_thumbprint_.find(question)) return std::move(*known);
    SG_TRY_ASSIGN(const auto entry, store_.find(id_, thumbprint));
    const auto found = entry ? std::optional(entry->certificate) : std::nullopt;
    by_thumbprint_.keep(question, found);
    return found;
  }

  Result<std::vector<Certificate>> find(const CertificateQuery& query) const override {
    const std::string asked = asked_as(query);
    if (auto known = as_asked_.find(asked)) return std::move(*known);
    SG_TRY_ASSIGN(auto found, find_by_key(query));
    if (asked.size() <= kLongestAsked) as_asked_.keep(asked, found);
    return found;
  }

 private:
  /// The question as it stands: partners ask in the same words each time, and reading them is most of the work.
  static std::string asked_as(const CertificateQuery& query) {
    std::string asked(1, static_cast<char>('0' + static_cast<int>(query.kind)));
    asked += std::to_string(query.name.size()) + ' ' + std::to_string(query.serial.size()) + ' ';
    for (const Bytes* one : {&query.name, &query.serial, &query.key_id}) asked += as_text(*one);
    return asked;
  }

  Result<std::vector<Certificate>> find_by_key(const CertificateQuery& query) const {
    const Bytes key = query.key();
    std::string question(1, static_cast<char>('0' + static_cast<int>(query.kind)));
    question += as_text(key);
    std::vector<Certificate> candidates;
    if (auto known = by_name_.find(question)) {
      candidates = std::move(*known);
    } else {
      SG_TRY_ASSIGN(const auto entries, store_.find_named(id_, query.kind, key));
      for (const auto& entry : entries) candidates.push_back(entry.certificate);
      by_name_.keep(question, candidates);
    }
    std::erase_if(candidates, [&](const Certificate& certificate) { return !query.matches(certificate); });
    return candidates;
  }

  /// What comes in messages may be of any length.
  static constexpr std::size_t kLongestAsked = 1024;

  const CertificateStore& store_;
  const StoreId id_;
  mutable Answers<std::optional<Certificate>> by_thumbprint_;
  mutable Answers<std::vector<Certificate>> by_name_;
  mutable Answers<std::vector<Certificate>> as_asked_;
};

}  // namespace

CertificateQuery CertificateQuery::by_issuer_and_serial(ByteView issuer_der, ByteView serial) {
  return {Kind::IssuerAndSerial, copy(issuer_der), copy(serial), {}};
}
CertificateQuery CertificateQuery::by_key_id(ByteView key_id) {
  return {Kind::KeyId, {}, {}, copy(key_id)};
}
CertificateQuery CertificateQuery::by_subject(ByteView name_der) {
  return {Kind::Subject, copy(name_der), {}, {}};
}

bool CertificateQuery::matches(const Certificate& certificate) const {
  switch (kind) {
    case Kind::IssuerAndSerial:
      return certificate.matches_issuer_and_serial(name, serial);
    case Kind::KeyId:
      return certificate.matches_key_id(key_id);
    case Kind::Subject: {
      const NameHandle asked = parse_name(name);
      return asked && X509_NAME_cmp(asked.get(), X509_get_subject_name(certificate.native())) == 0;
    }
  }
  return false;
}

Bytes CertificateQuery::key() const {
  switch (kind) {
    case Kind::IssuerAndSerial:
      return serial.empty() ? Bytes() : issuer_and_serial_key(parse_name(name).get(), serial);
    case Kind::KeyId:
      return key_id;
    case Kind::Subject:
      return name_key(parse_name(name).get());
  }
  return {};
}

std::string_view to_string(CertificateQuery::Kind kind) {
  switch (kind) {
    case CertificateQuery::Kind::IssuerAndSerial:
      return "issuer_serial";
    case CertificateQuery::Kind::KeyId:
      return "key_id";
    case CertificateQuery::Kind::Subject:
      break;
  }
  return "subject";
}

const Bytes& LookupKeys::of(CertificateQuery::Kind kind) const {
  switch (kind) {
    case CertificateQuery::Kind::IssuerAndSerial:
      return issuer_and_serial;
    case CertificateQuery::Kind::KeyId:
      return key_id;
    case CertificateQuery::Kind::Subject:
      break;
  }
  return subject;
}

LookupKeys lookup_keys_of(const Certificate& certificate) {
  // A certificate whose name cannot be hashed is filed where nobody looks, so that it does not stay unfiled.
  const auto some = [](Bytes key) { return key.empty() ? Bytes{0} : key; };
  LookupKeys keys;
  keys.subject = some(name_key(X509_get_subject_name(certificate.native())));
  keys.issuer_and_serial =
      some(issuer_and_serial_key(X509_get_issuer_name(certificate.native()), certificate.serial()));
  auto key_id = certificate.subject_key_id();
  keys.key_id = some(key_id ? std::move(*key_id) : key_id_of_bits(certificate.native()));
  return keys;
}

std::shared_ptr<const CertificateFinder> find_among(std::vector<Certificate> certificates) {
  return std::make_shared<FewCertificates>(std::move(certificates));
}

std::shared_ptr<const CertificateFinder> find_in_store(const CertificateStore& store, StoreId id) {
  return std::make_shared<StoreCertificates>(store, std::move(id));
}

Result<std::vector<Certificate>> issuers_for(const Certificate& leaf, std::span<const Certificate> embedded,
                                             const CertificateFinder& pool) {
  constexpr std::size_t kMaxNames = 100;
  std::vector<Certificate> found;
  std::vector<Certificate> links{leaf};
  std::set<Bytes> asked;
  for (std::size_t i = 0; i < links.size() && asked.size() < kMaxNames; ++i) {
    Bytes issuer = links[i].issuer_der();
    if (links[i].self_issued() || asked.contains(issuer)) continue;
    const auto query = CertificateQuery::by_subject(issuer);
    asked.insert(std::move(issuer));
    const X509_NAME* const name = X509_get_issuer_name(links[i].native());
    std::ranges::copy_if(embedded, std::back_inserter(links), [name](const Certificate& link) {
      return X509_NAME_cmp(name, X509_get_subject_name(link.native())) == 0;
    });
    SG_TRY_ASSIGN(const auto issuers, pool.find(query));
    links.insert(links.end(), issuers.begin(), issuers.end());
    found.insert(found.end(), issuers.begin(), issuers.end());
    if (found.size() >= kMaxIssuers) break;
  }
  return found;
}

}  // namespace sealgate::certificates
