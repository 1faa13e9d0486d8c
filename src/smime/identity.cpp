#include "smime/identity.h"

#include <algorithm>

#include "base/text.h"

namespace sealgate::smime {
namespace {

std::vector<std::string> values(const mime::Headers& headers, std::string_view name) {
  std::vector<std::string> found;
  for (const mime::HeaderField* field : headers.find_all(name)) found.push_back(field->value);
  return found;
}

}  // namespace

Identity check_identity(const mime::Headers& headers, std::vector<std::string> signer_emails) {
  Identity identity;
  identity.from_raw = values(headers, "From");
  identity.sender_raw = values(headers, "Sender");
  identity.signer_emails = std::move(signer_emails);
  identity.must_flag = true;
  const mime::AddressList from = headers.from();
  if (!from.plain || from.mailboxes.size() != 1) return identity;
  const auto is_signer = [&](const std::string& address) {
    return std::any_of(identity.signer_emails.begin(), identity.signer_emails.end(),
                       [&](const std::string& email) { return iequals(email, address); });
  };
  identity.must_flag = !is_signer(from.mailboxes.front().address);
  return identity;
}

}  // namespace sealgate::smime
