#include "cli/output_guard.h"

#include <sys/stat.h>
#include <unistd.h>

#include "cli/errors.h"

namespace sealgate::cli {

std::string output_named_in(const Args& args) {
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string& word = args[i];
    std::string value;
    if (word == "-o" || word == "--out") {
      if (i + 1 < args.size()) value = args[i + 1];
    } else if (word.starts_with("--out=")) {
      value = word.substr(6);
    } else if (word.starts_with("-o") && word.size() > 2) {
      value = word.substr(word[2] == '=' ? 3 : 2);
    }
    if (!value.empty()) return value == "-" ? std::string() : value;
  }
  return {};
}

void remove_output(const std::string& path) {
  if (path.empty() || path == "-") return;
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return;
  if (S_ISREG(status.st_mode) || S_ISLNK(status.st_mode)) ::unlink(path.c_str());
}

Result<> check_distinct(const std::string& input, const std::string& output) {
  if (input == "-" || output == "-") return {};
  struct stat in {};
  struct stat out {};
  if (::stat(input.c_str(), &in) != 0 || ::stat(output.c_str(), &out) != 0) return {};
  if (in.st_dev != out.st_dev || in.st_ino != out.st_ino || !S_ISREG(in.st_mode)) return {};
  return fail(kSameFile, "input and output are the same file", output, "choose another name for the output");
}

}  // namespace sealgate::cli
