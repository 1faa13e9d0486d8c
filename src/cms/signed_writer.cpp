#include "cms/detail/signer_writer.h"
#include "cms/detail/stream_writer.h"
#include "cms/errors.h"

namespace sealgate::cms {
namespace {

/// The whole SignedData without content, in DER.
Result<Bytes> detached_structure(const SignedDataOptions& options, const crypto::MultiDigest& digests) {
  SG_TRY_ASSIGN(const Bytes tail, detail::certificates_and_signers(options, digests));
  Bytes structure =
      der_sequence({der_integer(detail::signed_data_version(options)), detail::digest_algorithms(options),
                    der_sequence({der_oid(options.content_type)}), tail});
  return options.bare ? structure : detail::content_info(oids::kSignedData, structure);
}

crypto::MultiDigest digests_for(const SignedDataOptions& options) {
  crypto::MultiDigest digests;
  for (const SignerSpec& signer : options.signers) {
    if (!digests.contains(signer.digest)) digests.add(signer.digest);
  }
  return digests;
}

}  // namespace

class SignedDataWriter::Impl {
 public:
  Impl(SignedDataOptions options, Sink& out)
      : options_(std::move(options)), out_(out), segments_(out), digests_(digests_for(options_)) {}

  Result<> write(ByteView bytes) {
    if (bytes.empty()) return {};
    digests_.update(bytes);
    if (options_.detached) return {};
    if (!begun_) SG_TRY(begin());
    empty_ = false;
    return segments_.write(bytes);
  }

  Result<> finish() {
    if (options_.detached) {
      SG_TRY_ASSIGN(const Bytes structure, detached_structure(options_, digests_));
      SG_TRY(out_.write(structure));
      return out_.finish();
    }
    if (!begun_) SG_TRY(begin());
    SG_TRY(segments_.flush());
    Bytes tail;
    // An octet string without any segment confuses some readers; one without octets does not.
    if (empty_) tail = der_octet_string({});
    detail::close_indefinite(tail, 3);  // OCTET STRING, [0], EncapsulatedContentInfo
    SG_TRY_ASSIGN(const Bytes signers, detail::certificates_and_signers(options_, digests_));
    append(tail, signers);
    detail::close_indefinite(tail, options_.bare ? 1 : 3);
    SG_TRY(out_.write(tail));
    return out_.finish();
  }

 private:
  Result<> begin() {
    begun_ = true;
    Bytes head;
    detail::open_layer(head, oids::kSignedData, options_.bare);
    append(head, der_integer(detail::signed_data_version(options_)));
    append(head, detail::digest_algorithms(options_));
    detail::open_encapsulated(head, options_.content_type);
    return out_.write(head);
  }

  SignedDataOptions options_;
  Sink& out_;
  detail::SegmentWriter segments_;
  crypto::MultiDigest digests_;
  bool begun_ = false;
  bool empty_ = true;
};

SignedDataWriter::SignedDataWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SignedDataWriter::~SignedDataWriter() = default;
Result<> SignedDataWriter::write(ByteView bytes) {
  return impl_->write(bytes);
}
Result<> SignedDataWriter::finish() {
  return impl_->finish();
}

Result<std::unique_ptr<SignedDataWriter>> SignedDataWriter::create(SignedDataOptions options, Sink& out) {
  SG_TRY(detail::prepare_signers(options));
  return std::unique_ptr<SignedDataWriter>(new SignedDataWriter(std::make_unique<Impl>(std::move(options), out)));
}

Result<Bytes> make_detached_signature(SignedDataOptions options, const crypto::MultiDigest& digests) {
  SG_TRY(detail::prepare_signers(options));
  return detached_structure(options, digests);
}

}  // namespace sealgate::cms
