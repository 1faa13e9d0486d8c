// PKCS#12 key stores (RFC 7292): password integrity or none, password privacy or none.
#include <openssl/pkcs12err.h>

#include "certificates/errors.h"
#include "certificates/import_internal.h"

namespace sealgate::certificates {
namespace {

using BagStack = STACK_OF(PKCS12_SAFEBAG);
using SafeStack = STACK_OF(PKCS7);
void free_bags(BagStack* bags) {
  sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}
void free_safes(SafeStack* safes) {
  sk_PKCS7_pop_free(safes, PKCS7_free);
}
using BagStackHandle = std::unique_ptr<BagStack, Deleter<free_bags>>;
using SafeStackHandle = std::unique_ptr<SafeStack, Deleter<free_safes>>;
using KeyInfoHandle = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Deleter<PKCS8_PRIV_KEY_INFO_free>>;

constexpr int kMaxNesting = 8;
constexpr std::string_view kWhat = "the PKCS#12 file";

tl::unexpected<Error> malformed(std::string what) {
  return fail(kImportMalformed, std::move(what), {}, "export the file again from its source");
}

/// PKCS#12 distinguishes an empty password from none, and writers do both for "no password".
struct Password {
  const char* text = nullptr;
  int length = 0;
};

class Reader {
 public:
  Reader(BundleBuilder& builder, PKCS12* store) : builder_(builder), store_(store) {
    const Secret* given = builder.options().password;
    if (given == nullptr || given->empty()) return;
    // OpenSSL's old functions want a terminated string.
    secret_ = Secret(given->size() + 1);
    std::copy(given->view().begin(), given->view().end(), secret_.data());
    password_ = {secret_.text().data(), static_cast<int>(given->size())};
    given_ = true;
  }

  Result<> read() {
    SG_TRY(check_integrity());
    const SafeStackHandle safes(PKCS12_unpack_authsafes(store_));
    if (!safes) {
      return ERR_GET_REASON(ERR_peek_last_error()) == PKCS12_R_CONTENT_TYPE_NOT_DATA
                 ? fail(kImportUnsupported, "the PKCS#12 file is protected by a public key, not by a password", {},
                        "export it again with a password")
                 : malformed("the PKCS#12 structure is damaged");
    }
    for (int index = 0; index < sk_PKCS7_num(safes.get()); ++index) {
      SG_TRY(read_safe(sk_PKCS7_value(safes.get(), index)));
    }
    return {};
  }

 private:
  Result<> check_integrity() {
    if (PKCS12_mac_present(store_) != 1) {
      builder_.note("the PKCS#12 file has no MAC: nothing proves that it is unchanged");
      return {};
    }
    const ASN1_INTEGER* iterations = nullptr;
    const X509_ALGOR* algorithm = nullptr;
    PKCS12_get0_mac(nullptr, &algorithm, nullptr, &iterations, store_);
    SG_TRY(check_iterations(iterations, builder_.options()));
    const ASN1_OBJECT* digest = nullptr;
    X509_ALGOR_get0(&digest, nullptr, nullptr, algorithm);
    if (EVP_get_digestbyobj(digest) == nullptr) {
      return fail(kImportUnsupported, "the PKCS#12 file is protected by the unknown MAC " + oid_to_string(digest), {},
                  "export it again with a SHA-256 MAC");
    }
    if (PKCS12_verify_mac(store_, password_.text, password_.length) == 1) return {};
    if (given_) return wrong_password(kWhat);
    password_ = {"", 0};
    if (PKCS12_verify_mac(store_, password_.text, password_.length) == 1) return {};
    return password_required(kWhat);
  }

  Result<> read_safe(PKCS7* safe) {
    BagStackHandle bags;
    switch (OBJ_obj2nid(safe->type)) {
      case NID_pkcs7_data:
        bags.reset(PKCS12_unpack_p7data(safe));
        if (!bags) return malformed("a part of the PKCS#12 file cannot be read");
        break;
      case NID_pkcs7_encrypted: {
        if (safe->d.encrypted == nullptr || safe->d.encrypted->enc_data == nullptr) {
          return malformed("an encrypted part of the PKCS#12 file is empty");
        }
        const X509_ALGOR* algorithm = safe->d.encrypted->enc_data->algorithm;
        SG_TRY(check_iterations(algorithm, builder_.options()));
        bags.reset(PKCS12_unpack_p7encdata(safe, password_.text, password_.length));
        if (!bags) return cannot_decrypt(algorithm);
        break;
      }
      default:
        builder_.note("passed over a part of the PKCS#12 file that is encrypted for a certificate");
        return {};
    }
    return read_bags(bags.get(), 0);
  }

  tl::unexpected<Error> cannot_decrypt(const X509_ALGOR* algorithm) {
    const unsigned long reason = ERR_peek_last_error();
    const int code = ERR_GET_REASON(reason);
    const int library = ERR_GET_LIB(reason);
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    const bool unknown =
        (library == ERR_LIB_EVP &&
         (code == EVP_R_UNKNOWN_PBE_ALGORITHM || code == EVP_R_UNSUPPORTED_CIPHER || code == ERR_R_UNSUPPORTED)) ||
        EVP_PBE_find(EVP_PBE_TYPE_OUTER, OBJ_obj2nid(object), nullptr, nullptr, nullptr) != 1;
    if (unknown) {
      return fail(kImportUnsupported,
                  "the PKCS#12 file is encrypted with the unknown scheme " + oid_to_string(object), {},
                  "export it again with AES-256");
    }
    return given_ ? wrong_password(kWhat) : password_required(kWhat);
  }

  Result<> read_bags(const BagStack* bags, int depth) {
    if (depth > kMaxNesting) return malformed("the bags of the PKCS#12 file are nested too deeply");
    for (int index = 0; index < sk_PKCS12_SAFEBAG_num(bags); ++index) {
      SG_TRY(read_bag(sk_PKCS12_SAFEBAG_value(bags, index), depth));
    }
    return {};
  }

  Result<> read_bag(const PKCS12_SAFEBAG* bag, int depth) {
    switch (PKCS12_SAFEBAG_get_nid(bag)) {
      case NID_keyBag:
        return add_key(PKCS12_SAFEBAG_get0_p8inf(bag));
      case NID_pkcs8ShroudedKeyBag:
        return add_shrouded_key(bag);
      case NID_certBag:
        return add_certificate(bag);
      case NID_crlBag:
        return add_crl(bag);
      case NID_safeContentsBag:
        return read_bags(PKCS12_SAFEBAG_get0_safes(bag), depth + 1);
      default:
        builder_.note("passed over a bag of an unknown type in the PKCS#12 file");
        return {};
    }
  }

  Result<> add_shrouded_key(const PKCS12_SAFEBAG* bag) {
    const X509_ALGOR* algorithm = nullptr;
    X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algorithm, nullptr);
    SG_TRY(check_iterations(algorithm, builder_.options()));
    const KeyInfoHandle info(PKCS12_decrypt_skey(bag, password_.text, password_.length));
    if (!info) return cannot_decrypt(algorithm);
    return add_key(info.get());
  }

  Result<> add_key(const PKCS8_PRIV_KEY_INFO* info) {
    const EvpKeyHandle key(info == nullptr ? nullptr : EVP_PKCS82PKEY(info));
    if (!key) {
      builder_.note("passed over a private key of an unknown type");
      return {};
    }
    return builder_.add_key(crypto::PrivateKey::from_native(key.get()));
  }

  Result<> add_certificate(const PKCS12_SAFEBAG* bag) {
    const X509Handle x509(PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Certificate ? PKCS12_SAFEBAG_get1_cert(bag)
                                                                                 : nullptr);
    if (!x509) {
      builder_.note("passed over a certificate that cannot be read");
      return {};
    }
    // The name must not be changed through the bag: OpenSSL's function takes it non-const.
    char* raw_name = PKCS12_get_friendlyname(const_cast<PKCS12_SAFEBAG*>(bag));
    const OpensslMemory owner(reinterpret_cast<unsigned char*>(raw_name));
    SG_TRY_ASSIGN(Certificate certificate, Certificate::from_native(x509.get()));
    return builder_.add_certificate(std::move(certificate), raw_name == nullptr ? std::string() : raw_name);
  }

  Result<> add_crl(const PKCS12_SAFEBAG* bag) {
    const X509CrlHandle list(PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Crl ? PKCS12_SAFEBAG_get1_crl(bag) : nullptr);
    if (!list) {
      builder_.note("passed over a revocation list that cannot be read");
      return {};
    }
    SG_TRY_ASSIGN(Crl crl, Crl::from_der(encode_der<const X509_CRL>(i2d_X509_CRL, list.get())));
    return builder_.add_crl(std::move(crl));
  }

  BundleBuilder& builder_;
  PKCS12* store_;
  Secret secret_;
  Password password_;
  bool given_ = false;
};

}  // namespace

Result<> import_pkcs12(BundleBuilder& builder, ByteView der) {
  const ErrorQueueGuard guard;
  const unsigned char* cursor = der.data();
  const Pkcs12Handle store(d2i_PKCS12(nullptr, &cursor, static_cast<long>(der.size())));
  if (!store) return malformed("the PKCS#12 structure is damaged or cut off");
  return Reader(builder, store.get()).read();
}

}  // namespace sealgate::certificates
