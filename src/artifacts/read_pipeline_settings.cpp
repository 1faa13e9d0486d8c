// The pipeline of a port or location, with its settings there.

#include "artifacts/errors.h"
#include "artifacts/read_parts.h"

namespace sealgate::artifacts {
namespace {

/// Settings of a component that the pipeline does not have would be silently without effect.
void refuse_component(Fields& fields, std::string_view key, std::string_view pipeline) {
  if (!fields.has(key)) return;
  fields.known(key);
  fields.bad_value(key, "pipeline " + std::string(pipeline) + " has no component '" + std::string(key) + "'",
                   "remove it, or choose the SMIME pipeline", kContradiction);
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

}  // namespace

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

}  // namespace sealgate::artifacts
