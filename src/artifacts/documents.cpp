#include "artifacts/documents.h"

#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "artifacts/errors.h"
#include "artifacts/read_artifact.h"
#include "base/text.h"
#include "io/file.h"

namespace sealgate::artifacts {
namespace {

constexpr std::size_t kMaximumFile = std::size_t{16} * 1024 * 1024;
// yaml-cpp parses recursively; our documents are four levels deep.
constexpr std::size_t kMaximumNesting = 64;

/// Refuses nesting that no document of ours has before a recursive parser sees it. Counts flow brackets, and the
/// depth of block indentation by its own recursion: "- - - -" and "? ? ?" open a level with each mark.
bool nests_too_deep(std::string_view text) {
  std::size_t brackets = 0;
  std::size_t marks = 0;
  bool line_start = true;
  std::vector<std::size_t> indents;
  std::size_t indent = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      line_start = true;
      indent = 0;
      marks = 0;
      continue;
    }
    if (c == '[' || c == '{') ++brackets;
    if ((c == ']' || c == '}') && brackets > 0) --brackets;
    if (line_start) {
      const bool mark = (c == '-' || c == '?') && i + 1 < text.size() && text[i + 1] == ' ';
      if (c == ' ') {
        ++indent;
      } else if (mark) {
        ++indent;
        ++marks;
      } else {
        line_start = false;
        while (!indents.empty() && indents.back() >= indent) indents.pop_back();
        indents.push_back(indent);
      }
    }
    if (brackets > kMaximumNesting || marks > kMaximumNesting || indents.size() > kMaximumNesting) return true;
  }
  return false;
}

/// Runs over all documents once. After a comma outside of brackets the parser stands still and would give documents
/// for ever: each must begin behind the one before.
class Progress final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (mark.pos <= last_) throw YAML::ParserException(mark, "a comma outside of brackets");
    last_ = mark.pos;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  int last_ = -1;
};

std::vector<YAML::Node> load_all(const std::string& text) {
  std::istringstream first_run(text);
  YAML::Parser parser(first_run);
  Progress progress;
  while (parser.HandleNextDocument(progress)) {
  }
  return YAML::LoadAll(text);
}

Result<std::vector<SourcedArtifact>> read_all(const std::vector<YAML::Node>& nodes, const std::string& source) {
  std::vector<SourcedArtifact> all;
  for (const YAML::Node& node : nodes) {
    if (!node.IsDefined() || node.IsNull()) continue;  // an empty document between two separators
    Reading reading(source);
    Fields fields(reading, node, "the document");
    auto artifact = read_artifact(fields);
    if (reading.failed()) return fail(*reading.fault());
    if (artifact) all.push_back(SourcedArtifact{std::move(*artifact), fields.place()});
  }
  return all;
}

bool is_yaml_name(const std::filesystem::path& path) {
  const std::string extension = ascii_lower(path.extension().string());
  return (extension == ".yaml" || extension == ".yml") && !path.filename().string().starts_with('.');
}

Result<std::vector<std::string>> files_of_folder(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code problem;
  std::filesystem::directory_iterator entries(folder, problem);
  if (problem) {
    return fail(kNoDocuments, "cannot read the folder: " + problem.message(), folder, "check its permissions");
  }
  for (const auto& entry : entries) {
    if (entry.is_regular_file(problem) && is_yaml_name(entry.path())) files.push_back(entry.path().string());
  }
  if (files.empty()) {
    return fail(kNoDocuments, "the folder has no *.yaml or *.yml files", folder, "name the files, or another folder");
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

Result<std::vector<SourcedArtifact>> parse_documents(std::string_view text, const std::string& source) {
  if (text.size() > kMaximumFile) return fail(kTooLarge, "the file is larger than 16 MiB", source, "split it up");
  if (text.find('\0') != std::string_view::npos || nests_too_deep(text)) {
    return fail(kBadYaml, "this is no document of ours: it holds zero bytes or nests too deep", source,
                "see docs/artifacts.md for what documents look like");
  }
  try {
    return read_all(load_all(std::string(text)), source);
  } catch (const YAML::Exception& problem) {
    return fail(kBadYaml, "this is not YAML: " + problem.msg, Reading(source).place(problem.mark),
                "check indentation, colons and quotes there");
  }
}

Result<std::vector<SourcedArtifact>> load_documents(const std::vector<std::string>& paths) {
  std::vector<SourcedArtifact> all;
  for (const std::string& path : paths) {
    std::error_code ignored;
    std::vector<std::string> files{path};
    if (path != "-" && std::filesystem::is_directory(path, ignored)) {
      SG_TRY_ASSIGN(files, files_of_folder(path));
    }
    for (const std::string& file : files) {
      SG_TRY_ASSIGN(const Bytes content, io::read_file(file, kMaximumFile));
      SG_TRY_ASSIGN(auto documents, parse_documents(as_text(content), file == "-" ? "standard input" : file));
      std::ranges::move(documents, std::back_inserter(all));
    }
  }
  if (all.empty()) {
    return fail(kNoDocuments, "there is no document in what was named", {}, "a document starts with 'kind: ...'");
  }
  return all;
}

}  // namespace sealgate::artifacts
