#pragma once
// Digests of the first part of a multipart/signed, before anyone knows which digest the signature will name.
//
// The signature follows the content, and `micalg` is only a hint (RFC 8551 section 3.5.3.2). A part up to
// kSmallNamed, or kSmall when micalg names no digest that we know, is kept and hashed once, when the signature has
// said how. A larger one is hashed on the way: with the algorithms that micalg names and SHA-256, or with all of them
// when it names none that we know.
//
// What counts is the text with CRLF line ends ("crlf", RFC 8551 section 3.1.1). A part with binary transfer encoding,
// or none stated, as AS2 partners send, also counts as it was received ("raw"). Where a partner is known to sign yet
// another form, three more are tolerated: with LF ("lf", up to kLfLimit), without the last line end ("stripped"), and
// with the line end that belongs to the delimiter ("extended"). None of them changes what the text says.

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/sink.h"
#include "cms/providers.h"
#include "crypto/digest.h"

namespace sealgate::smime {

class DetachedDigests final : public Sink, public cms::DetachedContent {
 public:
  static constexpr std::size_t kSmall = std::size_t{1024} * 1024;
  static constexpr std::size_t kSmallNamed = std::size_t{256} * 1024;
  static constexpr std::uint64_t kLfLimit = std::uint64_t{16} * 1024 * 1024;

  /// `micalg` is the parameter as it stands: a comma-separated list, possibly empty.
  explicit DetachedDigests(std::string_view micalg, bool tolerate_line_ends = false);

  /// Once the part's header is known: whether its bytes count as they were received. True until said otherwise.
  void accept_raw(bool accepted) { raw_accepted_ = accepted; }

  Result<> write(ByteView raw) override;
  Result<> finish() override;

  std::size_t variant_count() const override;
  std::string_view variant_name(std::size_t variant) const override;
  std::optional<crypto::DigestValue> digest(std::size_t variant, crypto::DigestAlgorithm algorithm) const override;
  std::optional<ByteView> content(std::size_t variant) const override;

  /// True when `algorithm` is one that the text is hashed with in any case.
  bool computes(crypto::DigestAlgorithm algorithm) const;
  /// Of the octets as received; after finish().
  std::optional<crypto::DigestValue> raw(crypto::DigestAlgorithm algorithm) const {
    return digest_of(Form::Raw, algorithm);
  }
  /// SHA-256 of the octets as received, when the signature was over those (`variant` is "raw"), else of the CRLF
  /// form; after finish().
  std::optional<crypto::DigestValue> sha256(std::string_view variant) const {
    return digest_of(variant == "raw" ? Form::Raw : Form::Crlf, crypto::DigestAlgorithm::Sha256);
  }
  std::uint64_t size() const { return size_; }

 private:
  enum class Form { Raw, Crlf, Lf, Stripped, Extended };

  using Digests = std::vector<crypto::Digest>;

  void start_hashing();
  void hash(ByteView raw);
  void hash_raw(ByteView raw);
  static Digests clone(const Digests& digests);
  static void update(Digests& digests, ByteView bytes);
  Bytes small_in(Form form) const;
  /// Those that count, in the order of the variants.
  struct Forms {
    std::array<Form, 5> all{};
    std::size_t count = 0;
    void add(Form form) { all[count++] = form; }
  };
  Forms forms() const;
  std::optional<crypto::DigestValue> digest_of(Form form, crypto::DigestAlgorithm algorithm) const;
  std::optional<crypto::DigestValue> small_digest_of(Form form, crypto::DigestAlgorithm algorithm) const;

  std::vector<crypto::DigestAlgorithm> algorithms_;
  std::size_t small_limit_;
  bool tolerant_;
  bool raw_accepted_ = true;
  std::uint64_t size_ = 0;
  Bytes small_;  ///< the whole part, as long as it is small
  mutable std::optional<std::pair<crypto::DigestAlgorithm, crypto::DigestValue>> small_raw_;  ///< the last of it
  bool hashing_ = false;

  // Large parts. The last line end is kept apart, because two forms treat it differently.
  Bytes tail_;  ///< at most two bytes: "\r", "\n" or "\r\n"
  bool after_cr_ = false;
  Digests raw_;
  Digests crlf_;  ///< empty while the text had no bare LF: the same as raw_ then
  Digests lf_;    ///< empty while the text had no CRLF, and past kLfLimit
  bool lf_gone_ = false;
  Bytes scratch_;
};

}  // namespace sealgate::smime
