#pragma once
// The cases of a vector manifest (see the README beside it). `expect` is never read here: comparing what was observed
// with what was expected is another program's job.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "certificates/path_validation.h"
#include "smime/decoder.h"

namespace sealgate::conformance {

using Json = nlohmann::ordered_json;

struct Case {
  std::string id;
  std::string kind;
  std::string format;
  std::filesystem::path folder;  ///< of the manifest: every path in the case is relative to it
  Json fields;                   ///< without `expect`

  std::string path(const std::string& relative) const { return (folder / relative).string(); }
  std::string file() const { return path(text("file")); }
  /// Empty when absent.
  std::string text(const char* name) const;
  std::vector<std::string> list(const char* name) const;
  bool flag(const char* name) const;
};

/// Fails with conformance.bad-manifest.
Result<std::vector<Case>> load_manifest(const std::string& path);

/// Certificates of files in any format.
Result<std::vector<certificates::Certificate>> load_certificates(const Case& test, const char* field);
/// Anchors, lists, time, purpose and RFC 5280 policies of the case.
Result<smime::TrustOptions> load_trust(const Case& test);

}  // namespace sealgate::conformance
