#pragma once
// The pipelines that a port can name, and the settings of their components per port ("Configure Pipeline" in
// BizTalk). Which pipeline has which components is decided in pipeline/; settings of a component that the named
// pipeline does not have are refused when documents are read.

#include <string>
#include <string_view>

#include "crypto/algorithms.h"

namespace sealgate::artifacts {

enum class ReceivePipeline {
  PassThruReceive,  ///< no components: the bytes are published as they came
  SmimeReceive      ///< MIME/SMIME decoder, party resolution ("SMIMEReceive")
};
enum class SendPipeline {
  PassThruTransmit,  ///< no components: the body part goes out as it is
  SmimeTransmit      ///< MIME/SMIME encoder ("SMIMETransmit")
};

/// MIME/SMIME decoder.
struct DecoderSettings {
  bool allow_non_mime = false;              ///< true: what is not MIME passes through unchanged
  int body_part_index = 0;                  ///< from 1; 0: chosen by type (BizTalk's rules)
  std::string body_part_content_type = {};  ///< "application/xml"; empty: off
  bool check_revocation = true;
  /// false: an extended key usage that says nothing about mail does not matter, as with TLS certificates that
  /// partners sign with; key usage is looked at in any case.
  bool check_extended_key_usage = true;
  bool require_signature = false;   ///< refuse what is not signed
  bool require_encryption = false;  ///< refuse what is not encrypted
  friend bool operator==(const DecoderSettings&, const DecoderSettings&) = default;
};

/// Party resolution.
struct PartyResolutionSettings {
  bool resolve_by_certificate = true;  ///< BizTalk: AllowByCertName
  bool resolve_by_sid = true;          ///< BizTalk: AllowBySID
  friend bool operator==(const PartyResolutionSettings&, const PartyResolutionSettings&) = default;
};

enum class SignatureType { None, Clear, Blob };
enum class TransferEncoding { Base64, QuotedPrintable, SevenBit, EightBit, Binary };
enum class KeyTransport { Rsa, RsaOaep };
enum class Compression { None, BeforeSigning, AfterSigning };

/// MIME/SMIME encoder.
struct EncoderSettings {
  bool add_signing_certificate = true;
  bool check_revocation = true;
  TransferEncoding transfer_encoding = TransferEncoding::Base64;
  bool enable_encryption = false;
  crypto::ContentCipher encryption_algorithm = crypto::ContentCipher::Aes256Cbc;
  SignatureType signature_type = SignatureType::None;
  bool send_body_as_attachment = false;
  crypto::DigestAlgorithm digest = crypto::DigestAlgorithm::Sha256;
  KeyTransport key_transport = KeyTransport::Rsa;
  Compression compression = Compression::None;
  /// Content type of the body part on the way out when the message does not say; empty: application/octet-stream.
  std::string content_type = {};
  friend bool operator==(const EncoderSettings&, const EncoderSettings&) = default;
};

struct ReceivePipelineSettings {
  ReceivePipeline name = ReceivePipeline::PassThruReceive;
  DecoderSettings decoder = {};
  PartyResolutionSettings party_resolution = {};
  friend bool operator==(const ReceivePipelineSettings&, const ReceivePipelineSettings&) = default;
};

struct SendPipelineSettings {
  SendPipeline name = SendPipeline::PassThruTransmit;
  EncoderSettings encoder = {};
  friend bool operator==(const SendPipelineSettings&, const SendPipelineSettings&) = default;
};

std::string_view to_string(ReceivePipeline pipeline);
std::string_view to_string(SendPipeline pipeline);
std::string_view to_string(SignatureType type);         ///< none, clear, blob
std::string_view to_string(TransferEncoding encoding);  ///< base64, quoted-printable, 7bit, 8bit, binary
std::string_view to_string(KeyTransport transport);     ///< rsa, rsa-oaep
std::string_view to_string(Compression compression);    ///< none, before-signing, after-signing

}  // namespace sealgate::artifacts
