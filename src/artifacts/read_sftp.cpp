// Settings of SFTP.

#include <algorithm>

#include "artifacts/errors.h"
#include "artifacts/read_parts.h"

namespace sealgate::artifacts {
namespace {

/// "SHA256:" and 43 characters of base64.
bool is_fingerprint(std::string_view text) {
  constexpr std::string_view kStart = "SHA256:";
  constexpr std::size_t kDigits = 43;
  if (!text.starts_with(kStart) || text.size() != kStart.size() + kDigits) return false;
  return std::ranges::all_of(text.substr(kStart.size()), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  });
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

void check_host(Fields& fields, const std::string& host) {
  const bool good = !host.empty() && std::ranges::none_of(host, [](char c) {
    return is_control(c) || std::string_view(" /?#@[]<>\"\\%").find(c) != std::string_view::npos;
  });
  if (!good) {
    fields.bad_value("host", "'host' must be a name or an address, without scheme and port",
                     "write sftp.contoso.example; the number goes into 'port'");
  }
}

void check_remote_folder(Fields& fields, std::string_view key, const std::string& folder) {
  const std::string slashed = "/" + folder + "/";
  const bool climbs = slashed.find("/../") != std::string::npos || slashed.find("/./") != std::string::npos;
  if (folder.empty() || climbs || folder.front() == '~' || std::ranges::any_of(folder, is_control)) {
    fields.bad_value(key, "'" + std::string(key) + "' must be a path without '.', '..' and '~'",
                     "write /folder from the root of the server, or folder from the user's home");
  }
}

void check_host_key(Fields& fields, const SftpServerSettings& server) {
  const int ways =
      (server.host_keys.empty() ? 0 : 1) + (server.known_hosts.empty() ? 0 : 1) + (server.check_host_key ? 0 : 1);
  if (ways == 1) {
    if (!server.known_hosts.empty() && !server.known_hosts.starts_with('/')) {
      fields.bad_value("known_hosts", "'known_hosts' must be an absolute path", "write the path from the root");
    }
    return;
  }
  const char* key = server.host_keys.empty() ? (server.known_hosts.empty() ? "host" : "known_hosts") : "host_keys";
  fields.bad_value(key,
                   ways == 0 ? "nothing says which key the server must show"
                             : "what the server must show is said in more than one way",
                   "write host_keys with fingerprints that the partner told you, or known_hosts, or check_host_key: "
                   "false, which lets anybody take the partner's place",
                   kContradiction);
}

void check_login(Fields& fields, const SftpServerSettings& server, const std::string& application) {
  check_secret_source(fields, "password_source", server.password_source);
  check_secret_source(fields, "key_source", server.key_source);
  check_secret_source(fields, "key_passphrase_source", server.key_passphrase_source);
  const bool own = !server.password_source.empty() || !server.key_source.empty();
  if (fields.reading().failed()) return;
  if (!application.empty()) {
    if (server.user.empty() && !own) return;
    fields.bad_value("affiliate_application", "name and password come from one place only",
                     "remove 'user', 'password_source' and 'key_source', or 'affiliate_application'", kContradiction);
  } else if (server.user.empty() || !own) {
    fields.bad_value("host", "nothing says who logs in", "add 'user' and 'password_source' or 'key_source'",
                     kContradiction);
  } else if (std::ranges::any_of(server.user, is_control)) {
    fields.bad_value("user", "'user' has control characters", "correct it");
  } else if (!server.key_passphrase_source.empty() && server.key_source.empty()) {
    fields.bad_value("key_passphrase_source", "there is no key", "add 'key_source', or remove this", kContradiction);
  }
}

void read_server(Fields& fields, SftpServerSettings& server) {
  fields.text("host", server.host, Need::Required);
  fields.integer("port", server.port, 1, 65'535);
  fields.text("user", server.user);
  fields.text("password_source", server.password_source);
  fields.text("key_source", server.key_source);
  fields.text("key_passphrase_source", server.key_passphrase_source);
  fields.texts("host_keys", server.host_keys, 64, is_fingerprint,
               "write SHA256: and 43 characters, as ssh-keygen -l shows them");
  fields.text("known_hosts", server.known_hosts);
  fields.boolean("check_host_key", server.check_host_key);
  for (const auto& [key, value] :
       {std::pair{"connect_timeout", &server.connect_timeout}, std::pair{"login_timeout", &server.login_timeout},
        std::pair{"stall_timeout", &server.stall_timeout}}) {
    fields.duration(key, *value, std::chrono::seconds(1), std::chrono::hours(24));
  }
}

void check_server(Fields& fields, const SftpServerSettings& server, const std::string& application) {
  check_host(fields, server.host);
  check_host_key(fields, server);
  check_login(fields, server, application);
}

}  // namespace

SftpReceiveSettings read_sftp_receive(Fields& fields) {
  SftpReceiveSettings sftp;
  read_server(fields, sftp.server);
  fields.text("folder", sftp.folder, Need::Required);
  fields.text("mask", sftp.mask);
  fields.duration("polling_interval", sftp.polling_interval, Duration(50), kLongest);
  fields.duration("stable_for", sftp.settle_time, Duration(50), std::chrono::hours(1));
  fields.integer("batch_size", sftp.batch_size, 1, 256);
  fields.text("move_to", sftp.move_to);
  fields.no_other_keys();
  if (fields.reading().failed()) return sftp;
  check_server(fields, sftp.server, {});
  check_remote_folder(fields, "folder", sftp.folder);
  check_file_name(fields, "mask", sftp.mask);
  if (!sftp.move_to.empty()) {
    check_remote_folder(fields, "move_to", sftp.move_to);
    if (sftp.move_to == sftp.folder) {
      fields.bad_value("move_to", "what was taken would be moved to where it is", "name another folder");
    }
  }
  check_address_length(fields, "folder", address(ReceiveTransport(sftp)));
  return sftp;
}

SftpSendSettings read_sftp_send(Fields& fields, bool dynamic) {
  SftpSendSettings sftp;
  if (dynamic) {
    fields.bad_value("host", "a dynamic port would tell the password to whatever server a message names",
                     "make a send port with a fixed address", kContradiction);
    return sftp;
  }
  read_server(fields, sftp.server);
  fields.text("affiliate_application", sftp.affiliate_application);
  fields.text("folder", sftp.folder, Need::Required);
  fields.text("file_name", sftp.file_name);
  fields.choice("copy_mode", sftp.copy_mode, {SftpCopyMode::CreateNew, SftpCopyMode::Overwrite});
  fields.no_other_keys();
  if (fields.reading().failed()) return sftp;
  check_server(fields, sftp.server, sftp.affiliate_application);
  check_remote_folder(fields, "folder", sftp.folder);
  check_file_name(fields, "file_name", sftp.file_name);
  check_file_macros(fields, "file_name", sftp.file_name);
  check_address_length(fields, "folder", address(SendTransport(sftp)));
  return sftp;
}

}  // namespace sealgate::artifacts
