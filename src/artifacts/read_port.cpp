// Receive ports with their locations, and send ports.

#include "artifacts/errors.h"
#include "artifacts/read_artifact.h"
#include "base/text.h"

namespace sealgate::artifacts {
namespace {

constexpr std::size_t kMaximumAddress = 256;  // BizTalk's limit for the URI of a port or location
constexpr Duration kLongest{std::chrono::hours(24 * 365)};

void check_folder(Fields& fields, const std::string& folder) {
  const bool absolute = folder.starts_with('/');
  const std::string slashed = folder + "/";
  const bool climbs = slashed.find("/../") != std::string::npos || slashed.find("/./") != std::string::npos;
  if (!fields.reading().failed() && (!absolute || climbs)) {
    fields.bad_value("folder", "'folder' must be an absolute path without '.' and '..'",
                     "write the path from the root");
  }
}

void check_file_name(Fields& fields, std::string_view key, const std::string& name) {
  if (fields.reading().failed()) return;
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos) {
    fields.bad_value(key, "'" + std::string(key) + "' must be a file name without a folder",
                     "put the folder into 'folder'");
  }
}

void check_address_length(Fields& fields, std::string_view key, const std::string& address) {
  if (address.size() > kMaximumAddress) {
    fields.bad_value(key, "the address has more than 256 characters", "shorten it");
  }
}

FileReceiveSettings read_file_receive(Fields& fields) {
  FileReceiveSettings file;
  fields.text("folder", file.folder, Need::Required);
  fields.text("mask", file.mask);
  fields.duration("polling_interval", file.polling_interval, Duration(50), kLongest);
  fields.integer("batch_size", file.batch_size, 1, 256);
  fields.no_other_keys();
  check_folder(fields, file.folder);
  check_file_name(fields, "mask", file.mask);
  check_address_length(fields, "folder", file.folder + "/" + file.mask);
  return file;
}

HttpReceiveSettings read_http_receive(Fields& fields) {
  HttpReceiveSettings http;
  fields.text("path", http.path, Need::Required);
  fields.boolean("suspend_failed_requests", http.suspend_failed_requests);
  fields.boolean("return_correlation_handle", http.return_correlation_handle);
  fields.size("maximum_body", http.maximum_body);
  fields.no_other_keys();
  check_address_length(fields, "path", http.path);
  if (!fields.reading().failed() &&
      (!http.path.starts_with('/') || http.path.find_first_of("?# ") != std::string::npos)) {
    fields.bad_value("path", "'path' must start with '/' and have no query, fragment or blank", "write '/orders'");
  }
  return http;
}

FileSendSettings read_file_send(Fields& fields) {
  FileSendSettings file;
  fields.text("folder", file.folder, Need::Required);
  fields.text("file_name", file.file_name);
  fields.choice("copy_mode", file.copy_mode,
                {FileCopyMode::Append, FileCopyMode::Overwrite, FileCopyMode::CreateNew});
  fields.no_other_keys();
  check_folder(fields, file.folder);
  check_file_name(fields, "file_name", file.file_name);
  check_address_length(fields, "folder", file.folder + "/" + file.file_name);
  return file;
}

HttpSendSettings read_http_send(Fields& fields) {
  HttpSendSettings http;
  fields.text("url", http.url, Need::Required);
  fields.boolean("chunked", http.chunked);
  fields.duration("timeout", http.timeout, Duration(0), kLongest);
  fields.text("content_type", http.content_type);
  fields.no_other_keys();
  if (fields.reading().failed()) return http;
  check_address_length(fields, "url", http.url);
  const std::string lower = ascii_lower(http.url);
  const std::size_t scheme = lower.starts_with("http://") ? 7 : lower.starts_with("https://") ? 8 : 0;
  const std::string_view rest = std::string_view(http.url).substr(scheme);
  if (scheme == 0 || rest.empty() || rest.front() == '/' || rest.find_first_of(" <>\"\\") != std::string_view::npos) {
    fields.bad_value("url", "'url' must be http://host[:port]/path or https://host[:port]/path", "correct it");
  } else if (rest.substr(0, rest.find('/')).find('@') != std::string_view::npos) {
    fields.bad_value("url", "'url' holds a user name", "user names and passwords do not belong into addresses");
  }
  return http;
}

/// The word under "adapter", and the mapping under "settings".
template <typename Transport, typename File, typename Http>
Transport read_transport(Fields& fields, File read_file, Http read_http) {
  fields.required("adapter");
  fields.required("settings");
  const auto adapter = fields.scalar("adapter");
  auto settings = fields.map("settings");
  if (!adapter || !settings) return {};
  if (*adapter == "FILE") return read_file(*settings);
  if (*adapter == "HTTP") return read_http(*settings);
  fields.bad_value("adapter", "there is no adapter of this name", "use one of FILE, HTTP");
  return {};
}

/// Settings of a component that the pipeline does not have would be silently without effect.
void refuse_component(Fields& fields, std::string_view key, std::string_view pipeline) {
  if (!fields.has(key)) return;
  (void)fields.map(key);
  fields.bad_value(key, "pipeline " + std::string(pipeline) + " has no component '" + std::string(key) + "'",
                   "remove it, or choose the SMIME pipeline", kContradiction);
}

ReceivePipelineSettings read_receive_pipeline(Fields& fields) {
  ReceivePipelineSettings pipeline;
  fields.choice("pipeline", pipeline.name, {ReceivePipeline::PassThruReceive, ReceivePipeline::SmimeReceive});
  if (pipeline.name == ReceivePipeline::PassThruReceive) {
    refuse_component(fields, "decoder", "PassThruReceive");
    refuse_component(fields, "party_resolution", "PassThruReceive");
    return pipeline;
  }
  if (auto decoder = fields.map("decoder")) {
    decoder->boolean("allow_non_mime", pipeline.decoder.allow_non_mime);
    decoder->integer("body_part_index", pipeline.decoder.body_part_index, 0, 1000);
    decoder->text("body_part_content_type", pipeline.decoder.body_part_content_type);
    decoder->boolean("check_revocation", pipeline.decoder.check_revocation);
    decoder->boolean("check_extended_key_usage", pipeline.decoder.check_extended_key_usage);
    decoder->boolean("require_signature", pipeline.decoder.require_signature);
    decoder->boolean("require_encryption", pipeline.decoder.require_encryption);
    decoder->no_other_keys();
    if (pipeline.decoder.allow_non_mime &&
        (pipeline.decoder.require_signature || pipeline.decoder.require_encryption)) {
      decoder->bad_value("allow_non_mime", "what is not MIME is neither signed nor encrypted, but that is required",
                         "turn allow_non_mime off, or require nothing", kContradiction);
    }
  }
  if (auto resolution = fields.map("party_resolution")) {
    resolution->boolean("resolve_by_certificate", pipeline.party_resolution.resolve_by_certificate);
    resolution->boolean("resolve_by_sid", pipeline.party_resolution.resolve_by_sid);
    resolution->no_other_keys();
  }
  return pipeline;
}

EncoderSettings read_encoder(Fields& fields) {
  EncoderSettings encoder;
  fields.boolean("add_signing_certificate", encoder.add_signing_certificate);
  fields.boolean("check_revocation", encoder.check_revocation);
  fields.choice("transfer_encoding", encoder.transfer_encoding,
                {TransferEncoding::Base64, TransferEncoding::QuotedPrintable, TransferEncoding::SevenBit,
                 TransferEncoding::EightBit, TransferEncoding::Binary});
  fields.boolean("enable_encryption", encoder.enable_encryption);
  if (const auto word = fields.scalar("encryption_algorithm")) {
    const auto cipher = crypto::cipher_from_name(*word);
    if (cipher) {
      encoder.encryption_algorithm = *cipher;
    } else {
      fields.bad_value(
          "encryption_algorithm", "there is no cipher of this name",
          "use one of aes256-cbc, aes256-gcm, aes192-cbc, aes192-gcm, aes128-cbc, aes128-gcm, 3des, des, "
          "rc2-40, rc2-64, rc2-128");
    }
  }
  fields.choice("signature_type", encoder.signature_type,
                {SignatureType::None, SignatureType::Clear, SignatureType::Blob});
  fields.boolean("send_body_as_attachment", encoder.send_body_as_attachment);
  if (const auto word = fields.scalar("digest")) {
    const auto digest = crypto::digest_from_name(*word);
    if (digest) {
      encoder.digest = *digest;
    } else {
      fields.bad_value("digest", "there is no digest of this name",
                       "use one of sha256, sha384, sha512, sha224, sha1, md5");
    }
  }
  fields.choice("key_transport", encoder.key_transport, {KeyTransport::Rsa, KeyTransport::RsaOaep});
  fields.choice("compression", encoder.compression,
                {Compression::None, Compression::BeforeSigning, Compression::AfterSigning});
  fields.text("content_type", encoder.content_type);
  fields.no_other_keys();
  return encoder;
}

SendPipelineSettings read_send_pipeline(Fields& fields) {
  SendPipelineSettings pipeline;
  fields.choice("pipeline", pipeline.name, {SendPipeline::PassThruTransmit, SendPipeline::SmimeTransmit});
  if (pipeline.name == SendPipeline::PassThruTransmit) {
    refuse_component(fields, "encoder", "PassThruTransmit");
  } else if (auto encoder = fields.map("encoder")) {
    pipeline.encoder = read_encoder(*encoder);
  }
  return pipeline;
}

ReceiveLocation read_location(Fields& fields) {
  ReceiveLocation location;
  fields.name("name", location.name, Need::Required);
  fields.text("description", location.description);
  fields.boolean("enabled", location.enabled);
  fields.name("host", location.host, Need::Required);
  location.transport = read_transport<ReceiveTransport>(fields, read_file_receive, read_http_receive);
  location.pipeline = read_receive_pipeline(fields);
  fields.no_other_keys();
  return location;
}

void read_state(Fields& fields, SendPortState& state) {
  fields.choice("state", state, {SendPortState::Bound, SendPortState::Stopped, SendPortState::Started});
}

messaging::Filter read_filter(Fields& fields) {
  const auto text = fields.scalar("filter");
  if (!text) return {};
  auto filter = messaging::parse_filter(*text);
  if (!filter) {
    fields.bad_value("filter", "the filter is wrong at its " + filter.error().where + ": " + filter.error().what,
                     filter.error().remedy, kBadFilter);
    return {};
  }
  return std::move(*filter);
}

}  // namespace

ReceivePort read_receive_port(Fields& fields) {
  ReceivePort port;
  fields.name("name", port.name, Need::Required);
  fields.text("description", port.description);
  fields.choice("authentication", port.authentication,
                {Authentication::None, Authentication::Drop, Authentication::Keep});
  for (Fields& entry : fields.maps("locations")) port.locations.push_back(read_location(entry));
  fields.no_other_keys();
  return port;
}

SendPortGroup read_send_port_group(Fields& fields) {
  SendPortGroup group;
  fields.name("name", group.name, Need::Required);
  fields.text("description", group.description);
  read_state(fields, group.state);
  group.filter = read_filter(fields);
  fields.names("send_ports", group.send_ports);
  fields.no_other_keys();
  return group;
}

SendPort read_send_port(Fields& fields) {
  SendPort port;
  fields.name("name", port.name, Need::Required);
  fields.text("description", port.description);
  read_state(fields, port.state);
  fields.name("host", port.host, Need::Required);
  port.transport = read_transport<SendTransport>(fields, read_file_send, read_http_send);
  port.pipeline = read_send_pipeline(fields);
  fields.thumbprints("encryption_certificates", port.encryption_certificates);
  port.filter = read_filter(fields);
  fields.integer("retry_count", port.retry.count, 0, 1000);
  fields.duration("retry_interval", port.retry.interval, Duration(0), kLongest);
  fields.choice("backoff", port.retry.backoff, {Backoff::Fixed, Backoff::Exponential});
  fields.duration("maximum_retry_interval", port.retry.maximum_interval, Duration(0), kLongest);
  fields.name("party", port.party, Need::Optional);
  fields.no_other_keys();
  return port;
}

}  // namespace sealgate::artifacts
