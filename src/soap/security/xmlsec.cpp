#include "soap/security/xmlsec.h"

#include <libxml/c14n.h>
#include <openssl/evp.h>
#include <xmlsec/base64.h>
#include <xmlsec/errors.h>
#include <xmlsec/io.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/openssl/evp.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlenc.h>
#include <xmlsec/xmlsec.h>

#include <memory>
#include <mutex>

#include "soap/errors.h"
#include "xml/errors.h"
#include "xml/library.h"

namespace sealgate::soap {
namespace {

struct Delete {
  void operator()(xmlSecDSigCtx* context) const { xmlSecDSigCtxDestroy(context); }
  void operator()(xmlSecEncCtx* context) const { xmlSecEncCtxDestroy(context); }
  void operator()(xmlSecKey* key) const { xmlSecKeyDestroy(key); }
};
using SignatureContext = std::unique_ptr<xmlSecDSigCtx, Delete>;
using EncryptionContext = std::unique_ptr<xmlSecEncCtx, Delete>;
using Key = std::unique_ptr<xmlSecKey, Delete>;

void keep_quiet(const char*, int, const char*, const char*, const char*, int, const char*) {}

tl::unexpected<Error> failed(const char* what) {
  return fail(kSecurityFailed, what, {}, "look at the memory of this computer");
}

/// Takes over `data`, whatever happens.
Result<Key> key_of(xmlSecKeyDataPtr data) {
  Key key(xmlSecKeyCreate());
  if (data == nullptr || key == nullptr || xmlSecKeySetValue(key.get(), data) < 0) {
    if (data != nullptr) xmlSecKeyDataDestroy(data);
    return failed("xmlsec does not take the key");
  }
  return key;
}

Result<Key> key_of(evp_pkey_st* native) {
  if (native == nullptr || EVP_PKEY_up_ref(native) != 1) return failed("there is no key");
  xmlSecKeyDataPtr data = xmlSecOpenSSLEvpKeyAdopt(native);
  if (data == nullptr) EVP_PKEY_free(native);
  return key_of(data);
}

Result<Key> aes_key(ByteView bytes) {
  xmlSecKeyDataPtr data = xmlSecKeyDataCreate(xmlSecOpenSSLKeyDataAesId);
  if (data != nullptr && xmlSecOpenSSLKeyDataAesSet(data, bytes.data(), static_cast<xmlSecSize>(bytes.size())) < 0) {
    xmlSecKeyDataDestroy(data);
    data = nullptr;
  }
  return key_of(data);
}

/// References inside of the document, exclusive canonicalisation, digests and signatures that are good today.
Result<SignatureContext> signature_context(Key key) {
  SignatureContext context(xmlSecDSigCtxCreate(nullptr));
  if (context == nullptr) return failed("xmlsec has no memory");
  context->flags = XMLSEC_DSIG_FLAGS_STORE_SIGNEDINFO_REFERENCES | XMLSEC_DSIG_FLAGS_IGNORE_MANIFESTS;
  context->enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
  bool enabled = true;
  for (const auto transform : {xmlSecTransformExclC14NId, xmlSecOpenSSLTransformSha256Id,
                               xmlSecOpenSSLTransformSha384Id, xmlSecOpenSSLTransformSha512Id}) {
    enabled = enabled && xmlSecDSigCtxEnableReferenceTransform(context.get(), transform) >= 0;
  }
  for (const auto transform :
       {xmlSecTransformExclC14NId, xmlSecOpenSSLTransformRsaSha256Id, xmlSecOpenSSLTransformRsaSha384Id,
        xmlSecOpenSSLTransformRsaSha512Id, xmlSecOpenSSLTransformEcdsaSha256Id, xmlSecOpenSSLTransformEcdsaSha384Id,
        xmlSecOpenSSLTransformEcdsaSha512Id}) {
    enabled = enabled && xmlSecDSigCtxEnableSignatureTransform(context.get(), transform) >= 0;
  }
  if (!enabled) return failed("xmlsec lacks an algorithm");
  context->signKey = key.release();
  return context;
}

Result<EncryptionContext> encryption_context(ByteView key) {
  SG_TRY(use_xmlsec());
  SG_TRY_ASSIGN(Key made, aes_key(key));
  EncryptionContext context(xmlSecEncCtxCreate(nullptr));
  if (context == nullptr) return failed("xmlsec has no memory");
  context->mode = xmlEncCtxModeEncryptedData;
  context->transformCtx.enabledUris = xmlSecTransformUriTypeNone;
  context->encKey = made.release();
  return context;
}

Bytes bytes_of(xmlSecBufferPtr buffer) {
  if (buffer == nullptr) return {};
  const auto* data = xmlSecBufferGetData(buffer);
  return Bytes(data, data + xmlSecBufferGetSize(buffer));
}

int is_inside(void* root, xmlNodePtr node, xmlNodePtr parent) {
  const bool hangs_on = node->type == XML_NAMESPACE_DECL || node->type == XML_ATTRIBUTE_NODE;
  for (const xmlNode* at = hangs_on ? parent : node; at != nullptr; at = at->parent) {
    if (at == root) return 1;
  }
  return 0;
}

}  // namespace

Result<> use_xmlsec() {
  static std::once_flag once;
  static bool ready = false;
  xml::use_library();
  std::call_once(once, [] {
    ready = xmlSecInit() >= 0 && xmlSecOpenSSLInit() >= 0;
    xmlSecErrorsSetCallback(keep_quiet);
    xmlSecIOCleanupCallbacks();
  });
  if (!ready) return failed("xmlsec cannot be initialised");
  return {};
}

Result<Digested> verify_signature(xmlNodePtr signature, const crypto::PublicKey& key) {
  SG_TRY(use_xmlsec());
  SG_TRY_ASSIGN(Key made, key_of(key.native()));
  SG_TRY_ASSIGN(const SignatureContext context, signature_context(std::move(made)));
  const bool done = xmlSecDSigCtxVerify(context.get(), signature) >= 0;
  if (!done || context->status != xmlSecDSigStatusSucceeded) {
    return fail(kBadSignature, "the signature of the envelope does not hold", {},
                "the message was changed on its way, or was signed with another key");
  }
  Digested digested;
  const xmlSecSize count = xmlSecPtrListGetSize(&context->signedInfoReferences);
  for (xmlSecSize i = 0; i < count; ++i) {
    auto* reference = static_cast<xmlSecDSigReferenceCtxPtr>(xmlSecPtrListGetItem(&context->signedInfoReferences, i));
    digested.push_back(bytes_of(xmlSecDSigReferenceCtxGetPreDigestBuffer(reference)));
  }
  return digested;
}

Result<> make_signature(xmlNodePtr signature, const crypto::PrivateKey& key) {
  SG_TRY(use_xmlsec());
  SG_TRY(key.check_exportable());
  SG_TRY_ASSIGN(Key made, key_of(key.native()));
  SG_TRY_ASSIGN(const SignatureContext context, signature_context(std::move(made)));
  if (xmlSecDSigCtxSign(context.get(), signature) < 0 || context->status != xmlSecDSigStatusSucceeded) {
    return fail(kSecurityFailed, "the envelope cannot be signed", {},
                "sign with an RSA or EC key that is not kept in a token");
  }
  return {};
}

Result<Bytes> canonical(xmlNodePtr element, const std::vector<std::string>& inclusive_prefixes) {
  std::vector<xmlChar*> prefixes;
  for (const std::string& prefix : inclusive_prefixes) {
    prefixes.push_back(const_cast<xmlChar*>(reinterpret_cast<const xmlChar*>(prefix.c_str())));
  }
  prefixes.push_back(nullptr);
  xmlOutputBufferPtr buffer = xmlAllocOutputBuffer(nullptr);
  if (buffer == nullptr) return failed("no memory for the canonical form");
  const int written =
      xmlC14NExecute(element->doc, is_inside, element, XML_C14N_EXCLUSIVE_1_0, prefixes.data(), 0, buffer);
  Bytes bytes;
  if (written >= 0) {
    const auto* content = reinterpret_cast<const Byte*>(xmlOutputBufferGetContent(buffer));
    bytes.assign(content, content + xmlOutputBufferGetSize(buffer));
  }
  xmlOutputBufferClose(buffer);
  if (written < 0) return failed("the canonical form cannot be made");
  return bytes;
}

Result<Secret> decrypt_data(xmlNodePtr encrypted_data, ByteView key) {
  SG_TRY_ASSIGN(const EncryptionContext context, encryption_context(key));
  xmlSecBufferPtr plain = xmlSecEncCtxDecryptToBuffer(context.get(), encrypted_data);
  if (plain == nullptr) return fail(kDecryptFailed, "the envelope cannot be decrypted");
  return Secret(bytes_of(plain));
}

Result<> encrypt_data(xmlNodePtr encrypted_data, ByteView key, ByteView content) {
  SG_TRY_ASSIGN(const EncryptionContext context, encryption_context(key));
  if (xmlSecEncCtxBinaryEncrypt(context.get(), encrypted_data, content.data(),
                                static_cast<xmlSecSize>(content.size())) < 0) {
    return failed("the envelope cannot be encrypted");
  }
  return {};
}

std::string base64(ByteView bytes) {
  if (bytes.empty()) return {};
  xmlChar* text = xmlSecBase64Encode(bytes.data(), static_cast<xmlSecSize>(bytes.size()), 0);
  std::string made(text_of(text));
  xmlFree(text);
  return made;
}

}  // namespace sealgate::soap
