#include "smime/encoder.h"

#include <algorithm>
#include <ranges>

#include "mime/canonical.h"
#include "smime/detail/encode_checks.h"
#include "smime/detail/envelopes.h"
#include "smime/errors.h"

namespace sealgate::smime {
namespace {

using mime::TransferEncoding;

enum class Step { Compress, SignClear, SignOpaque, Encrypt };

// From the inside out.
std::vector<Step> steps_of(const EncodeOptions& options) {
  std::vector<Step> steps;
  const bool compress_first = options.compression == Compression::BeforeSigning ||
                              (options.compression == Compression::AfterSigning && !options.sign);
  if (compress_first) steps.push_back(Step::Compress);
  if (options.sign) {
    steps.push_back(options.sign->form == SignatureForm::Clear ? Step::SignClear : Step::SignOpaque);
  }
  if (options.compression == Compression::AfterSigning && options.sign) steps.push_back(Step::Compress);
  if (options.encrypt) steps.push_back(Step::Encrypt);
  return steps;
}

cms::SignedDataOptions signed_data(const SignOptions& sign, Time time) {
  cms::SignedDataOptions options;
  cms::SignerSpec signer{.certificate = sign.certificate, .key = sign.key, .digest = sign.digest};
  if (sign.use_pss && sign.key.type() == crypto::KeyType::Rsa) signer.signature = crypto::SignatureKind::RsaPss;
  signer.signing_time = time;
  options.signers.push_back(std::move(signer));
  if (sign.attach_certificate) {
    options.certificates.push_back(sign.certificate);
    options.certificates.insert(options.certificates.end(), sign.chain.begin(), sign.chain.end());
  }
  options.detached = sign.form == SignatureForm::Clear;
  return options;
}

cms::EnvelopedDataOptions enveloped_data(const EncryptOptions& encrypt) {
  cms::EnvelopedDataOptions options;
  options.cipher = encrypt.cipher;
  for (const auto& certificate : encrypt.recipients) {
    cms::CertificateRecipient recipient{.certificate = certificate};
    recipient.oaep = encrypt.key_transport == KeyTransport::RsaOaep;
    recipient.oaep_parameters = {encrypt.oaep_digest, encrypt.oaep_digest, {}};
    options.recipients.emplace_back(std::move(recipient));
  }
  return options;
}

bool wants_canonical_lines(TransferEncoding encoding) {
  return encoding == TransferEncoding::SevenBit || encoding == TransferEncoding::EightBit;
}

}  // namespace

// Builds the chain from the outside in: every sink is made after the one it writes to.
class Encoder::Impl {
 public:
  Impl(EncodeOptions options, Sink& target) : options_(std::move(options)), out_(&target) {}

  Result<> build() {
    const std::vector<Step> steps = steps_of(options_);
    for (const Step step : std::ranges::reverse_view(steps)) {
      SG_TRY(add(step));
      if (step == Step::SignClear || step == Step::SignOpaque) tap(options_.receipt_octets);
    }
    if (!steps.empty()) {
      if (!options_.sign) tap(options_.receipt_octets);
      tap(options_.payload_octets);
    }
    return add_payload(steps);
  }

  Sink& entry() { return *out_; }

 private:
  // The outermost entity bears the message's own header.
  Result<mime::Headers> header_start() {
    mime::Headers headers;
    if (!outermost_) return headers;
    outermost_ = false;
    headers = std::move(options_.outer_headers);
    for (const auto* name : {"MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition",
                             "Content-Description"}) {
      headers.remove(name);
    }
    SG_TRY(headers.add("MIME-Version", "1.0"));
    return headers;
  }

  Result<> add(Step step) {
    // Inner layers could always be binary (RFC 8551 section 3.1.3), but widespread readers, OpenSSL's among them,
    // take a CMS entity for base64 whatever its header says.
    const TransferEncoding encoding =
        options_.wire_encoding == TransferEncoding::Binary ? TransferEncoding::Binary : TransferEncoding::Base64;
    SG_TRY_ASSIGN(mime::Headers headers, header_start());
    if (step == Step::SignClear) {
      SG_TRY_ASSIGN(auto sink,
                    detail::make_clear_signed(std::move(headers), signed_data(*options_.sign, options_.time),
                                              options_.sign->old_micalg_names, options_.signature_octets, *out_));
      push(std::move(sink));
      return {};
    }
    const std::string_view type = step == Step::Compress                      ? "compressed-data"
                                  : step == Step::SignOpaque                  ? "signed-data"
                                  : crypto::is_aead(options_.encrypt->cipher) ? "authEnveloped-data"
                                                                              : "enveloped-data";
    SG_TRY_ASSIGN(headers, detail::pkcs7_mime_header(std::move(headers), type, encoding));
    push(detail::make_entity(std::move(headers), encoding, false, *out_));
    return add_layer(step);
  }

  Result<> add_layer(Step step) {
    if (step == Step::Compress) {
      SG_TRY_ASSIGN(auto writer, cms::CompressedDataWriter::create({}, *out_));
      push(std::move(writer));
    } else if (step == Step::SignOpaque) {
      tap(options_.signature_octets);
      SG_TRY_ASSIGN(auto writer, cms::SignedDataWriter::create(signed_data(*options_.sign, options_.time), *out_));
      push(std::move(writer));
    } else {
      SG_TRY_ASSIGN(auto writer, cms::EnvelopedDataWriter::create(enveloped_data(*options_.encrypt), *out_));
      push(std::move(writer));
    }
    return {};
  }

  Result<> add_payload(const std::vector<Step>& steps) {
    if (options_.payload_is_entity && options_.keep_line_ends) return {};
    if (options_.payload_is_entity) {
      push(std::make_unique<mime::CrlfCanonicaliser>(*out_));
      return {};
    }
    // A clear signed part is canonicalised by those who check it, inside an encrypted layer as well (RFC 8551
    // section 3.1.1): only a transfer encoding keeps its bytes.
    const bool visible = steps.empty() || std::find(steps.begin(), steps.end(), Step::SignClear) != steps.end();
    const TransferEncoding encoding =
        options_.part_encoding.value_or(visible ? TransferEncoding::Base64 : TransferEncoding::Binary);
    SG_TRY_ASSIGN(mime::Headers headers, header_start());
    SG_TRY(headers.add("Content-Type", options_.content_type));
    SG_TRY(headers.add("Content-Transfer-Encoding", mime::transfer_encoding_name(encoding)));
    if (!options_.file_name.empty()) {
      mime::ContentDisposition disposition;
      disposition.disposition = "attachment";
      disposition.parameters.set("filename", options_.file_name);
      SG_TRY(headers.add("Content-Disposition", disposition.to_string()));
    }
    if (!options_.content_description.empty()) {
      SG_TRY(headers.add("Content-Description", mime::encode_words(options_.content_description)));
    }
    push(detail::make_entity(std::move(headers), encoding, wants_canonical_lines(encoding), *out_));
    return {};
  }

  void tap(Sink* listener) {
    if (listener != nullptr) push(std::make_unique<TeeSink>(*listener, *out_));
  }

  void push(std::unique_ptr<Sink> sink) {
    out_ = sink.get();
    sinks_.push_back(std::move(sink));
  }

  EncodeOptions options_;
  Sink* out_;  ///< the innermost sink so far
  bool outermost_ = true;
  std::vector<std::unique_ptr<Sink>> sinks_;
};

Result<std::unique_ptr<Encoder>> Encoder::create(EncodeOptions options, Sink& target) {
  SG_TRY(detail::check_encode_options(options));
  auto impl = std::make_unique<Impl>(std::move(options), target);
  SG_TRY(impl->build());
  return std::unique_ptr<Encoder>(new Encoder(std::move(impl)));
}

Encoder::Encoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Encoder::~Encoder() = default;

Result<> Encoder::write(ByteView bytes) {
  return impl_->entry().write(bytes);
}
Result<> Encoder::finish() {
  return impl_->entry().finish();
}

}  // namespace sealgate::smime
