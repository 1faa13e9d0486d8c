// The pipeline of a port or location, with its settings there.

#include "artifacts/write_artifact.h"
#include "crypto/algorithms.h"

namespace sealgate::artifacts {

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

}  // namespace sealgate::artifacts
