#include "hosts/adapter_table.h"

#include <algorithm>

#include "adapters/as2/as2_location.h"
#include "adapters/file/file_receiver.h"
#include "adapters/file/file_sender.h"
#include "adapters/http/http_sender.h"
#include "adapters/soap/soap_location.h"
#include "adapters/soap/soap_sender.h"
#include "artifacts/built_in_pipelines.h"
#include "base/text.h"
#include "hosts/http_send_options.h"
#include "hosts/sftp_adapters.h"
#include "hosts/soap_security.h"

namespace sealgate::hosts {
namespace {

std::shared_ptr<adapters::SendAdapter> make_sender(const AdapterServices& services,
                                                   const artifacts::FileSendSettings& settings,
                                                   const Sender& sender) {
  adapters::file::FileSendOptions options;
  options.folder = settings.folder;
  options.file_name = settings.file_name;
  options.destination = {sender.party, sender.party_qualifier};
  options.temporary_folder = settings.temporary_folder;
  options.create_folder = settings.create_folder;
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

std::shared_ptr<adapters::SendAdapter> make_sender(const AdapterServices& services,
                                                   const artifacts::SftpSendSettings& settings,
                                                   const Sender& sender) {
  return std::make_shared<adapters::sftp::SftpSender>(sftp_send_options(services, settings, sender), services.clock);
}

soap::TreeLimits soap_limits(std::uint64_t maximum_body) {
  soap::TreeLimits limits;
  limits.bytes = static_cast<std::size_t>(maximum_body == 0 ? artifacts::kSoapMaximumBody : maximum_body);
  return limits;
}

std::shared_ptr<adapters::SendAdapter> make_sender(const AdapterServices& services,
                                                   const artifacts::SoapSendSettings& settings,
                                                   const Sender& sender) {
  adapters::soap::SoapSendOptions options;
  options.http = http_send_options(settings.http, sender, services.clock, services.credentials);
  options.version = settings.use_soap12 ? soap::Version::Soap12 : soap::Version::Soap11;
  options.action = settings.action;
  options.headers = settings.headers;
  options.understood = settings.understood_headers;
  options.limits = soap_limits(settings.maximum_body);
  options.opener = make_opener(services, {sender.port, sender.host, false}, settings.answer_security, options.limits);
  Sender sealing = sender;
  sealing.port = "send port " + sender.port;
  options.sealer = make_sealer(
      services, [sealing]() -> Result<Sender> { return sealing; }, settings.security, options.limits);
  return std::make_shared<adapters::soap::SoapSender>(std::move(options), services.http_client);
}

soap::Service make_service(const artifacts::SoapReceiveSettings& settings, bool two_way,
                           const artifacts::ArtifactSet& set) {
  soap::Service service;
  service.name = settings.service;
  service.two_way = two_way;
  if (settings.version == artifacts::SoapVersions::Soap11) service.version = soap::Version::Soap11;
  if (settings.version == artifacts::SoapVersions::Soap12) service.version = soap::Version::Soap12;
  for (const artifacts::SoapOperation& operation : settings.operations) {
    service.operations.push_back({operation.name, operation.action, operation.request, operation.response});
  }
  const bool by_schemas = settings.operations.empty();
  for (const std::string& name : settings.schemas) {
    const artifacts::Schema* schema = set.find_schema(name);
    if (schema == nullptr) continue;  // refused when it was applied
    service.schemas.push_back(schema->xsd.text());
    const std::string& type = schema->message_type;
    if (by_schemas) service.operations.push_back({type.substr(type.rfind('#') + 1), {}, type, {}});
  }
  return service;
}

std::shared_ptr<const adapters::http::LocationFlavour> make_flavour(const AdapterServices& services,
                                                                    const artifacts::ReceiveLocation& location,
                                                                    const artifacts::SoapReceiveSettings& settings,
                                                                    bool two_way, const artifacts::ArtifactSet& set) {
  adapters::soap::SoapLocationOptions options;
  options.location = location.name;
  options.service = make_service(settings, two_way, set);
  options.public_address = settings.public_address;
  options.limits = soap_limits(settings.http.maximum_body);
  options.opener = make_opener(services, {location.name, location.host, true}, settings.security, options.limits);
  options.sealer =
      make_sealer(services, responder(services, location.name), settings.response_security, options.limits);
  options.understood = settings.understood_headers;
  return adapters::soap::make_soap_location(std::move(options));
}

/// It is the pipeline that makes an HTTP location one of AS2.
bool takes_as2(const artifacts::ArtifactSet& set, const artifacts::ReceiveLocation& location) {
  return artifacts::takes_as2(set, location.pipeline);
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
  options.names = {settings.masks, settings.exclude, settings.ignore_case, settings.marker};
  options.polling_interval = settings.polling_interval;
  options.stable_for = settings.stable_for;
  options.rename_while_reading = settings.rename_while_reading;
  options.skip_read_only = settings.skip_read_only;
  options.readers = static_cast<std::size_t>(settings.readers);
  options.batch_files = static_cast<std::size_t>(settings.batch_size);
  options.batch_bytes = settings.batch_bytes;
  return std::make_unique<adapters::file::FileReceiver>(std::move(options), services.submitter, services.clock);
}

std::unique_ptr<adapters::ReceiveAdapter> make_receiver(const AdapterServices& services, const std::string& location,
                                                        const artifacts::SftpReceiveSettings& settings) {
  return std::make_unique<adapters::sftp::SftpReceiver>(sftp_receive_options(location, settings), services.submitter,
                                                        services.clock);
}

std::unique_ptr<adapters::ReceiveAdapter> make_receiver(const AdapterServices&, const std::string&,
                                                        const artifacts::HttpReceiveSettings&) {
  return nullptr;  // locations of the shared listener
}

std::unique_ptr<adapters::ReceiveAdapter> make_receiver(const AdapterServices&, const std::string&,
                                                        const artifacts::SoapReceiveSettings&) {
  return nullptr;  // of the same listener
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

std::optional<adapters::http::HttpLocation> make_http_location(const AdapterServices& services,
                                                               const artifacts::ReceivePort& port,
                                                               const artifacts::ReceiveLocation& location,
                                                               const artifacts::ArtifactSet& set) {
  const auto* settings = artifacts::http_settings(location.transport);
  if (settings == nullptr) return std::nullopt;
  adapters::http::HttpLocation made;
  made.name = location.name;
  made.path = settings->path;
  made.suspend_failed_requests = settings->suspend_failed_requests;
  made.return_message_id = settings->return_correlation_handle;
  made.max_body_bytes = settings->maximum_body;
  made.two_way = port.two_way;
  made.access = access_of(*settings);
  if (const artifacts::Host* host = set.find_host(location.host)) made.access.users = users_of(*host);
  if (const auto* soap = std::get_if<artifacts::SoapReceiveSettings>(&location.transport)) {
    made.mime_headers = adapters::http::MimeHeaders::Never;
    made.flavour = make_flavour(services, location, *soap, port.two_way, set);
  } else if (takes_as2(set, location)) {
    made.mime_headers = adapters::http::MimeHeaders::Always;
    made.flavour = adapters::as2::make_as2_location(location.name);
  }
  return made;
}

}  // namespace sealgate::hosts
