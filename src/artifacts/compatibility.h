#pragma once
// What partners' products need otherwise than RFC 4130 says, as settings of an agreement, and the presets: names of
// products, each of which stands for such settings and nothing else. A document that names a preset may set any of
// them otherwise; what is shown (`sealgate get`) is always all of them.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifacts/pipelines.h"
#include "as2/choices.h"

namespace sealgate::artifacts {

enum class As2Version { V10, V11, V12, V13 };
std::string_view to_string(As2Version version);  ///< 1.0, 1.1, 1.2, 1.3

struct Compatibility {
  std::string preset = {};  ///< the name that the document chose; empty: none

  // What we write, in messages and in receipts
  As2Version version = As2Version::V12;  ///< AS2-Version of messages; 1.3 also writes AS2-Product
  bool quote_names = false;              ///< AS2-From and AS2-To in quotes also where they need none
  /// EDIINT-Features of messages: "multiple-attachments"; empty: the field is not written, as below version 1.2.
  std::vector<std::string> features = {};
  /// Of digests in signed-receipt-micalg and in micalg of signatures.
  as2::MicSpelling digest_names = as2::MicSpelling::Plain;
  bool attach_certificate = true;  ///< signatures carry the certificate and its chain
  /// Of the document's own part; CMS layers are always binary.
  TransferEncoding transfer_encoding = TransferEncoding::Binary;
  bool chunked = true;  ///< false: Content-Length, as HTTP/1.0 has it

  // What the partner can open: an agreement that sends otherwise is refused when it is applied
  bool takes_gcm = true;   ///< AES-GCM (AuthEnvelopedData)
  bool takes_oaep = true;  ///< RSA-OAEP
  bool takes_pss = true;   ///< RSASSA-PSS

  // What we take
  bool tolerate_line_ends = false;     ///< clear signatures over other line ends (smime::DecodeOptions)
  bool gcm_in_enveloped_data = false;  ///< AES-GCM as BouncyCastle writes it, inside EnvelopedData
  as2::MicChoice mic_digest = as2::MicChoice::SignatureIfListed;  ///< of the MIC that our receipts name
  /// MICs of receipts that count beside the exact one.
  std::vector<as2::MicForm> mic_forms = {as2::MicForm::Crlf, as2::MicForm::Lf, as2::MicForm::Stripped,
                                         as2::MicForm::Extended};
  bool unsigned_receipts = false;     ///< one that is not signed counts although a signed one was asked for
  bool receipts_without_mic = false;  ///< a positive one without MIC counts
  friend bool operator==(const Compatibility&, const Compatibility&) = default;
};

struct CompatibilityPreset {
  std::string_view name;     ///< "openas2"
  std::string_view product;  ///< "OpenAS2 4.x"
  std::string_view why;      ///< one sentence
  Compatibility settings;    ///< with `preset` set
};

/// All presets, sorted by name.
std::span<const CompatibilityPreset> compatibility_presets();
/// nullptr when there is none of this name.
const CompatibilityPreset* find_preset(std::string_view name);
/// "as2-lib, biztalk, ...", for messages.
std::string preset_list();

}  // namespace sealgate::artifacts
