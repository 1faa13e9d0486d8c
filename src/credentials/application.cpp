#include "credentials/application.h"

#include <algorithm>

#include "credentials/errors.h"
#include "messaging/stored_form.h"

namespace sealgate::credentials {
namespace {

namespace stored = messaging::stored;

constexpr Byte kVersion = 1;
/// Far above what check_application() lets through: a damaged length must not be believed.
constexpr std::uint64_t kMostEntries = 10'000;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool is_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  return !name.empty() && name.size() <= kMaxName && std::ranges::all_of(name, allowed);
}

bool is_text(std::string_view text, std::size_t most) {
  return text.size() <= most && std::ranges::none_of(text, is_control);
}

bool is_lifetime(std::chrono::milliseconds time) {
  return time >= kShortestTicket && time <= kLongestTicket;
}

tl::unexpected<Error> bad(const Application& application, std::string what, std::string remedy) {
  return fail(kBadApplication, std::move(what), "affiliate application " + application.name.substr(0, kMaxName),
              std::move(remedy));
}

Result<> check_fields(const Application& application) {
  const auto& fields = application.fields;
  if (fields.empty() || fields.size() > kMaxFields) {
    return bad(application, "an application has 1 to " + std::to_string(kMaxFields) + " fields",
               "name the user's field first, then the password: --field user --field password:masked");
  }
  for (const Field& field : fields) {
    if (field.label.empty() || !is_text(field.label, kMaxName)) {
      return bad(application, "a field has no label, or one that is too long or has control characters",
                 "give it one of 1 to " + std::to_string(kMaxName) + " bytes");
    }
    if (std::ranges::count(fields, field.label, &Field::label) > 1) {
      return bad(application, "two fields have the label '" + field.label + "'", "give each one of its own");
    }
  }
  return {};
}

void put_list(Bytes& out, const PrincipalList& list) {
  stored::put_number(out, list.size());
  for (const std::string& text : list) stored::put_text(out, text);
}

PrincipalList read_list(stored::Reader& reader) {
  PrincipalList list;
  const std::uint64_t count = reader.number();
  if (count > kMostEntries) reader.spoil();
  for (std::uint64_t i = 0; reader.ok() && i < count; ++i) list.emplace_back(reader.text());
  return list;
}

constexpr std::uint64_t kGroup = 1, kEnabled = 2, kTickets = 4, kValidate = 8;

std::uint64_t flags_of(const Application& application) {
  return (application.type == ApplicationType::Group ? kGroup : 0) | (application.enabled ? kEnabled : 0) |
         (application.allow_tickets ? kTickets : 0) | (application.validate_tickets ? kValidate : 0);
}

tl::unexpected<Error> unreadable(std::string_view what) {
  return fail(kDamaged, std::string(what) + " cannot be read: it is of a newer program, or a defect", {},
              "use the program version that wrote it, or a newer one");
}

}  // namespace

std::string_view to_string(ApplicationType type) {
  return type == ApplicationType::Group ? "group" : "individual";
}

std::optional<std::size_t> Application::password_field() const {
  const auto found = std::ranges::find(fields, true, &Field::masked);
  if (found == fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - fields.begin());
}

Result<> check_application(const Application& application) {
  if (!is_name(application.name)) {
    return bad(application, "this cannot be the name of an application",
               "use 1 to " + std::to_string(kMaxName) + " letters, digits, dots, underscores and hyphens");
  }
  SG_TRY(check_fields(application));
  if (!is_text(application.description, kMaxDescription) || !is_text(application.contact, kMaxDescription)) {
    return bad(application, "the description or the contact is too long or has control characters",
               "use one line of at most " + std::to_string(kMaxDescription) + " bytes");
  }
  if (application.ticket_lifetime && !is_lifetime(*application.ticket_lifetime)) {
    return bad(application, "a ticket lives from a second to seven days", "choose a life between these");
  }
  if (application.administrators.size() > kMaxListed || application.users.size() > kMaxListed) {
    return bad(application, "too many administrators or users", "name at most " + std::to_string(kMaxListed));
  }
  for (const std::string& administrator : application.administrators) {
    if (administrator.starts_with("account:")) continue;
    return bad(application, "'" + administrator + "' cannot be an administrator of an application",
               "name the account of a host, as account:NAME");
  }
  if (!application.validate_tickets && application.administrators.empty()) {
    return bad(application, "tickets without validation are for administrators, and there is none",
               "name the accounts that may redeem them, as --administrator account:NAME");
  }
  return {};
}

Result<> check_settings(const SystemSettings& settings) {
  if (is_lifetime(settings.ticket_lifetime)) return {};
  return fail(kBadSetting, "a ticket lives from a second to seven days", "ticket lifetime",
              "choose a life between these");
}

Secret encode(const Application& application) {
  Bytes out;
  out.push_back(kVersion);
  stored::put_text(out, application.name);
  stored::put_number(out, flags_of(application));
  stored::put_number(out, application.fields.size());
  for (const Field& field : application.fields) {
    stored::put_text(out, field.label);
    stored::put_number(out, field.masked ? 1 : 0);
  }
  stored::put_text(out, application.description);
  stored::put_text(out, application.contact);
  stored::put_eight(out, application.ticket_lifetime ? application.ticket_lifetime->count() : 0);
  put_list(out, application.administrators);
  put_list(out, application.users);
  return Secret(std::move(out));
}

Result<Application> decode_application(ByteView bytes) {
  stored::Reader reader(bytes);
  Application application;
  if (reader.octet() != kVersion) return unreadable("an affiliate application");
  application.name = reader.text();
  const std::uint64_t flags = reader.number();
  application.type = (flags & kGroup) != 0 ? ApplicationType::Group : ApplicationType::Individual;
  application.enabled = (flags & kEnabled) != 0;
  application.allow_tickets = (flags & kTickets) != 0;
  application.validate_tickets = (flags & kValidate) != 0;
  const std::uint64_t fields = reader.number();
  if (fields > kMostEntries) reader.spoil();
  for (std::uint64_t i = 0; reader.ok() && i < fields; ++i) {
    Field field;
    field.label = reader.text();
    field.masked = reader.number() != 0;
    application.fields.push_back(std::move(field));
  }
  application.description = reader.text();
  application.contact = reader.text();
  if (const std::int64_t life = reader.eight(); life != 0) {
    application.ticket_lifetime = std::chrono::milliseconds(life);
  }
  application.administrators = read_list(reader);
  application.users = read_list(reader);
  if (!reader.ok() || !reader.at_end()) return unreadable("an affiliate application");
  return application;
}

Secret encode(const SystemSettings& settings) {
  Bytes out;
  out.push_back(kVersion);
  stored::put_number(out, settings.tickets ? 1 : 0);
  stored::put_eight(out, settings.ticket_lifetime.count());
  return Secret(std::move(out));
}

Result<SystemSettings> decode_settings(ByteView bytes) {
  stored::Reader reader(bytes);
  SystemSettings settings;
  if (reader.octet() != kVersion) return unreadable("the settings of credentials");
  settings.tickets = reader.number() != 0;
  settings.ticket_lifetime = std::chrono::milliseconds(reader.eight());
  if (!reader.ok() || !reader.at_end()) return unreadable("the settings of credentials");
  return settings;
}

}  // namespace sealgate::credentials
