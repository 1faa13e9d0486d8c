// sealgate-conformance MANIFEST.json --out OBSERVED.json [--kind KIND]...
//
// Runs the cases of a vector manifest through the product's own libraries and writes what was observed. For
// development, not shipped.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "conformance/cases.h"
#include "io/file.h"

namespace {

constexpr const char* kUsage =
    "Usage: sealgate-conformance MANIFEST.json --out OBSERVED.json [--kind KIND]... [--id ID]...\n\n"
    "Runs each case of the manifest and writes [{\"id\":...,\"observed\":{...}}]. `expect` is not read.\n";

struct Arguments {
  std::string manifest;
  std::string out;
  std::vector<std::string> kinds;
  std::vector<std::string> ids;
};

bool parse(const std::vector<std::string>& words, Arguments& arguments) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool takes_value = word == "--out" || word == "--kind" || word == "--id";
    if (takes_value && i + 1 == words.size()) return false;
    if (word == "--out") {
      arguments.out = words[++i];
    } else if (word == "--kind") {
      arguments.kinds.push_back(words[++i]);
    } else if (word == "--id") {
      arguments.ids.push_back(words[++i]);
    } else if (!word.starts_with("-") && arguments.manifest.empty()) {
      arguments.manifest = word;
    } else {
      return false;
    }
  }
  return !arguments.manifest.empty() && !arguments.out.empty();
}

bool wanted(const std::vector<std::string>& list, const std::string& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

sealgate::Result<> run(const Arguments& arguments) {
  using namespace sealgate;
  SG_TRY_ASSIGN(const auto cases, conformance::load_manifest(arguments.manifest));
  conformance::Json results = conformance::Json::array();
  for (const auto& test : cases) {
    if (!wanted(arguments.kinds, test.kind) || !wanted(arguments.ids, test.id)) continue;
    results.push_back({{"id", test.id}, {"observed", conformance::observe(test)}});
  }
  const std::string text = results.dump(1, ' ', false, conformance::Json::error_handler_t::replace) + "\n";
  return io::write_file_atomically(arguments.out, as_bytes(text), 0644);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 1 && (words[0] == "--help" || words[0] == "-h")) {
    std::fputs(kUsage, stdout);
    return 0;
  }
  Arguments arguments;
  if (!parse(words, arguments)) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  try {
    const auto done = run(arguments);
    if (done) return 0;
    std::fprintf(stderr, "sealgate-conformance: %s\n", done.error().to_string().c_str());
    return sealgate::exit_status(done.error().code.error_class);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sealgate-conformance: internal error: %s\n", error.what());
    return 1;
  }
}
