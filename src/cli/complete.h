#pragma once
// What may stand at the end of an unfinished command line. Shells ask `sealgate __complete WORD...` with the words
// so far, of which the last one is being typed (and may be empty).

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/pages.h"

namespace sealgate::cli {

inline constexpr std::string_view kCompleteWord = "__complete";

struct Candidate {
  std::string word;
  std::string meaning;  ///< may be empty
};

struct Completions {
  std::vector<Candidate> words = {};
  bool files = false;    ///< and names of files
  bool folders = false;  ///< and names of folders
};

/// Looks up names of artifacts and so on in the store, or in the API, that the line itself names.
Completions complete(const Page& program, const Args& words);

/// Prints "files" or "folders" or "words", then a line for each candidate: its word, a tab, what it means.
int print_completions(const Args& words);

}  // namespace sealgate::cli
