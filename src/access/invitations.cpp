#include <algorithm>

#include "access/errors.h"
#include "access/secrets.h"
#include "access/users.h"

namespace sealgate::access {
namespace {

tl::unexpected<Error> bad_invitation() {
  return fail(kBadInvitation, "this invitation is unknown, was used, or has expired", "",
              "ask for another one: sealgate user invite");
}

}  // namespace

std::string invitation_link(std::string_view url, std::string_view secret) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url) + "/invitation#" + std::string(secret);
}

Result<Issued> Users::invite(const Principal& by, const std::vector<Role>& roles) {
  Issued issued;
  SG_TRY_ASSIGN(issued.secret, make_identifier());
  SG_TRY_ASSIGN(issued.id, stored_id(issued.secret));
  SG_TRY(changer_.run(by, "invitation.add", "invitation " + issued.id, [&](Change& change, AuditRecord& record) {
    return invite(by, roles, issued, change, record);
  }));
  return issued;
}

Result<> Users::invite(const Principal& by, const std::vector<Role>& roles, Issued& issued, Change& change,
                       AuditRecord& record) {
  SG_TRY(may_give(by, roles));
  if (roles.empty()) return fail(kBadRole, "who is invited needs a role", "", "name one or more");
  const Time now = changer_.now();
  SG_TRY_ASSIGN(const auto all, invitations());
  const auto open = std::ranges::count(all, std::string(), &Invitation::user);
  if (static_cast<std::size_t>(open) >= kMaxInvitations) {
    return fail(kTooMany, "there are " + std::to_string(open) + " open invitations", "",
                "withdraw some, or wait a day");
  }
  issued.until = now + kInvitationLife;
  record.after = to_string(roles);
  change.put.push_back(to_record(Invitation{issued.id, roles, by.who(), now, issued.until, {}}));
  return {};
}

Result<std::vector<Invitation>> Users::invitations() {
  // Those that have expired stay until the next purge.
  SG_TRY_ASSIGN(const auto records,
                changer_.storage().list(RecordKind::Invitation, {}, {}, kMaxUsers + 10 * kMaxInvitations));
  std::vector<Invitation> open;
  for (const Record& record : records) {
    SG_TRY_ASSIGN(Invitation invitation, read_invitation(record));
    if (invitation.until > changer_.now()) open.push_back(std::move(invitation));
  }
  return open;
}

Result<> Users::withdraw_invitation(const Principal& by, const std::string& id) {
  return changer_.run(by, "invitation.withdraw", "invitation " + id.substr(0, 64),
                      [&](Change& change, AuditRecord& record) -> Result<> {
                        SG_TRY(require(by, Permission::Security));
                        if (!is_stored_id(id)) return bad_invitation();
                        const RecordKey key{RecordKind::Invitation, id};
                        SG_TRY_ASSIGN(const auto stored, changer_.storage().find(key));
                        if (!stored) return bad_invitation();
                        SG_TRY_ASSIGN(const Invitation invitation, read_invitation(*stored));
                        record.before = to_string(invitation.roles);
                        change.expected.push_back({key, stored->content});
                        change.remove.push_back(key);
                        return {};
                      });
}

Result<Invitation> Users::read_open(const std::optional<Record>& stored) {
  if (!stored) return bad_invitation();
  SG_TRY_ASSIGN(Invitation invitation, read_invitation(*stored));
  if (invitation.until <= changer_.now()) return bad_invitation();
  // "first start" and "unix:root" are no names of users.
  const auto maker = parse_user_name(std::string_view(invitation.by).substr(0, invitation.by.find('/')));
  if (!maker) return invitation;
  SG_TRY_ASSIGN(const auto user, load_user(changer_.storage(), *maker));
  if (!user || user->user.disabled || !may_give(Principal(*maker, user->user.roles, {}), invitation.roles)) {
    return bad_invitation();
  }
  return invitation;
}

Result<Invitation> Users::find_invitation(const std::string& secret) {
  SG_TRY_ASSIGN(const std::string id, stored_id(secret));
  SG_TRY_ASSIGN(const auto stored, changer_.storage().find({RecordKind::Invitation, id}));
  return read_open(stored);
}

Result<User> Users::accept(const std::string& invitation, const NewUser& wanted, const Secret& password,
                           const std::string& address) {
  // Whoever has no invitation costs nothing more than this, and is not recorded: he could go on for ever.
  SG_TRY_ASSIGN(const Invitation known, find_invitation(invitation));
  if (!known.user.empty()) return choose_password(known, wanted.name, password, address);
  const RecordKey key{RecordKind::Invitation, known.id};
  const Principal nobody({}, {}, address);
  User user;
  SG_TRY(changer_.run(
      nobody, "invitation.accept", "invitation " + known.id, [&](Change& change, AuditRecord& record) -> Result<> {
        SG_TRY_ASSIGN(const auto stored, changer_.storage().find(key));
        SG_TRY_ASSIGN(const Invitation found, read_open(stored));
        if (user.name.empty()) {
          SG_TRY_ASSIGN(user, make_user({wanted.name, wanted.display_name, found.roles}, password, changer_.now()));
        }
        SG_TRY(put_new(user, change));
        change.expected.push_back({key, stored->content});
        change.remove.push_back(key);
        record.object = object_of(user.name);
        record.after = in_short(user);
        record.details = {{"invited-by", found.by}};
        return {};
      }));
  return user;
}

Result<User> Users::choose_password(const Invitation& invitation, const std::string& name, const Secret& password,
                                    const std::string& address) {
  const RecordKey key{RecordKind::Invitation, invitation.id};
  const Principal nobody({}, {}, address);
  User user;
  std::string hash;
  SG_TRY(changer_.run(nobody, "user.password", object_of(invitation.user),
                      [&](Change& change, AuditRecord& record) -> Result<> {
                        SG_TRY_ASSIGN(const auto stored, changer_.storage().find(key));
                        SG_TRY_ASSIGN(const Invitation found, read_open(stored));
                        SG_TRY_ASSIGN(StoredUser there, load(found.user));
                        user = there.user;
                        if (user.disabled || (!name.empty() && parse_user_name(name).value_or("") != user.name)) {
                          return bad_invitation();
                        }
                        record.before = in_short(user);
                        SG_TRY(set_password(user, password, hash));
                        record.after = in_short(user);
                        record.details = {{"invited-by", found.by}};
                        end_sessions(user.name, change);
                        change.expected.push_back({key, stored->content});
                        change.expected.push_back(std::move(there.expected));
                        change.put.push_back(to_record(user));
                        return {};
                      }));
  return user;
}

}  // namespace sealgate::access
