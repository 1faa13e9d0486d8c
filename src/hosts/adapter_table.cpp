#include "hosts/adapter_table.h"

#include <algorithm>

#include "adapters/file/file_receiver.h"
#include "adapters/file/file_sender.h"
#include "adapters/http/http_sender.h"
#include "base/text.h"
#include "hosts/http_send_options.h"

namespace sealgate::hosts {
namespace {

std::shared_ptr<adapters::SendAdapter> make_sender(const AdapterServices& services,
                                                   const artifacts::FileSendSettings& settings, const Sender&) {
  adapters::file::FileSendOptions options;
  options.folder = settings.folder;
  options.file_name = settings.file_name;
  switch (settings.copy_mode) {
    case artifacts::FileCopyMode::Append:
      options.copy_mode = adapters::file::CopyMode::Append;
      break;
    case artifacts::FileCopyMode::Overwrite:
      options.copy_mode = adapters::file::CopyMode::Overwrite;
      break;
    case artifacts::FileCopyMode::CreateNew:
      options.copy_mode = adapters::file::CopyMode::CreateNew;
      break;
  }
  return std::make_shared<adapters::file::FileSender>(std::move(options), services.clock);
}

std::shared_ptr<adapters::SendAdapter> make_sender(const AdapterServices& services,
                                                   const artifacts::HttpSendSettings& settings,
                                                   const Sender& sender) {
  return std::make_shared<adapters::http::HttpSender>(
      http_send_options(settings, sender, services.clock, services.credentials), services.http_client);
}

std::shared_ptr<const adapters::http::HttpUsers> users_of(const artifacts::Host& host) {
  auto users = std::make_shared<adapters::http::HttpUsers>();
  users->realm = host.realm;
  for (const artifacts::HttpUser& user : host.users) {
    users->by_name[user.name] = {user.password, ascii_lower(user.digest_sha256), ascii_lower(user.digest_md5)};
  }
  return users;
}

adapters::http::HttpAccess access_of(const artifacts::HttpReceiveSettings& settings) {
  using adapters::http::ClientCertificateUse;
  adapters::http::HttpAccess access;
  const auto offered = [&](artifacts::HttpAuthentication way) {
    return std::ranges::find(settings.authentication, way) != settings.authentication.end();
  };
  access.authentication.basic = offered(artifacts::HttpAuthentication::Basic);
  access.authentication.digest = offered(artifacts::HttpAuthentication::Digest);
  access.authentication.anonymous =
      settings.authentication.empty() || offered(artifacts::HttpAuthentication::Anonymous);
  switch (settings.client_certificate) {
    case artifacts::ClientCertificates::Off:
      break;
    case artifacts::ClientCertificates::Request:
      access.client_certificate = ClientCertificateUse::Evidence;
      break;
    case artifacts::ClientCertificates::Require:
      access.client_certificate = ClientCertificateUse::Required;
      break;
  }
  for (const std::string& type : settings.content_types) access.content_types.push_back(ascii_lower(type));
  access.allowed_clients = parse_networks(settings.allowed_clients);
  access.requests_per_second = settings.requests_per_second;
  return access;
}

std::unique_ptr<adapters::ReceiveAdapter> make_receiver(const AdapterServices& services, const std::string& location,
                                                        const artifacts::FileReceiveSettings& settings) {
  adapters::file::FileReceiveOptions options;
  options.location = location;
  options.folder = settings.folder;
  options.masks = {settings.mask};
  options.polling_interval = settings.polling_interval;
  options.batch_files = static_cast<std::size_t>(settings.batch_size);
  return std::make_unique<adapters::file::FileReceiver>(std::move(options), services.submitter, services.clock);
}

std::unique_ptr<adapters::ReceiveAdapter> make_receiver(const AdapterServices&, const std::string&,
                                                        const artifacts::HttpReceiveSettings&) {
  return nullptr;  // locations of the shared listener
}

}  // namespace

std::shared_ptr<adapters::SendAdapter> make_send_adapter(const AdapterServices& services,
                                                         const artifacts::SendTransport& transport,
                                                         const Sender& sender) {
  return std::visit([&](const auto& settings) { return make_sender(services, settings, sender); }, transport);
}

std::unique_ptr<adapters::ReceiveAdapter> make_receive_adapter(const AdapterServices& services,
                                                               const artifacts::ReceiveLocation& location) {
  return std::visit([&](const auto& settings) { return make_receiver(services, location.name, settings); },
                    location.transport);
}

std::optional<adapters::http::HttpLocation> make_http_location(const artifacts::ReceiveLocation& location,
                                                               const artifacts::Host* host, bool two_way) {
  const auto* settings = std::get_if<artifacts::HttpReceiveSettings>(&location.transport);
  if (settings == nullptr) return std::nullopt;
  adapters::http::HttpLocation made;
  made.name = location.name;
  made.path = settings->path;
  made.suspend_failed_requests = settings->suspend_failed_requests;
  made.return_message_id = settings->return_correlation_handle;
  made.max_body_bytes = settings->maximum_body;
  made.two_way = two_way;
  made.access = access_of(*settings);
  if (host != nullptr) made.access.users = users_of(*host);
  return made;
}

}  // namespace sealgate::hosts
