#include "cli/complete.h"

#include <algorithm>
#include <cstdio>
#include <functional>

#include "cli/known_names.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

const OptionPage* option_named(const Page& page, const std::string& name) {
  for (const OptionPage& option : page.options) {
    if (std::ranges::find(option.names, name) != option.names.end()) return &option;
  }
  return nullptr;
}

/// What stands on the line before the word that is being typed.
struct Line {
  std::vector<std::string> arguments = {};                       ///< by their place
  std::vector<const OptionPage*> given = {};                     ///< options
  std::vector<std::pair<std::string, std::string>> values = {};  ///< of options: "--data", "/srv"
  const OptionPage* open = nullptr;                              ///< the option whose value comes next
};

Line read_line(const Page& page, const Args& words, std::size_t first) {
  Line line;
  for (std::size_t i = first; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "=" && line.open != nullptr) continue;  // bash makes a word of it
    if (line.open != nullptr) {
      line.values.emplace_back(line.open->names.back(), word);
      line.open = nullptr;
      continue;
    }
    if (!word.starts_with("-") || word == "-") {
      line.arguments.push_back(word);
      continue;
    }
    const auto equals = word.find('=');
    const OptionPage* option = option_named(page, word.substr(0, equals));
    if (option == nullptr) continue;
    line.given.push_back(option);
    if (option->flag()) continue;
    if (equals == std::string::npos) {
      line.open = option;
    } else {
      line.values.emplace_back(option->names.back(), word.substr(equals + 1));
    }
  }
  return line;
}

Completions values_of(const OptionPage& option, const Line& line) {
  Completions found;
  for (const std::string& choice : option.choices) found.words.push_back({choice, {}});
  if (!option.choices.empty()) return found;
  if (option.value.find("DIR") != std::string::npos) found.folders = true;
  if (option.value.find("FILE") != std::string::npos || option.value == "TARGET") found.files = true;
  if (found.files || found.folders) return found;
  for (auto& [word, meaning] : known_names({option.value, line.arguments, line.values})) {
    found.words.push_back({std::move(word), std::move(meaning)});
  }
  return found;
}

Completions options_of(const Page& page, const Line& line) {
  Completions found;
  for (const OptionPage& option : page.options) {
    const bool again = option.repeated || std::ranges::find(line.given, &option) == line.given.end();
    if (option.positional() || !again) continue;
    for (const std::string& name : option.names) found.words.push_back({name, option.text});
  }
  found.words.push_back({"--help", "Print this help and exit"});
  return found;
}

/// The argument that the next word by its place is.
const OptionPage* next_argument(const Page& page, std::size_t place) {
  const OptionPage* last = nullptr;
  for (const OptionPage& option : page.options) {
    if (!option.positional()) continue;
    if (place-- == 0) return &option;
    last = &option;
  }
  return last != nullptr && last->repeated ? last : nullptr;
}

Completions among(Completions found, const std::string& typed) {
  std::erase_if(found.words, [&](const Candidate& one) { return !one.word.starts_with(typed); });
  return found;
}

}  // namespace

Completions complete(const Page& program, const Args& words) {
  if (words.empty()) return {};
  const Page* page = &program;
  std::size_t next = 0;
  while (!page->members.empty() && next + 1 < words.size()) {
    const std::string name = (page->name.empty() ? "" : page->name + " ") + words[next];
    const auto member = std::ranges::find(page->members, name, &Page::name);
    if (member == page->members.end()) return {};
    page = &*member;
    ++next;
  }
  const std::string& typed = words.back();
  if (!page->members.empty()) {
    Completions found;
    for (const Page& member : page->members) {
      found.words.push_back({member.name.substr(page->name.empty() ? 0 : page->name.size() + 1), member.summary});
    }
    found.words.push_back({"--help", "Print this help and exit"});
    if (page->name.empty()) found.words.push_back({"--version", "Print the version and exit"});
    return among(std::move(found), typed);
  }
  const Line line = read_line(*page, words, next);
  if (line.open != nullptr) return among(values_of(*line.open, line), typed == "=" ? "" : typed);
  if (const auto equals = typed.find('='); typed.starts_with("--") && equals != std::string::npos) {
    const OptionPage* option = option_named(*page, typed.substr(0, equals));
    if (option == nullptr || option->flag()) return {};
    Completions found = values_of(*option, line);
    for (Candidate& one : found.words) one.word = typed.substr(0, equals + 1) + one.word;
    return among(std::move(found), typed);
  }
  if (typed.starts_with("-")) return among(options_of(*page, line), typed);
  const OptionPage* argument = next_argument(*page, line.arguments.size());
  if (argument != nullptr) return among(values_of(*argument, line), typed);
  return among(options_of(*page, line), typed);
}

int print_completions(const Args& words) {
  const Completions found = complete(describe_program(), words);
  std::puts(found.files ? "files" : found.folders ? "folders" : "words");
  for (const Candidate& one : found.words) {
    // A name that holds a line end could not be typed anyhow.
    if (printable(one.word) != one.word) continue;
    std::printf("%s\t%s\n", one.word.c_str(), printable(one.meaning).c_str());
  }
  return 0;
}

}  // namespace sealgate::cli
