#include "conformance/cases.h"

namespace sealgate::conformance {
namespace {

using Observer = Result<Json> (*)(const Case&);

Observer observer_of(const Case& test) {
  const std::string& kind = test.kind;
  if (kind == "attack" && test.format == "dir-der") return &observe_folder;
  if (kind == "smime-signed" || kind == "smime-enveloped" || kind == "smime-signed-enveloped" ||
      kind == "compressed" || kind == "cms-der" || kind == "attack") {
    return &observe_message;
  }
  if (kind == "as2-message") return &observe_as2_message;
  if (kind == "mdn") return &observe_mdn;
  if (kind == "pkcs12") return &observe_pkcs12;
  if (kind == "kdf-kat") return &observe_kdf;
  if (kind == "cert-path") return &observe_path;
  return nullptr;
}

}  // namespace

Json observe(const Case& test) {
  const Observer observer = observer_of(test);
  if (observer == nullptr) return Json{{"unsupported", "there is no such kind of case"}};
  const auto observed = observer(test);
  if (observed) return *observed;
  return Json{{"unsupported", "the case cannot be run: " + observed.error().to_string()}};
}

}  // namespace sealgate::conformance
