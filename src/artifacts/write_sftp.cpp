// Settings of SFTP.

#include "artifacts/write_artifact.h"

namespace sealgate::artifacts {
namespace {

void write_server(Writer& out, const SftpServerSettings& server) {
  const SftpServerSettings usual;
  out.line("host", server.host);
  out.unless("port", server.port, usual.port);
  out.text("user", server.user);
  out.text("password_source", server.password_source);
  out.text("key_source", server.key_source);
  out.text("key_passphrase_source", server.key_passphrase_source);
  out.names("host_keys", server.host_keys);
  out.text("known_hosts", server.known_hosts);
  out.unless("check_host_key", server.check_host_key, usual.check_host_key);
  out.unless("connect_timeout", server.connect_timeout, usual.connect_timeout);
  out.unless("login_timeout", server.login_timeout, usual.login_timeout);
  out.unless("stall_timeout", server.stall_timeout, usual.stall_timeout);
}

}  // namespace

void write(Writer& out, const SftpReceiveSettings& sftp) {
  const SftpReceiveSettings usual;
  write_server(out, sftp.server);
  out.line("folder", sftp.folder);
  out.line("mask", sftp.mask);
  out.unless("polling_interval", sftp.polling_interval, usual.polling_interval);
  out.unless("stable_for", sftp.settle_time, usual.settle_time);
  out.unless("batch_size", sftp.batch_size, usual.batch_size);
  out.text("move_to", sftp.move_to);
}

void write(Writer& out, const SftpSendSettings& sftp) {
  const SftpSendSettings usual;
  write_server(out, sftp.server);
  out.text("affiliate_application", sftp.affiliate_application);
  out.line("folder", sftp.folder);
  out.line("file_name", sftp.file_name);
  if (sftp.copy_mode != usual.copy_mode) out.line("copy_mode", to_string(sftp.copy_mode));
}

}  // namespace sealgate::artifacts
