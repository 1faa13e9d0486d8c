// The canonical form: fixed order of keys, defaults left out, except what decides security or routing.

#include "artifacts/documents.h"
#include "artifacts/write_artifact.h"
#include "crypto/algorithms.h"

namespace sealgate::artifacts {
namespace {

void write(Writer& out, const FileReceiveSettings& file) {
  const FileReceiveSettings usual;
  out.line("folder", file.folder);
  out.line("mask", file.mask);
  out.unless("polling_interval", file.polling_interval, usual.polling_interval);
  out.unless("batch_size", file.batch_size, usual.batch_size);
}

void write(Writer& out, const HttpReceiveSettings& http) {
  const HttpReceiveSettings usual;
  out.line("path", http.path);
  out.unless("suspend_failed_requests", http.suspend_failed_requests, usual.suspend_failed_requests);
  out.unless("return_correlation_handle", http.return_correlation_handle, usual.return_correlation_handle);
  if (http.maximum_body != usual.maximum_body) out.size("maximum_body", http.maximum_body);
}

void write(Writer& out, const FileSendSettings& file) {
  const FileSendSettings usual;
  out.line("folder", file.folder);
  out.line("file_name", file.file_name);
  if (file.copy_mode != usual.copy_mode) out.line("copy_mode", to_string(file.copy_mode));
}

void write(Writer& out, const HttpSendSettings& http) {
  const HttpSendSettings usual;
  out.line("url", http.url);
  out.unless("chunked", http.chunked, usual.chunked);
  out.unless("timeout", http.timeout, usual.timeout);
  out.text("content_type", http.content_type);
}

template <typename Transport>
void write_transport(Writer& out, const Transport& transport) {
  out.line("adapter", adapter_name(transport));
  out.open("settings");
  std::visit([&](const auto& settings) { write(out, settings); }, transport);
  out.close();
}

void write(Writer& out, const ReceivePipelineSettings& pipeline) {
  out.line("pipeline", to_string(pipeline.name));
  if (pipeline.name == ReceivePipeline::PassThruReceive) return;
  const DecoderSettings usual;
  out.open("decoder");
  out.line("allow_non_mime", pipeline.decoder.allow_non_mime);
  out.unless("body_part_index", pipeline.decoder.body_part_index, usual.body_part_index);
  out.text("body_part_content_type", pipeline.decoder.body_part_content_type);
  out.line("check_revocation", pipeline.decoder.check_revocation);
  out.unless("check_extended_key_usage", pipeline.decoder.check_extended_key_usage, usual.check_extended_key_usage);
  out.line("require_signature", pipeline.decoder.require_signature);
  out.line("require_encryption", pipeline.decoder.require_encryption);
  out.close();
  out.open("party_resolution");
  out.line("resolve_by_certificate", pipeline.party_resolution.resolve_by_certificate);
  out.line("resolve_by_sid", pipeline.party_resolution.resolve_by_sid);
  out.close();
}

void write(Writer& out, const SendPipelineSettings& pipeline) {
  out.line("pipeline", to_string(pipeline.name));
  if (pipeline.name == SendPipeline::PassThruTransmit) return;
  const EncoderSettings usual;
  const EncoderSettings& encoder = pipeline.encoder;
  out.open("encoder");
  out.line("signature_type", to_string(encoder.signature_type));
  if (encoder.signature_type != SignatureType::None || encoder.digest != usual.digest) {
    out.line("digest", crypto::name(encoder.digest));
  }
  out.unless("add_signing_certificate", encoder.add_signing_certificate, usual.add_signing_certificate);
  out.line("enable_encryption", encoder.enable_encryption);
  if (encoder.enable_encryption || encoder.encryption_algorithm != usual.encryption_algorithm) {
    out.line("encryption_algorithm", crypto::name(encoder.encryption_algorithm));
  }
  if (encoder.enable_encryption || encoder.key_transport != usual.key_transport) {
    out.line("key_transport", to_string(encoder.key_transport));
  }
  out.line("check_revocation", encoder.check_revocation);
  if (encoder.compression != usual.compression) out.line("compression", to_string(encoder.compression));
  if (encoder.transfer_encoding != usual.transfer_encoding) {
    out.line("transfer_encoding", to_string(encoder.transfer_encoding));
  }
  out.unless("send_body_as_attachment", encoder.send_body_as_attachment, usual.send_body_as_attachment);
  out.text("content_type", encoder.content_type);
  out.close();
}

}  // namespace

void write(Writer& out, const Group& group) {
  const Group usual;
  if (group.signing_certificate) out.line("signing_certificate", *group.signing_certificate);
  out.unless("keep_completed", group.keep_completed, usual.keep_completed);
  if (group.maximum_body != usual.maximum_body) out.size("maximum_body", group.maximum_body);
}

void write(Writer& out, const Host& host) {
  const Host usual;
  out.line("account", host.account);
  out.unless("authentication_trusted", host.authentication_trusted, usual.authentication_trusted);
  out.thumbprints("decryption_certificates", host.decryption_certificates);
  out.unless("send_threads", host.send_threads, usual.send_threads);
}

void write(Writer& out, const Party& party) {
  out.thumbprints("verification_certificates", party.verification_certificates);
  if (!party.aliases.empty()) {
    out.open("aliases");
    for (const PartyAlias& alias : party.aliases) {
      out.open_item();
      out.line("name", alias.name);
      out.line("qualifier", alias.qualifier);
      out.line("value", alias.value);
      out.close();
    }
    out.close();
  }
  if (party.weak_algorithms.empty()) return;
  out.open("weak_algorithms");
  for (const WeakAlgorithm& weak : party.weak_algorithms) {
    out.open_item();
    out.line("algorithm", weak.algorithm);
    out.line("reason", weak.reason);
    out.line("until", to_rfc3339(weak.until));
    out.close();
  }
  out.close();
}

void write(Writer& out, const ReceivePort& port) {
  out.line("authentication", to_string(port.authentication));
  if (port.locations.empty()) return;
  out.open("locations");
  for (const ReceiveLocation& location : port.locations) {
    out.open_item();
    out.line("name", location.name);
    out.text("description", location.description);
    out.line("enabled", location.enabled);
    out.line("host", location.host);
    write_transport(out, location.transport);
    write(out, location.pipeline);
    out.close();
  }
  out.close();
}

void write(Writer& out, const SendPort& port) {
  const SendPort usual;
  out.line("state", to_string(port.state));
  out.line("host", port.host);
  out.text("party", port.party);
  out.text("filter", messaging::to_text(port.filter));
  write_transport(out, port.transport);
  write(out, port.pipeline);
  out.thumbprints("encryption_certificates", port.encryption_certificates);
  out.line("retry_count", port.retry.count);
  out.line("retry_interval", port.retry.interval);
  if (port.retry.backoff != usual.retry.backoff) out.line("backoff", to_string(port.retry.backoff));
  out.unless("maximum_retry_interval", port.retry.maximum_interval, usual.retry.maximum_interval);
}

void write(Writer& out, const SendPortGroup& group) {
  out.line("state", to_string(group.state));
  out.text("filter", messaging::to_text(group.filter));
  out.names("send_ports", group.send_ports);
}

std::string to_yaml(const Artifact& artifact) {
  Writer out;
  out.line("kind", to_string(kind_of(artifact)));
  std::visit(
      [&](const auto& value) {
        out.line("name", value.name);
        out.text("description", value.description);
        if constexpr (requires { write(out, value); }) write(out, value);
      },
      artifact);
  return out.take();
}

}  // namespace sealgate::artifacts
