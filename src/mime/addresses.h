#pragma once
// Mailboxes of From, Sender and the like (RFC 5322 section 3.4), for comparing with the addresses of a certificate.

#include <string>
#include <string_view>
#include <vector>

namespace sealgate::mime {

struct Mailbox {
  std::string display_name;  ///< as written, quotes removed, encoded words still encoded
  std::string address;       ///< local@domain as written; quotes of the local part kept only where they are needed
};

struct AddressList {
  std::vector<Mailbox> mailboxes;  ///< members of groups included
  /// True when the field reads the same way for everybody: every mailbox is `local@domain` or `name <local@domain>`
  /// and nothing is left over. False for comments, groups, source routes, control characters, a display name that
  /// itself looks like an address, several angle brackets, missing addresses.
  bool plain = true;
};

/// `value` is the unfolded field value.
AddressList parse_addresses(std::string_view value);

}  // namespace sealgate::mime
