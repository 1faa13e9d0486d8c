#include "artifacts/read_artifact.h"

#include <algorithm>

#include "artifacts/errors.h"
#include "artifacts/read_parts.h"
#include "base/text.h"
#include "certificates/key_protection.h"
#include "crypto/algorithms.h"

namespace sealgate::artifacts {
namespace {

/// Keys that are too short, of whatever kind.
constexpr std::string_view kShortKeys = "rsa-1024";

/// The canonical name of a weak algorithm; empty for one that is unknown or not weak.
std::string weak_algorithm_name(std::string_view text) {
  if (const auto digest = crypto::digest_from_name(text)) {
    return crypto::is_weak(*digest) ? std::string(crypto::name(*digest)) : std::string();
  }
  if (const auto cipher = crypto::cipher_from_name(text)) {
    return crypto::is_weak(*cipher) ? std::string(crypto::name(*cipher)) : std::string();
  }
  return ascii_lower(trim(text)) == kShortKeys ? std::string(kShortKeys) : std::string();
}

PartyAlias read_alias(Fields& fields) {
  PartyAlias alias;
  fields.name("name", alias.name, Need::Required);
  fields.name("qualifier", alias.qualifier, Need::Required);
  fields.text("value", alias.value, Need::Required);
  fields.no_other_keys();
  return alias;
}

PartyProfile read_profile(Fields& fields) {
  PartyProfile profile;
  fields.name("name", profile.name, Need::Required);
  fields.text("description", profile.description);
  fields.no_other_keys();
  return profile;
}

WeakAlgorithm read_weak_algorithm(Fields& fields) {
  WeakAlgorithm weak;
  fields.text("algorithm", weak.algorithm, Need::Required);
  fields.text("reason", weak.reason, Need::Required);
  fields.time("until", weak.until, Need::Required);
  fields.no_other_keys();
  if (fields.reading().failed()) return weak;
  const std::string name = weak_algorithm_name(weak.algorithm);
  if (name.empty()) {
    fields.bad_value("algorithm", "'" + weak.algorithm + "' is not a weak algorithm that can be allowed",
                     "use one of sha1, md5, 3des, des, rc2-40, rc2-64, rc2-128, rsa-1024");
  }
  weak.algorithm = name;
  return weak;
}

}  // namespace

Group read_group(Fields& fields) {
  Group group;
  fields.name("name", group.name, Need::Required);
  fields.text("description", group.description);
  read_signing_certificates(fields, group.signing_certificates);
  if (auto revocation = fields.map("revocation")) group.revocation = read_revocation(*revocation);
  if (auto warnings = fields.map("expiry_warnings")) group.expiry_warnings = read_expiry(*warnings);
  fields.duration("keep_completed", group.keep_completed, Duration(0), std::chrono::hours(24 * 365));
  fields.size("maximum_body", group.maximum_body);
  fields.duration("keep_tracking", group.keep_tracking, std::chrono::minutes(1), std::chrono::hours(24 * 3650));
  fields.size("maximum_tracking", group.maximum_tracking);
  fields.size("disk_watermark", group.disk_watermark);
  fields.integer("keep_revisions", group.keep_revisions, 1, 100'000);
  fields.no_other_keys();
  return group;
}

Host read_host(Fields& fields) {
  Host host;
  fields.name("name", host.name, Need::Required);
  fields.text("description", host.description);
  fields.text("account", host.account);
  if (const auto good = certificates::check_account_name(host.account); !good) {
    fields.bad_value("account", good.error().what, good.error().remedy, kBadName);
  }
  fields.boolean("authentication_trusted", host.authentication_trusted);
  fields.assignments("decryption_certificates", host.decryption_certificates);
  fields.integer("send_threads", host.send_threads, 1, 256);
  read_doors(fields, host);
  fields.no_other_keys();
  return host;
}

Party read_party(Fields& fields) {
  Party party;
  fields.name("name", party.name, Need::Required);
  fields.text("description", party.description);
  fields.assignments("verification_certificates", party.verification_certificates);
  read_revocation_policy(fields, "revocation", party.revocation);
  if (auto path = fields.map("path")) party.path = read_path(*path);
  for (Fields& entry : fields.maps("aliases")) party.aliases.push_back(read_alias(entry));
  for (Fields& entry : fields.maps("profiles")) {
    PartyProfile profile = read_profile(entry);
    if (std::ranges::find(party.profiles, profile.name, &PartyProfile::name) != party.profiles.end()) {
      entry.bad_value("name", "there is a profile '" + profile.name + "' already", "rename one of them",
                      kDuplicateName);
    }
    party.profiles.push_back(std::move(profile));
  }
  for (Fields& entry : fields.maps("weak_algorithms")) party.weak_algorithms.push_back(read_weak_algorithm(entry));
  fields.no_other_keys();
  return party;
}

std::optional<Artifact> read_artifact(Fields& fields) {
  fields.required("kind");
  const auto word = fields.scalar("kind");
  if (!word) return std::nullopt;
  for (const Kind kind : kAllKinds) {
    if (to_string(kind) != *word) continue;
    switch (kind) {
      case Kind::Group:
        return read_group(fields);
      case Kind::Host:
        return read_host(fields);
      case Kind::Party:
        return read_party(fields);
      case Kind::ReceivePort:
        return read_receive_port(fields);
      case Kind::SendPort:
        return read_send_port(fields);
      case Kind::SendPortGroup:
        return read_send_port_group(fields);
      case Kind::Agreement:
        return read_agreement(fields);
      case Kind::Schema:
        return read_schema(fields);
      case Kind::Map:
        return read_map(fields);
      case Kind::Pipeline:
        return read_pipeline(fields);
    }
  }
  fields.bad_value("kind", "there is no kind '" + (is_clean_text(*word) ? *word : std::string("?")) + "'",
                   "use one of " + kind_list(), kUnknownKind);
  return std::nullopt;
}

}  // namespace sealgate::artifacts
