#pragma once
// One function a family of kinds. Each returns what was observed, with the field names and values that vectors use.

#include "conformance/manifest.h"
#include "smime/decoder.h"

namespace sealgate::conformance {

/// smime-signed, smime-enveloped, smime-signed-enveloped, compressed, cms-der, attack.
Result<Json> observe_message(const Case& test);
/// as2-message: what a smime message shows, and the headers and MICs of AS2.
Result<Json> observe_as2_message(const Case& test);
/// mdn: the same, and the fields of the receipt.
Result<Json> observe_mdn(const Case& test);
/// attack with format dir-der: every file of a folder must end in success or in an error of ours.
Result<Json> observe_folder(const Case& test);
Result<Json> observe_pkcs12(const Case& test);
Result<Json> observe_kdf(const Case& test);
Result<Json> observe_path(const Case& test);

/// Keys, certificates and trust of a case that holds a message.
Result<smime::DecodeOptions> load_decode_options(const Case& test);
/// Wants no part of a message.
class Nobody final : public smime::PartReceiver {
 public:
  Result<Sink*> on_part(const smime::PartReport& part, const mime::HeaderBlock& headers) override {
    static_cast<void>(part);
    static_cast<void>(headers);
    return nullptr;
  }
};

/// What the decoder found.
Json describe_report(const Case& test, const smime::Report& report);

/// Picks the function; {"unsupported": why} for kinds that the product cannot do.
Json observe(const Case& test);

}  // namespace sealgate::conformance
