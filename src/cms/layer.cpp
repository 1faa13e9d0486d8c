#include <algorithm>
#include <array>

#include "cms/oids.h"
#include "cms/types.h"

namespace sealgate::cms {
namespace {

struct KindRow {
  LayerKind kind;
  std::string_view oid;
  std::string_view name;
};
constexpr std::array kKinds{
    KindRow{LayerKind::Data, oids::kData, "data"},
    KindRow{LayerKind::Signed, oids::kSignedData, "signed"},
    KindRow{LayerKind::Enveloped, oids::kEnvelopedData, "enveloped"},
    KindRow{LayerKind::AuthEnveloped, oids::kAuthEnvelopedData, "auth-enveloped"},
    KindRow{LayerKind::Compressed, oids::kCompressedData, "compressed"},
    KindRow{LayerKind::Digested, oids::kDigestedData, "digested"},
    KindRow{LayerKind::Encrypted, oids::kEncryptedData, "encrypted"},
};

}  // namespace

std::string_view name(LayerKind kind) {
  for (const KindRow& row : kKinds) {
    if (row.kind == kind) return row.name;
  }
  return {};
}

std::optional<LayerKind> layer_kind_from_oid(std::string_view oid) {
  for (const KindRow& row : kKinds) {
    if (row.oid == oid) return row.kind;
  }
  return std::nullopt;
}

bool EntityId::matches(const certificates::Certificate& certificate) const {
  if (kind == Kind::SubjectKeyId) return certificate.matches_key_id(key_id);
  return certificate.matches_issuer_and_serial(issuer_der, serial);
}

std::string EntityId::to_string() const {
  return kind == Kind::SubjectKeyId ? "key id " + to_hex_upper(key_id) : "serial " + to_hex_upper(serial);
}

std::string Signer::algorithms() const {
  return digest + '/' + signature + (signed_attributes ? "" : "/no-attrs");
}

std::vector<std::string> Layer::algorithms() const {
  std::vector<std::string> all;
  all.reserve(signers.size());
  for (const Signer& signer : signers) all.push_back(signer.algorithms());
  std::optional<std::size_t> last;
  for (const Recipient& recipient : recipients) {
    if (last != recipient.info) all.push_back(recipient.algorithm);
    last = recipient.info;
  }
  if (!cipher.empty()) all.push_back(cipher);
  if (!algorithm.empty()) all.push_back(algorithm);
  return all;
}

void Layer::add_weak(std::string_view weak_name) {
  if (std::find(weak.begin(), weak.end(), weak_name) == weak.end()) weak.emplace_back(weak_name);
}

}  // namespace sealgate::cms
