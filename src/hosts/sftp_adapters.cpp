#include "hosts/sftp_adapters.h"

#include "hosts/affiliate_credentials.h"
#include "hosts/secret_sources.h"
#include "hosts/sftp_notes.h"

namespace sealgate::hosts {
namespace {

using adapters::sftp::Login;

adapters::sftp::Server server_of(const artifacts::SftpServerSettings& settings) {
  adapters::sftp::Server server;
  server.host = settings.host;
  server.port = settings.port;
  server.host_keys.fingerprints = settings.host_keys;
  server.host_keys.known_hosts = settings.known_hosts;
  server.host_keys.check = settings.check_host_key;
  server.connect_timeout = settings.connect_timeout;
  server.login_timeout = settings.login_timeout;
  server.stall_timeout = settings.stall_timeout;
  return server;
}

std::shared_ptr<const Secret> shared(Secret secret) {
  return std::make_shared<const Secret>(std::move(secret));
}

/// Read anew each time, so that all of it may change.
Result<Login> read_login(const artifacts::SftpServerSettings& settings, const std::string& place) {
  Login login;
  login.user = settings.user;
  if (!settings.password_source.empty()) {
    SG_TRY_ASSIGN(Secret password, password_in(settings.password_source, "the password of " + settings.user, place));
    login.password = shared(std::move(password));
  }
  if (!settings.key_source.empty()) {
    SG_TRY_ASSIGN(Secret key, key_in(settings.key_source, place));
    login.key = shared(std::move(key));
  }
  if (!settings.key_passphrase_source.empty()) {
    SG_TRY_ASSIGN(Secret passphrase,
                  password_in(settings.key_passphrase_source, "the passphrase of the private key", place));
    login.key_passphrase = shared(std::move(passphrase));
  }
  return login;
}

}  // namespace

adapters::sftp::SftpSendOptions sftp_send_options(const AdapterServices& services,
                                                  const artifacts::SftpSendSettings& settings, const Sender& sender) {
  adapters::sftp::SftpSendOptions options;
  options.server = server_of(settings.server);
  options.connect = adapters::sftp::connect_to(options.server);
  options.folder = settings.folder;
  options.file_name = settings.file_name;
  options.overwrite = settings.copy_mode == artifacts::SftpCopyMode::Overwrite;
  options.destination = {sender.party, sender.party_qualifier};
  options.notes = std::make_shared<SftpNotes>(services.memos, services.clock);
  if (settings.affiliate_application.empty()) {
    options.login = [server = settings.server, place = "send port " + sender.port](const adapters::OutboundMessage&) {
      return read_login(server, place);
    };
  } else {
    options.login = [look_up = affiliate_credentials(services.credentials, settings.affiliate_application, sender)](
                        const adapters::OutboundMessage& message) -> Result<Login> {
      SG_TRY_ASSIGN(auto found, look_up(message));
      return Login{std::move(found.user), std::move(found.password), {}, {}};
    };
  }
  return options;
}

adapters::sftp::SftpReceiveOptions sftp_receive_options(const std::string& location,
                                                        const artifacts::SftpReceiveSettings& settings) {
  adapters::sftp::SftpReceiveOptions options;
  options.location = location;
  options.server = server_of(settings.server);
  options.connect = adapters::sftp::connect_to(options.server);
  options.folder = settings.folder;
  options.mask = settings.mask;
  options.move_to = settings.move_to;
  options.login = [server = settings.server, place = "receive location " + location] {
    return read_login(server, place);
  };
  options.polling_interval = settings.polling_interval;
  options.settle_time = settings.settle_time;
  options.batch_files = static_cast<std::size_t>(settings.batch_size);
  return options;
}

}  // namespace sealgate::hosts
