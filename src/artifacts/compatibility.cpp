#include "artifacts/compatibility.h"

#include <algorithm>
#include <array>

namespace sealgate::artifacts {
namespace {

using as2::MicForm;

/// What most products can do: AES in CBC mode, keys and signatures by PKCS #1 v1.5.
Compatibility only_cbc_and_pkcs1() {
  Compatibility settings;
  settings.takes_gcm = false;
  settings.takes_oaep = false;
  settings.takes_pss = false;
  return settings;
}

Compatibility as2_lib() {
  Compatibility settings;
  settings.gcm_in_enveloped_data = true;
  settings.takes_gcm = false;
  settings.mic_forms.push_back(MicForm::Payload);
  return settings;
}

Compatibility biztalk() {
  Compatibility settings = only_cbc_and_pkcs1();
  settings.version = As2Version::V11;
  settings.chunked = false;
  return settings;
}

Compatibility mendelson() {
  Compatibility settings;
  settings.features = {"multiple-attachments"};
  return settings;
}

Compatibility phase2() {
  Compatibility settings = as2_lib();
  settings.chunked = false;
  settings.mic_forms.push_back(MicForm::Wire);
  return settings;
}

Compatibility pyas2() {
  Compatibility settings = only_cbc_and_pkcs1();
  settings.receipts_without_mic = true;
  return settings;
}

Compatibility rssbus() {
  Compatibility settings;
  settings.features = {"multiple-attachments"};
  settings.tolerate_line_ends = true;
  return settings;
}

const std::array<CompatibilityPreset, 10>& table() {
  static const auto kPresets = [] {
    std::array<CompatibilityPreset, 10> all{{
        {"as2-lib", "as2-lib 5 (ph-as2)",
         "writes AES-GCM inside EnvelopedData; its MIC is over the document's part when it was compressed before "
         "signing",
         as2_lib()},
        {"biztalk", "BizTalk Server 2013 R2 to 2020", "AS2 1.1, AES-CBC, Content-Length", biztalk()},
        {"camel", "Apache Camel AS2",
         "writes AES-GCM inside EnvelopedData, and may not open other; its MIC is that of as2-lib", as2_lib()},
        {"mendelson", "mendelson AS2", "as RFC 4130 says; takes several documents in one message", mendelson()},
        {"openas2", "OpenAS2 4",
         "AES-CBC only: it stores what it cannot open as the document and acknowledges it; signs without certificate",
         only_cbc_and_pkcs1()},
        {"phase2", "phase2 6 (successor of as2-lib)",
         "as as2-lib; 6.0.0 digests what is still encrypted, and what came chunked it can then not read again",
         phase2()},
        {"pyas2", "pyas2lib 1 and django-pyas2", "AES-CBC only; receipts of unsigned messages have no MIC", pyas2()},
        {"rssbus", "RSSBus, CData Arc, /n software", "signs documents with bare line feeds and no transfer encoding",
         rssbus()},
        {"seeburger", "SEEBURGER BIS, iSoft", "wants digests by their old names, which are the usual ones here",
         Compatibility()},
        {"sterling", "IBM Sterling B2B Integrator, DataPower",
         "wants no CMSAlgorithmProtection, which is never written; leaves transfer encodings out", Compatibility()},
    }};
    for (CompatibilityPreset& preset : all) preset.settings.preset = preset.name;
    return all;
  }();
  return kPresets;
}

}  // namespace

std::span<const CompatibilityPreset> compatibility_presets() {
  return table();
}

const CompatibilityPreset* find_preset(std::string_view name) {
  const auto at = std::ranges::find(table(), name, &CompatibilityPreset::name);
  return at == table().end() ? nullptr : &*at;
}

std::string preset_list() {
  std::string list;
  for (const CompatibilityPreset& preset : table()) list.append(list.empty() ? "" : ", ").append(preset.name);
  return list;
}

}  // namespace sealgate::artifacts
