#include "artifacts/veil.h"

#include <algorithm>
#include <array>

#include "artifacts/errors.h"

namespace sealgate::artifacts {
namespace {

/// Of the form that the field must have, so that a document with them is read like any other.
struct Kept {
  std::string HttpUser::*field;
  std::string_view stands;
};
constexpr std::array kKept{
    Kept{&HttpUser::password,
         "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
    Kept{&HttpUser::digest_sha256, "0000000000000000000000000000000000000000000000000000000000000000"},
    Kept{&HttpUser::digest_md5, "00000000000000000000000000000000"}};

const HttpUser* stored_user(const ArtifactSet& stored, const std::string& host, const std::string& name) {
  const Host* found = stored.find_host(host);
  if (found == nullptr) return nullptr;
  const auto user = std::ranges::find(found->users, name, &HttpUser::name);
  return user == found->users.end() ? nullptr : &*user;
}

}  // namespace

void veil(Artifact& artifact) {
  auto* host = std::get_if<Host>(&artifact);
  if (host == nullptr) return;
  for (HttpUser& user : host->users) {
    for (const Kept& kept : kKept) {
      if (!(user.*kept.field).empty()) user.*kept.field = kept.stands;
    }
  }
}

std::string veiled_text(Kind kind, const std::string& yaml) {
  if (kind != Kind::Host || yaml.empty()) return yaml;
  auto parsed = parse_documents(yaml, {});
  if (!parsed || parsed->size() != 1) return {};
  veil(parsed->front().artifact);
  return to_yaml(parsed->front().artifact);
}

Result<> unveil(Artifact& artifact, const ArtifactSet& stored) {
  auto* host = std::get_if<Host>(&artifact);
  if (host == nullptr) return {};
  for (HttpUser& user : host->users) {
    const HttpUser* before = stored_user(stored, host->name, user.name);
    for (const Kept& kept : kKept) {
      if (user.*kept.field != kept.stands) continue;
      if (before == nullptr || (before->*kept.field).empty()) {
        return fail(kBadValue, "there is no password of user '" + user.name + "' to be kept", "Host " + host->name,
                    "make the hash with: sealgate user hash " + user.name);
      }
      user.*kept.field = before->*kept.field;
    }
  }
  return {};
}

}  // namespace sealgate::artifacts
