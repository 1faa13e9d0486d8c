#include "crypto/cipher.h"

#include "crypto/errors.h"
#include "crypto/random.h"
#include "crypto/tests/support.h"

namespace sealgate::crypto {
namespace {

using test::error_id;
using test::must;
using test::pattern;
using test::Scratch;
using test::unhex;

constexpr ContentCipher kAllCiphers[] = {
    ContentCipher::DesCbc,     ContentCipher::Des3Cbc,   ContentCipher::Rc2_40Cbc, ContentCipher::Rc2_64Cbc,
    ContentCipher::Rc2_128Cbc, ContentCipher::Aes128Cbc, ContentCipher::Aes192Cbc, ContentCipher::Aes256Cbc,
    ContentCipher::Aes128Gcm,  ContentCipher::Aes192Gcm, ContentCipher::Aes256Gcm};

/// Runs everything through in pieces of `step`.
Result<Bytes> run(CipherStream& stream, ByteView input, std::size_t step) {
  Bytes output;
  Bytes buffer(CipherStream::output_bound(step));
  for (std::size_t i = 0; i < input.size(); i += step) {
    SG_TRY_ASSIGN(const std::size_t size, stream.update(input.subspan(i, std::min(step, input.size() - i)), buffer));
    append(output, ByteView(buffer).first(size));
  }
  std::array<Byte, kMaxCipherBlock> rest{};
  SG_TRY_ASSIGN(const std::size_t size, stream.finish(rest));
  append(output, ByteView(rest).first(size));
  return output;
}

struct Sealed {
  Bytes content, tag;
};

Sealed encrypt(const CipherKey& key, ByteView plain, ByteView late_aad = {}) {
  CipherStream stream = must(CipherStream::encryptor(key));
  Sealed sealed{must(run(stream, plain, 4096)), {}};
  if (is_aead(key.cipher)) {
    must(stream.authenticate_late(late_aad));
    sealed.tag = must(stream.tag());
  }
  return sealed;
}

Result<Bytes> decrypt(const CipherKey& key, const Sealed& sealed, std::size_t step = 4096, ByteView late_aad = {}) {
  SG_TRY_ASSIGN(CipherStream stream, CipherStream::decryptor(key));
  if (is_aead(key.cipher)) {
    SG_TRY(stream.set_tag(sealed.tag));
    SG_TRY(stream.authenticate_late(late_aad));
  }
  return run(stream, sealed.content, step);
}

TEST(Cipher, RoundTripsInAnyPieces) {
  for (const ContentCipher cipher : kAllCiphers) {
    const Secret key = must(random_content_key(cipher));
    const Bytes iv = must(random_bytes(iv_size(cipher)));
    const CipherKey with{cipher, key.view(), iv};
    for (const std::size_t size : {0U, 1U, 7U, 8U, 15U, 16U, 17U, 1000U, 70000U}) {
      const Bytes plain = pattern(size);
      const Sealed sealed = encrypt(with, plain);
      const std::size_t block = block_size(cipher);
      EXPECT_EQ(sealed.content.size(), block == 1 ? size : (size / block + 1) * block);
      for (const std::size_t step : {1U, 5U, 16U, 33U, 65536U}) {
        if (size > 1000 && step < 33) continue;
        EXPECT_EQ(must(decrypt(with, sealed, step)), plain) << name(cipher) << " " << size << " by " << step;
      }
    }
  }
}

TEST(Cipher, AgreesWithOpenssl) {
  const Scratch scratch;
  const Bytes plain = pattern(5000);
  scratch.write("plain", plain);
  const std::pair<ContentCipher, std::string> names[] = {
      {ContentCipher::DesCbc, "des-cbc"},       {ContentCipher::Des3Cbc, "des-ede3-cbc"},
      {ContentCipher::Rc2_40Cbc, "rc2-40-cbc"}, {ContentCipher::Rc2_64Cbc, "rc2-64-cbc"},
      {ContentCipher::Rc2_128Cbc, "rc2-cbc"},   {ContentCipher::Aes128Cbc, "aes-128-cbc"},
      {ContentCipher::Aes256Cbc, "aes-256-cbc"}};
  for (const auto& [cipher, openssl_name] : names) {
    const Secret key = must(random_content_key(cipher));
    const Bytes iv = must(random_bytes(iv_size(cipher)));
    ASSERT_TRUE(scratch.openssl("enc -provider default -provider legacy -" + openssl_name + " -K " +
                                to_hex(key.view()) + " -iv " + to_hex(iv) + " -in plain -out cipher"));
    EXPECT_EQ(encrypt({cipher, key.view(), iv}, plain).content, test::read_file(scratch.file("cipher")))
        << openssl_name;
  }
}

TEST(Cipher, Rc2TakesOtherKeyLengths) {
  const Bytes key = pattern(16), iv = pattern(8);
  for (const ContentCipher cipher : {ContentCipher::Rc2_40Cbc, ContentCipher::Rc2_128Cbc}) {
    for (const std::size_t length : {1U, 5U, 10U, 16U}) {
      const CipherKey with{cipher, ByteView(key).first(length), iv};
      EXPECT_EQ(must(decrypt(with, encrypt(with, pattern(100)))), pattern(100));
    }
  }
}

TEST(Cipher, CbcFailuresAreAllAlike) {
  for (const ContentCipher cipher : {ContentCipher::Des3Cbc, ContentCipher::Rc2_40Cbc, ContentCipher::Aes256Cbc}) {
    const Secret key = must(random_content_key(cipher));
    const Bytes iv = must(random_bytes(iv_size(cipher)));
    const CipherKey with{cipher, key.view(), iv};
    const std::size_t block = block_size(cipher);
    const Sealed sealed = encrypt(with, pattern(100));
    std::vector<std::string> errors;
    const auto collect = [&errors](const Result<Bytes>& result) {
      if (!result) errors.push_back(result.error().to_string());
      return !result.has_value();
    };
    // Nothing, and a length that is not whole blocks.
    EXPECT_TRUE(collect(decrypt(with, Sealed{})));
    for (std::size_t cut = 1; cut < block; ++cut) {
      Sealed truncated = sealed;
      truncated.content.resize(sealed.content.size() - cut);
      EXPECT_TRUE(collect(decrypt(with, truncated)));
    }
    // Padding that names zero bytes or more than a block: change the byte that the last plaintext byte is xored with.
    const Byte padding = static_cast<Byte>(block - 100 % block);
    for (const Byte wrong : {Byte{0}, static_cast<Byte>(block + 1), Byte{255}}) {
      Sealed bad = sealed;
      bad.content[bad.content.size() - block - 1] ^= padding ^ wrong;
      EXPECT_TRUE(collect(decrypt(with, bad)));
    }
    // Wrong keys: padding is right by chance one time in 256.
    int failures = 0;
    for (unsigned i = 0; i < 64; ++i) {
      const Secret wrong = must(random_content_key(cipher));
      failures += collect(decrypt({cipher, wrong.view(), iv}, sealed)) ? 1 : 0;
    }
    EXPECT_GE(failures, 55);
    // A key of the wrong length, concealed.
    failures = 0;
    for (unsigned i = 0; i < 64; ++i) {
      failures += collect(decrypt({cipher, ByteView(), iv, {}, true}, sealed)) ? 1 : 0;
    }
    EXPECT_GE(failures, 55);
    for (const std::string& error : errors) EXPECT_EQ(error, errors.front());
    EXPECT_THAT(errors.front(), testing::HasSubstr("crypto.decrypt-failed"));
  }
}

TEST(Cipher, GcmKnownAnswer) {
  // McGrew and Viega, test case 16.
  const Bytes key = unhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const Bytes iv = unhex("cafebabefacedbaddecaf888");
  const Bytes plain = unhex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de6"
      "57ba"
      "637b39");
  const Bytes aad = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const Sealed early = encrypt({ContentCipher::Aes256Gcm, key, iv, aad}, plain);
  EXPECT_EQ(to_hex(early.content),
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e63"
            "93ba7a0abcc"
            "9f662");
  EXPECT_EQ(to_hex(early.tag), "76fc6ece0f4e1768cddf8853bb2d551b");
  const Sealed late = encrypt({ContentCipher::Aes256Gcm, key, iv}, plain, aad);
  EXPECT_EQ(late.content, early.content);
  EXPECT_EQ(late.tag, early.tag);
}

TEST(Cipher, LateAadEqualsEarlyAad) {
  for (const ContentCipher cipher : {ContentCipher::Aes128Gcm, ContentCipher::Aes192Gcm, ContentCipher::Aes256Gcm}) {
    const Secret key = must(random_content_key(cipher));
    for (const std::size_t nonce : {12U, 16U, 8U}) {
      const Bytes iv = must(random_bytes(nonce));
      for (const std::size_t aad_size : {0U, 1U, 15U, 16U, 17U, 32U, 300U}) {
        const Bytes aad = pattern(aad_size, 9);
        for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 1000U, 100000U}) {
          const Bytes plain = pattern(size);
          const Sealed early = encrypt({cipher, key.view(), iv, aad}, plain);
          const Sealed late = encrypt({cipher, key.view(), iv}, plain, aad);
          ASSERT_EQ(late.tag, early.tag) << aad_size << " " << size;
          ASSERT_EQ(must(decrypt({cipher, key.view(), iv}, early, 777, aad)), plain);
          ASSERT_EQ(must(decrypt({cipher, key.view(), iv, aad}, late, 777)), plain);
        }
      }
    }
  }
}

TEST(Cipher, GcmRefusesEveryChange) {
  const ContentCipher cipher = ContentCipher::Aes256Gcm;
  const Bytes key = pattern(32, 2), iv = pattern(12, 3), aad = pattern(40, 4), plain = pattern(50);
  const Sealed sealed = encrypt({cipher, key, iv}, plain, aad);
  const CipherKey with{cipher, key, iv};
  const auto refused = [&](const CipherKey& other_key, const Sealed& other, ByteView other_aad) {
    return error_id(decrypt(other_key, other, 4096, other_aad)) == kAuthentication.id;
  };
  ASSERT_EQ(must(decrypt(with, sealed, 4096, aad)), plain);
  for (std::size_t i = 0; i < sealed.content.size() * 8; ++i) {
    Sealed bad = sealed;
    bad.content[i / 8] ^= static_cast<Byte>(1 << i % 8);
    EXPECT_TRUE(refused(with, bad, aad));
  }
  for (std::size_t i = 0; i < sealed.tag.size() * 8; ++i) {
    Sealed bad = sealed;
    bad.tag[i / 8] ^= static_cast<Byte>(1 << i % 8);
    EXPECT_TRUE(refused(with, bad, aad));
  }
  for (std::size_t i = 0; i < aad.size() * 8; ++i) {
    Bytes bad = aad;
    bad[i / 8] ^= static_cast<Byte>(1 << i % 8);
    EXPECT_TRUE(refused(with, sealed, bad));
  }
  for (std::size_t size = 0; size < sealed.content.size(); ++size) {
    Sealed bad = sealed;
    bad.content.resize(size);
    EXPECT_TRUE(refused(with, bad, aad));
  }
  EXPECT_TRUE(refused(with, sealed, {}));
  EXPECT_TRUE(refused({cipher, pattern(32, 5), iv}, sealed, aad));
  EXPECT_TRUE(refused({cipher, pattern(31, 5), iv, {}, true}, sealed, aad));
}

TEST(Cipher, GcmTagLengths) {
  const CipherKey with{ContentCipher::Aes128Gcm, {}, {}};
  const Bytes key = pattern(16), iv = pattern(16, 7);
  CipherKey full = with;
  full.key = key;
  full.iv = iv;
  const Sealed sealed = encrypt(full, pattern(33));
  for (std::size_t size = 0; size <= 17; ++size) {
    Sealed cut = sealed;
    cut.tag.resize(size);
    const auto result = decrypt(full, cut);
    EXPECT_EQ(error_id(result), size >= 12 && size <= 16 ? "no error" : kBadParameter.id) << size;
  }
  // Without any tag nothing is authentic.
  CipherStream stream = must(CipherStream::decryptor(full));
  EXPECT_EQ(error_id(run(stream, sealed.content, 100)), kAuthentication.id);
}

TEST(Cipher, RefusesWrongParameters) {
  const Bytes bytes = pattern(64);
  const ByteView view(bytes);
  for (const ContentCipher cipher : kAllCiphers) {
    const ByteView iv = view.first(iv_size(cipher));
    EXPECT_EQ(error_id(CipherStream::encryptor({cipher, ByteView(), iv})), kBadParameter.id);
    EXPECT_EQ(error_id(CipherStream::encryptor({cipher, view.first(key_size(cipher)), ByteView()})),
              kBadParameter.id);
    EXPECT_EQ(error_id(CipherStream::encryptor({cipher, view.first(key_size(cipher)), view.first(17)})),
              kBadParameter.id);
    if (!is_rc2(cipher)) {
      EXPECT_EQ(error_id(CipherStream::decryptor({cipher, view.first(key_size(cipher) + 1), iv})), kBadParameter.id);
    }
    if (!is_aead(cipher)) {
      EXPECT_EQ(error_id(CipherStream::decryptor({cipher, view.first(key_size(cipher)), iv, view})),
                kBadParameter.id);
    }
  }
  CipherStream stream = must(CipherStream::encryptor({ContentCipher::Aes128Cbc, view.first(16), view.first(16)}));
  std::array<Byte, 31> small{};
  EXPECT_EQ(error_id(stream.update(view.first(16), small)), kBadParameter.id);
  EXPECT_EQ(error_id(stream.tag()), kBadParameter.id);
  EXPECT_EQ(error_id(stream.set_tag(view.first(16))), kBadParameter.id);
  EXPECT_EQ(error_id(stream.authenticate_late(view)), kBadParameter.id);
}

TEST(CipherSink, StreamsBetweenSinks) {
  const Bytes key = pattern(32, 2), iv = pattern(16, 3), plain = pattern(200000);
  CipherStream encryptor = must(CipherStream::encryptor({ContentCipher::Aes256Cbc, key, iv}));
  CipherStream decryptor = must(CipherStream::decryptor({ContentCipher::Aes256Cbc, key, iv}));
  BufferSink end;
  CipherSink decrypting(decryptor, end);
  CipherSink encrypting(encryptor, decrypting);
  must(encrypting.write(ByteView(plain).first(1)));
  must(encrypting.write(ByteView(plain).subspan(1)));
  must(encrypting.finish());
  EXPECT_EQ(end.bytes(), plain);
}

}  // namespace
}  // namespace sealgate::crypto
