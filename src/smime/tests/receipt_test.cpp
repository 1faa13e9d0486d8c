// The octets that a receipt names: the same at the sender and at the receiver, whatever the layers and the pieces.

#include "smime/detached_digests.h"
#include "smime/tests/test_messages.h"

namespace sealgate::smime::testing {
namespace {

class KeepingTap final : public ReceiptTap {
 public:
  Sink& on_receipt_base(ReceiptBase base_now, std::string_view micalg_now) override {
    base = base_now;
    micalg = micalg_now;
    all_.push_back(std::make_unique<BufferSink>());
    return *all_.back();
  }
  Sink* on_signature() override { return wants_signature ? &signature_ : nullptr; }
  std::string octets() const { return all_.empty() ? "none" : std::string(as_text(all_.back()->bytes())); }

  std::optional<ReceiptBase> base;
  std::string micalg;
  bool wants_signature = true;
  const Bytes& signature() const { return signature_.bytes(); }

 private:
  BufferSink signature_;
  std::vector<std::unique_ptr<BufferSink>> all_;
};

const std::string kBody = "UNA:+.? '\nUNB+UNOA:2\r\n\xff\n";

std::string tapped(std::string_view message, KeepingTap& tap, std::size_t step) {
  DecodeOptions options = decode_options();
  options.receipt = &tap;
  return decode(std::move(options), message, step).outcome();
}

TEST(Receipt, SenderAndReceiverMeanTheSameOctets) {
  for (const std::optional<SignatureForm> sign :
       {std::optional<SignatureForm>{}, {SignatureForm::Clear}, {SignatureForm::Opaque}}) {
    for (const bool encrypt : {false, true}) {
      for (const auto compression : {Compression::None, Compression::BeforeSigning, Compression::AfterSigning}) {
        if (!sign && !encrypt && compression == Compression::None) continue;
        SCOPED_TRACE(::testing::Message() << "sign " << (sign ? static_cast<int>(*sign) : -1) << " encrypt "
                                          << encrypt << " compression " << static_cast<int>(compression));
        EncodeOptions options = encode_options({.sign = sign,
                                                .encrypt = encrypt,
                                                .compression = compression,
                                                .wire = mime::TransferEncoding::Binary,
                                                .part = mime::TransferEncoding::Binary});
        BufferSink sent;
        BufferSink inner;
        options.receipt_octets = &sent;
        options.payload_octets = &inner;
        const auto message = encode(std::move(options), kBody);
        ASSERT_TRUE(message);
        const std::string expected(as_text(sent.bytes()));
        EXPECT_TRUE(expected.starts_with("Content-Type: ") || expected.starts_with("MIME-Version: ")) << expected;
        EXPECT_TRUE(std::string(as_text(inner.bytes())).ends_with("\r\n\r\n" + kBody));
        EXPECT_EQ(expected == as_text(inner.bytes()), compression != Compression::BeforeSigning || !sign);
        for (const std::size_t step : {1U, 61U, 100'000U}) {
          KeepingTap tap;
          ASSERT_EQ(tapped(*message, tap, step), "ok");
          EXPECT_EQ(tap.octets(), expected);
          EXPECT_EQ(tap.base, sign ? ReceiptBase::Signed : ReceiptBase::Entity);
          EXPECT_EQ(tap.micalg, sign == SignatureForm::Clear ? "sha-256" : "");
        }
      }
    }
  }
}

/// Whether it is one SignedData from its first octet to its last, over `content` when it does not hold that.
bool is_good_signature(const Bytes& signature, const std::string& content, bool detached) {
  DecodeOptions options = decode_options();
  if (detached) {
    auto digests = std::make_shared<DetachedDigests>("sha-256");
    if (!digests->write(as_bytes(content)) || !digests->finish()) return false;
    options.detached_content = std::move(digests);
  }
  return decode(std::move(options), as_text(signature), 100'000).outcome() == "ok";
}

/// Wants a digest alone where somebody computes it anyway.
class DigestTap final : public ReceiptTap {
 public:
  explicit DigestTap(crypto::DigestAlgorithm algorithm) : algorithm_(algorithm) {}
  Sink& on_receipt_base(ReceiptBase, std::string_view) override { return octets; }
  std::optional<crypto::DigestAlgorithm> wanted_digest() const override { return algorithm_; }
  void on_receipt_digest(const crypto::DigestValue& value) override { digest = value; }

  BufferSink octets;
  std::optional<crypto::DigestValue> digest;

 private:
  crypto::DigestAlgorithm algorithm_;
};

TEST(Receipt, ADigestOfWhatASignatureCoversIsComputedOnce) {
  using crypto::DigestAlgorithm;
  // Longer than what is kept, too: that is hashed on the way. With line ends that a signature counts otherwise.
  for (const std::size_t size : {std::size_t{0}, std::size_t{5'000}, DetachedDigests::kSmallNamed + 1}) {
    std::string content = kBody;
    while (content.size() < size) content += "LIN+1++ARTICLE:EN'\nQTY\r\n";
    EncodeOptions options = encode_options({.sign = SignatureForm::Clear,
                                            .encrypt = true,
                                            .wire = mime::TransferEncoding::Binary,
                                            .part = mime::TransferEncoding::Binary});
    BufferSink sent;
    options.receipt_octets = &sent;
    const auto message = encode(std::move(options), content);
    ASSERT_TRUE(message);
    for (const std::size_t step : {997U, 10'000'000U}) {
      DigestTap tap(DigestAlgorithm::Sha256);
      DecodeOptions decode_with = decode_options();
      decode_with.receipt = &tap;
      EXPECT_EQ(decode(std::move(decode_with), *message, step).outcome(), "ok");
      EXPECT_TRUE(tap.octets.bytes().empty()) << "neither these octets nor those of the encryption around them";
      ASSERT_TRUE(tap.digest);
      EXPECT_EQ(*tap.digest, *crypto::digest(DigestAlgorithm::Sha256, sent.bytes()));
    }
    // One that micalg does not announce is not computed for the signature: the tap has the octets.
    DigestTap tap(DigestAlgorithm::Sha512);
    DecodeOptions decode_with = decode_options();
    decode_with.receipt = &tap;
    EXPECT_EQ(decode(std::move(decode_with), *message, 997).outcome(), "ok");
    EXPECT_FALSE(tap.digest);
    EXPECT_EQ(tap.octets.bytes(), sent.bytes());
  }
}

TEST(Receipt, TheSignatureItselfIsGivenAsItCame) {
  for (const SignatureForm form : {SignatureForm::Clear, SignatureForm::Opaque}) {
    for (const bool encrypt : {false, true}) {
      for (const auto compression : {Compression::None, Compression::BeforeSigning, Compression::AfterSigning}) {
        for (const auto wire : {mime::TransferEncoding::Binary, mime::TransferEncoding::Base64}) {
          const auto message =
              encode(encode_options({.sign = form, .encrypt = encrypt, .compression = compression, .wire = wire}),
                     std::string(150'000, 'x'));
          ASSERT_TRUE(message);
          Bytes first;
          for (const std::size_t step : {7U, 4096U, 1'000'000U}) {
            KeepingTap tap;
            ASSERT_EQ(tapped(*message, tap, step), "ok");
            EXPECT_TRUE(is_good_signature(tap.signature(), tap.octets(), form == SignatureForm::Clear));
            if (first.empty()) first = tap.signature();
            EXPECT_EQ(tap.signature(), first);
          }
          KeepingTap without;
          without.wants_signature = false;
          ASSERT_EQ(tapped(*message, without, 4096), "ok");
          EXPECT_TRUE(without.signature().empty());
        }
      }
    }
  }
}

TEST(Receipt, WhatIsNotSignedGivesNoSignature) {
  const auto message =
      encode(encode_options({.sign = {}, .encrypt = true, .compression = Compression::BeforeSigning}), kBody);
  ASSERT_TRUE(message);
  KeepingTap tap;
  ASSERT_EQ(tapped(*message, tap, 61), "ok");
  EXPECT_TRUE(tap.signature().empty());
}

TEST(Receipt, APlainMessageIsItsBodyAsTransferred) {
  for (const std::size_t step : {1U, 7U, 1000U}) {
    KeepingTap tap;
    ASSERT_EQ(tapped("Content-Type: application/edi-x12\r\nContent-Transfer-Encoding: base64\r\n\r\nSVNB\nKg==\n",
                     tap, step),
              "ok");
    EXPECT_EQ(tap.octets(), "SVNB\nKg==\n");
    EXPECT_EQ(tap.base, ReceiptBase::Body);
    KeepingTap several;
    ASSERT_EQ(tapped("Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--",
                     several, step),
              "ok");
    EXPECT_EQ(several.octets(), "--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--");
  }
}

TEST(Receipt, ContentThatIsNotMimeCountsAsItIs) {
  EncodeOptions options = encode_options({.sign = std::nullopt});
  options.payload_is_entity = options.keep_line_ends = true;
  BufferSink sent;
  options.receipt_octets = &sent;
  const auto message = encode(std::move(options), kBody);
  ASSERT_TRUE(message);
  KeepingTap tap;
  EXPECT_EQ(tapped(*message, tap, 5), "ok");
  EXPECT_EQ(tap.octets(), kBody);
  EXPECT_EQ(as_text(sent.bytes()), kBody);
}

TEST(Receipt, TheOutermostSignatureCounts) {
  EncodeOptions inner = encode_options({.sign = SignatureForm::Clear, .encrypt = false});
  const auto first = encode(std::move(inner), "text");
  ASSERT_TRUE(first);
  for (const auto form : {SignatureForm::Clear, SignatureForm::Opaque}) {
    EncodeOptions outer = encode_options({.sign = form});
    outer.payload_is_entity = true;
    const auto message = encode(std::move(outer), *first);
    ASSERT_TRUE(message);
    KeepingTap tap;
    ASSERT_EQ(tapped(*message, tap, 100), "ok");
    EXPECT_EQ(tap.octets(), *first);
  }
}

TEST(Receipt, MicalgIsSpeltAsOldReadersKnowIt) {
  EncodeOptions options = encode_options({.sign = SignatureForm::Clear, .encrypt = false});
  options.sign->old_micalg_names = true;
  const auto message = encode(std::move(options), "x");
  ASSERT_TRUE(message);
  KeepingTap tap;
  ASSERT_EQ(tapped(*message, tap, 100), "ok");
  EXPECT_EQ(tap.micalg, "sha256");
}

// Binary parts keep their bytes, where the partner takes them as binary.
TEST(Receipt, AnEntityMayKeepItsLineEnds) {
  const std::string entity =
      "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\none\ntwo\r\n";
  EncodeOptions options = encode_options({.sign = SignatureForm::Clear});
  options.payload_is_entity = options.keep_line_ends = true;
  const auto message = encode(std::move(options), entity);
  ASSERT_TRUE(message);
  const Opened opened = decode(*message);
  ASSERT_EQ(opened.outcome(), "ok");
  EXPECT_EQ(opened.parts.at(0), "one\ntwo\r\n");
}

}  // namespace
}  // namespace sealgate::smime::testing
