// The words of enumerations, in documents and listings.

#include "artifacts/artifact_store.h"
#include "base/text.h"

namespace sealgate::artifacts {

std::string_view to_string(SignatureType type) {
  switch (type) {
    case SignatureType::None:
      return "none";
    case SignatureType::Clear:
      return "clear";
    case SignatureType::Blob:
      return "blob";
  }
  return "";
}

std::string_view to_string(TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::Base64:
      return "base64";
    case TransferEncoding::QuotedPrintable:
      return "quoted-printable";
    case TransferEncoding::SevenBit:
      return "7bit";
    case TransferEncoding::EightBit:
      return "8bit";
    case TransferEncoding::Binary:
      return "binary";
  }
  return "";
}

std::string_view to_string(KeyTransport transport) {
  switch (transport) {
    case KeyTransport::Rsa:
      return "rsa";
    case KeyTransport::RsaOaep:
      return "rsa-oaep";
  }
  return "";
}

std::string_view to_string(Compression compression) {
  switch (compression) {
    case Compression::None:
      return "none";
    case Compression::BeforeSigning:
      return "before-signing";
    case Compression::AfterSigning:
      return "after-signing";
  }
  return "";
}

std::string_view to_string(DtdProcessing processing) {
  switch (processing) {
    case DtdProcessing::Prohibit:
      return "prohibit";
    case DtdProcessing::Ignore:
      return "ignore";
  }
  return "";
}

std::string_view to_string(ProcessingInstructions instructions) {
  switch (instructions) {
    case ProcessingInstructions::Append:
      return "append";
    case ProcessingInstructions::Create:
      return "create";
    case ProcessingInstructions::Ignore:
      return "ignore";
  }
  return "";
}

std::string_view to_string(InstructionScope scope) {
  switch (scope) {
    case InstructionScope::Document:
      return "document";
    case InstructionScope::Envelope:
      return "envelope";
  }
  return "";
}

std::string_view to_string(Demotion demotion) {
  switch (demotion) {
    case Demotion::WhenEmpty:
      return "when-empty";
    case Demotion::Always:
      return "always";
    case Demotion::Never:
      return "never";
  }
  return "";
}

std::string_view to_string(Direction direction) {
  switch (direction) {
    case Direction::Receive:
      return "receive";
    case Direction::Send:
      return "send";
  }
  return "";
}

std::string_view to_string(Stage stage) {
  switch (stage) {
    case Stage::Decode:
      return "decode";
    case Stage::Disassemble:
      return "disassemble";
    case Stage::Validate:
      return "validate";
    case Stage::ResolveParty:
      return "resolve_party";
    case Stage::PreAssemble:
      return "pre_assemble";
    case Stage::Assemble:
      return "assemble";
    case Stage::Encode:
      return "encode";
  }
  return "";
}

std::string_view to_string(FileCopyMode mode) {
  switch (mode) {
    case FileCopyMode::Append:
      return "append";
    case FileCopyMode::Overwrite:
      return "overwrite";
    case FileCopyMode::CreateNew:
      return "create-new";
  }
  return "";
}

std::string_view to_string(ClientCertificates wanted) {
  switch (wanted) {
    case ClientCertificates::Off:
      return "off";
    case ClientCertificates::Request:
      return "request";
    case ClientCertificates::Require:
      return "require";
  }
  return "";
}

std::string_view to_string(SftpCopyMode mode) {
  return mode == SftpCopyMode::Overwrite ? "overwrite" : "create-new";
}

std::string_view to_string(HttpAuthentication authentication) {
  switch (authentication) {
    case HttpAuthentication::Anonymous:
      return "anonymous";
    case HttpAuthentication::Basic:
      return "basic";
    case HttpAuthentication::Digest:
      return "digest";
    case HttpAuthentication::Ntlm:
      return "ntlm";
  }
  return "";
}

std::optional<HttpAuthentication> authentication_of(std::string_view word) {
  for (const auto one : {HttpAuthentication::Anonymous, HttpAuthentication::Basic, HttpAuthentication::Digest}) {
    if (word == to_string(one)) return one;
  }
  return std::nullopt;
}

std::string_view to_string(TlsVersion version) {
  switch (version) {
    case TlsVersion::Tls12:
      return "1.2";
    case TlsVersion::Tls13:
      return "1.3";
  }
  return "";
}

std::string_view to_string(SoapVersions versions) {
  switch (versions) {
    case SoapVersions::Any:
      return "any";
    case SoapVersions::Soap11:
      return "1.1";
    case SoapVersions::Soap12:
      return "1.2";
  }
  return "";
}

std::string_view to_string(ForwardedField field) {
  switch (field) {
    case ForwardedField::XForwardedFor:
      return "x-forwarded-for";
    case ForwardedField::Forwarded:
      return "forwarded";
  }
  return "";
}

std::string_view to_string(SoapCipher cipher) {
  switch (cipher) {
    case SoapCipher::Aes128Gcm:
      return "aes128-gcm";
    case SoapCipher::Aes256Gcm:
      return "aes256-gcm";
    case SoapCipher::Aes128Cbc:
      return "aes128-cbc";
    case SoapCipher::Aes256Cbc:
      return "aes256-cbc";
  }
  return "";
}

std::string_view to_string(Authentication authentication) {
  switch (authentication) {
    case Authentication::None:
      return "none";
    case Authentication::Drop:
      return "drop";
    case Authentication::Keep:
      return "keep";
  }
  return "";
}

std::string_view to_string(SendPortState state) {
  switch (state) {
    case SendPortState::Bound:
      return "bound";
    case SendPortState::Stopped:
      return "stopped";
    case SendPortState::Started:
      return "started";
  }
  return "";
}

std::string_view to_string(Backoff backoff) {
  switch (backoff) {
    case Backoff::Fixed:
      return "fixed";
    case Backoff::Exponential:
      return "exponential";
  }
  return "";
}

std::string_view to_string(RevocationPolicy policy) {
  switch (policy) {
    case RevocationPolicy::Off:
      return "off";
    case RevocationPolicy::Prefer:
      return "prefer";
    case RevocationPolicy::Require:
      return "require";
  }
  return "";
}

std::string_view to_string(OrderedFailure failure) {
  switch (failure) {
    case OrderedFailure::Stop:
      return "stop";
    case OrderedFailure::Continue:
      return "continue";
  }
  return "";
}

std::string_view to_string(ChangeKind change) {
  switch (change) {
    case ChangeKind::Created:
      return "created";
    case ChangeKind::Changed:
      return "changed";
    case ChangeKind::Unchanged:
      return "unchanged";
    case ChangeKind::Deleted:
      return "deleted";
  }
  return "";
}

std::string_view to_string(Origin origin) {
  switch (origin) {
    case Origin::Unknown:
      return "unknown";
    case Origin::Command:
      return "command";
    case Origin::Console:
      return "console";
    case Origin::Api:
      return "api";
  }
  return "";
}

Origin parse_origin(std::string_view word) {
  for (const Origin origin : {Origin::Command, Origin::Console, Origin::Api}) {
    if (to_string(origin) == word) return origin;
  }
  return Origin::Unknown;
}

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::Group:
      return "Group";
    case Kind::Host:
      return "Host";
    case Kind::Party:
      return "Party";
    case Kind::Schema:
      return "Schema";
    case Kind::Map:
      return "Map";
    case Kind::Pipeline:
      return "Pipeline";
    case Kind::ReceivePort:
      return "ReceivePort";
    case Kind::SendPort:
      return "SendPort";
    case Kind::SendPortGroup:
      return "SendPortGroup";
    case Kind::Agreement:
      return "Agreement";
  }
  return "";
}

std::string kind_list() {
  std::string list;
  for (const Kind kind : kAllKinds) list += (list.empty() ? "" : ", ") + std::string(to_string(kind));
  return list;
}

std::optional<Kind> parse_kind(std::string_view word) {
  std::string plain;
  for (const char c : word) {
    if (c != '-' && c != '_' && c != ' ') plain += ascii_lower(c);
  }
  for (const Kind kind : kAllKinds) {
    const std::string singular = ascii_lower(to_string(kind));
    if (plain == singular || plain == singular + "s") return kind;
  }
  return plain == "parties" ? std::optional(Kind::Party) : std::nullopt;
}

const TrackingPoint* find_tracking_point(std::string_view word) {
  for (const TrackingPoint& point : kTrackingPoints) {
    if (point.word == word) return &point;
  }
  return nullptr;
}

namespace {
std::string_view adapter_of(const FileReceiveSettings&) {
  return "FILE";
}
std::string_view adapter_of(const FileSendSettings&) {
  return "FILE";
}
std::string_view adapter_of(const HttpReceiveSettings&) {
  return "HTTP";
}
std::string_view adapter_of(const HttpSendSettings&) {
  return "HTTP";
}
std::string_view adapter_of(const SoapReceiveSettings&) {
  return "SOAP";
}
std::string_view adapter_of(const SoapSendSettings&) {
  return "SOAP";
}
std::string_view adapter_of(const SftpReceiveSettings&) {
  return "SFTP";
}
std::string_view adapter_of(const SftpSendSettings&) {
  return "SFTP";
}
}  // namespace

std::string_view adapter_name(const ReceiveTransport& transport) {
  return std::visit([](const auto& settings) { return adapter_of(settings); }, transport);
}
std::string_view adapter_name(const SendTransport& transport) {
  return std::visit([](const auto& settings) { return adapter_of(settings); }, transport);
}

const SftpServerSettings* sftp_server(const ReceiveTransport& transport) {
  const auto* sftp = std::get_if<SftpReceiveSettings>(&transport);
  return sftp == nullptr ? nullptr : &sftp->server;
}
const SftpServerSettings* sftp_server(const SendTransport& transport) {
  const auto* sftp = std::get_if<SftpSendSettings>(&transport);
  return sftp == nullptr ? nullptr : &sftp->server;
}

const HttpReceiveSettings* http_settings(const ReceiveTransport& transport) {
  if (const auto* soap = std::get_if<SoapReceiveSettings>(&transport)) return &soap->http;
  return std::get_if<HttpReceiveSettings>(&transport);
}
HttpReceiveSettings* http_settings(ReceiveTransport& transport) {
  if (auto* soap = std::get_if<SoapReceiveSettings>(&transport)) return &soap->http;
  return std::get_if<HttpReceiveSettings>(&transport);
}
const HttpSendSettings* http_settings(const SendTransport& transport) {
  if (const auto* soap = std::get_if<SoapSendSettings>(&transport)) return &soap->http;
  return std::get_if<HttpSendSettings>(&transport);
}

namespace {
std::string joined(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

/// "sftp://host:port/folder/name"; a folder that counts from the user's home as curl writes it.
std::string sftp_address(const SftpServerSettings& server, const std::string& folder, const std::string& name) {
  const bool is_ipv6 = server.host.find(':') != std::string::npos;
  const std::string port = server.port == 22 ? "" : ":" + std::to_string(server.port);
  return "sftp://" + (is_ipv6 ? "[" + server.host + "]" : server.host) + port +
         joined(folder.starts_with('/') ? folder : "/~/" + folder, name);
}
}  // namespace

std::string address(const ReceiveTransport& transport) {
  if (const auto* file = std::get_if<FileReceiveSettings>(&transport)) {
    std::string masks;
    for (const std::string& mask : file->masks) masks.append(masks.empty() ? "" : ",").append(mask);
    return joined(file->folder, masks);
  }
  if (const auto* sftp = std::get_if<SftpReceiveSettings>(&transport)) {
    return sftp_address(sftp->server, sftp->folder, sftp->mask);
  }
  return http_settings(transport)->path;
}

std::string address(const SendTransport& transport) {
  if (const auto* file = std::get_if<FileSendSettings>(&transport)) return joined(file->folder, file->file_name);
  if (const auto* sftp = std::get_if<SftpSendSettings>(&transport)) {
    return sftp_address(sftp->server, sftp->folder, sftp->file_name);
  }
  return http_settings(transport)->url;
}

}  // namespace sealgate::artifacts
