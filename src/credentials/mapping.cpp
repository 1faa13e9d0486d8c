#include "credentials/mapping.h"

#include <algorithm>

#include "credentials/errors.h"
#include "messaging/stored_form.h"

namespace sealgate::credentials {
namespace {

namespace stored = messaging::stored;

constexpr Byte kVersion = 1;

tl::unexpected<Error> bad(const Application& application, std::string what, std::string remedy) {
  return fail(kBadMapping, std::move(what), "affiliate application " + application.name, std::move(remedy));
}

/// A line break would end a header or a line of some protocol early.
bool is_value(const Secret& value) {
  return value.size() <= kMaxValue &&
         std::ranges::none_of(value.view(), [](Byte b) { return b < 0x20 || b == 0x7F; });
}

}  // namespace

Result<> check_mapping(const Application& application, const Mapping& mapping) {
  SG_TRY_ASSIGN(const Principal principal, parse_principal(mapping.principal));
  const bool individual = application.type == ApplicationType::Individual;
  if (individual && principal.kind != PrincipalKind::User && principal.kind != PrincipalKind::Account) {
    return bad(application, "an individual application has mappings of users and accounts only",
               "write user:NAME or account:NAME, or make a group application");
  }
  if (mapping.values.size() != application.fields.size()) {
    return bad(application,
               "the application has " + std::to_string(application.fields.size()) + " fields, and " +
                   std::to_string(mapping.values.size()) + " values were given",
               "give one for each field, in their order");
  }
  if (mapping.values.front().empty()) {
    return bad(application, "the first field is the user's name, and it is empty", "give it a value");
  }
  for (std::size_t i = 0; i < mapping.values.size(); ++i) {
    if (is_value(mapping.values[i])) continue;
    return bad(application, "the value of field '" + application.fields[i].label + "' cannot be used",
               "give at most " + std::to_string(kMaxValue) + " bytes without control characters");
  }
  return {};
}

Secret encode_values(const std::vector<Secret>& values) {
  constexpr std::size_t kMostOfALength = 9;
  std::size_t size = 2 + kMostOfALength;
  for (const Secret& value : values) size += value.size() + kMostOfALength;
  // Reserved: a buffer that grows leaves its content behind.
  Bytes out;
  out.reserve(size);
  out.push_back(kVersion);
  stored::put_number(out, values.size());
  for (const Secret& value : values) stored::put_text(out, value.text());
  return Secret(std::move(out));
}

Result<std::vector<Secret>> decode_values(ByteView bytes) {
  stored::Reader reader(bytes);
  std::vector<Secret> values;
  if (reader.octet() != kVersion) reader.spoil();
  const std::uint64_t count = reader.number();
  for (std::uint64_t i = 0; reader.ok() && i < count; ++i) values.push_back(Secret::from_text(reader.text()));
  if (reader.ok() && reader.at_end()) return values;
  return fail(kDamaged, "a mapping cannot be read: it is of a newer program, or a defect", {},
              "use the program version that wrote it, or a newer one");
}

}  // namespace sealgate::credentials
