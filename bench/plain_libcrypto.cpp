#include "bench/plain_libcrypto.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

template <auto function>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    function(object);
  }
};
template <typename T, auto function>
using Owned = std::unique_ptr<T, Free<function>>;
using Bio = Owned<BIO, BIO_free_all>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using X509Ptr = Owned<X509, X509_free>;
using MdContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using CipherContext = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Cms = Owned<CMS_ContentInfo, CMS_ContentInfo_free>;

/// A benchmark that measured a failure would be worse than none.
void must(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "libcrypto: %s failed\n", what);
  std::exit(1);
}

Bio reader(const void* data, std::size_t size) {
  return Bio(BIO_new_mem_buf(data, static_cast<int>(size)));
}

Key read_key(const std::string& pem) {
  const Bio bio = reader(pem.data(), pem.size());
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  must(key != nullptr, "reading a key");
  return key;
}

X509Ptr read_certificate(const std::string& pem) {
  const Bio bio = reader(pem.data(), pem.size());
  X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  must(certificate != nullptr, "reading a certificate");
  return certificate;
}

Bytes taken(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, data + size};
}

Bytes sha256(std::span<const unsigned char> data) {
  Bytes digest(32);
  unsigned size = 0;
  must(EVP_Digest(data.data(), data.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1, "SHA-256");
  return digest;
}

Bytes aes(std::span<const unsigned char> data, const Bytes& key, const Bytes& iv, bool encrypt) {
  const CipherContext context(EVP_CIPHER_CTX_new());
  Bytes out(data.size() + 32);
  int size = 0;
  int more = 0;
  const int direction = encrypt ? 1 : 0;
  must(EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, key.data(), iv.data(), direction) == 1, "AES");
  must(EVP_CipherUpdate(context.get(), out.data(), &size, data.data(), static_cast<int>(data.size())) == 1, "AES");
  must(EVP_CipherFinal_ex(context.get(), out.data() + size, &more) == 1, "AES");
  out.resize(static_cast<std::size_t>(size) + static_cast<std::size_t>(more));
  return out;
}

}  // namespace

struct PlainLibcrypto::Impl {
  Key signer_key;
  X509Ptr signer;
  Key recipient_key;
  X509Ptr recipient;
  Owned<X509_STORE, X509_STORE_free> store{X509_STORE_new()};
  STACK_OF(X509) * recipients = sk_X509_new_null();
  ~Impl() { sk_X509_free(recipients); }

  void check_chain(X509* leaf) const {
    const Owned<X509_STORE_CTX, X509_STORE_CTX_free> context(X509_STORE_CTX_new());
    must(X509_STORE_CTX_init(context.get(), store.get(), leaf, nullptr) == 1, "a chain");
    must(X509_verify_cert(context.get()) == 1, "a chain");
  }
};

PlainLibcrypto::PlainLibcrypto(const std::string& signer, const std::string& recipient, const std::string& anchor)
    : impl_(std::make_unique<Impl>()) {
  impl_->signer_key = read_key(signer);
  impl_->signer = read_certificate(signer);
  impl_->recipient_key = read_key(recipient);
  impl_->recipient = read_certificate(recipient);
  sk_X509_push(impl_->recipients, impl_->recipient.get());
  X509_STORE_add_cert(impl_->store.get(), read_certificate(anchor).get());
}

PlainLibcrypto::~PlainLibcrypto() = default;

PlainLibcrypto::Sealed PlainLibcrypto::primitives_encode(std::span<const unsigned char> content) {
  Sealed sealed;
  // The signed attributes of a usual message: content type, signing time, message digest and capabilities.
  sealed.attributes = Bytes(200, 0x31);
  const Bytes digest = sha256(content);
  std::copy(digest.begin(), digest.end(), sealed.attributes.begin());
  const MdContext sign(EVP_MD_CTX_new());
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(impl_->signer_key.get()));
  sealed.signature.resize(size);
  must(EVP_DigestSignInit(sign.get(), nullptr, EVP_sha256(), nullptr, impl_->signer_key.get()) == 1, "signing");
  must(EVP_DigestSign(sign.get(), sealed.signature.data(), &size, sealed.attributes.data(),
                      sealed.attributes.size()) == 1,
       "signing");
  Bytes key(32);
  sealed.iv.resize(16);
  must(RAND_bytes(key.data(), 32) == 1 && RAND_bytes(sealed.iv.data(), 16) == 1, "random numbers");
  sealed.ciphertext = aes(content, key, sealed.iv, true);
  const KeyContext wrap(EVP_PKEY_CTX_new(X509_get0_pubkey(impl_->recipient.get()), nullptr));
  size = static_cast<std::size_t>(EVP_PKEY_get_size(impl_->recipient_key.get()));
  sealed.encrypted_key.resize(size);
  must(EVP_PKEY_encrypt_init(wrap.get()) == 1, "key transport");
  must(EVP_PKEY_encrypt(wrap.get(), sealed.encrypted_key.data(), &size, key.data(), key.size()) == 1,
       "key transport");
  return sealed;
}

bool PlainLibcrypto::primitives_decode(const Sealed& sealed) {
  const KeyContext unwrap(EVP_PKEY_CTX_new(impl_->recipient_key.get(), nullptr));
  Bytes key(sealed.encrypted_key.size());
  std::size_t size = key.size();
  must(EVP_PKEY_decrypt_init(unwrap.get()) == 1, "key transport");
  must(EVP_PKEY_decrypt(unwrap.get(), key.data(), &size, sealed.encrypted_key.data(), sealed.encrypted_key.size()) ==
           1,
       "key transport");
  key.resize(size);
  const Bytes content = aes(sealed.ciphertext, key, sealed.iv, false);
  const Bytes digest = sha256(content);
  const MdContext verify(EVP_MD_CTX_new());
  EVP_PKEY* signer = X509_get0_pubkey(impl_->signer.get());
  must(EVP_DigestVerifyInit(verify.get(), nullptr, EVP_sha256(), nullptr, signer) == 1, "verifying");
  const int good = EVP_DigestVerify(verify.get(), sealed.signature.data(), sealed.signature.size(),
                                    sealed.attributes.data(), sealed.attributes.size());
  impl_->check_chain(impl_->signer.get());
  return good == 1 && std::equal(digest.begin(), digest.end(), sealed.attributes.begin());
}

Bytes PlainLibcrypto::cms_encode(std::span<const unsigned char> content) {
  const Bio in = reader(content.data(), content.size());
  const Cms inner(CMS_sign(impl_->signer.get(), impl_->signer_key.get(), nullptr, in.get(), CMS_BINARY));
  must(inner != nullptr, "CMS_sign");
  const Bio signed_bytes(BIO_new(BIO_s_mem()));
  must(i2d_CMS_bio(signed_bytes.get(), inner.get()) == 1, "i2d");
  const Cms outer(CMS_encrypt(impl_->recipients, signed_bytes.get(), EVP_aes_256_cbc(), CMS_BINARY));
  must(outer != nullptr, "CMS_encrypt");
  const Bio out(BIO_new(BIO_s_mem()));
  must(i2d_CMS_bio(out.get(), outer.get()) == 1, "i2d");
  return taken(out.get());
}

Bytes PlainLibcrypto::cms_decode(const Bytes& message) {
  const Bio in = reader(message.data(), message.size());
  const Cms outer(d2i_CMS_bio(in.get(), nullptr));
  const Bio signed_bytes(BIO_new(BIO_s_mem()));
  must(CMS_decrypt(outer.get(), impl_->recipient_key.get(), impl_->recipient.get(), nullptr, signed_bytes.get(),
                   CMS_BINARY) == 1,
       "CMS_decrypt");
  const Cms inner(d2i_CMS_bio(signed_bytes.get(), nullptr));
  const Bio out(BIO_new(BIO_s_mem()));
  must(CMS_verify(inner.get(), nullptr, impl_->store.get(), nullptr, out.get(), CMS_BINARY) == 1, "CMS_verify");
  return taken(out.get());
}

}  // namespace bench
