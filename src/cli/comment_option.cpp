#include "cli/comment_option.h"

#include <algorithm>

namespace sealgate::cli {
namespace {

constexpr std::ptrdiff_t kLongest = 500;  ///< characters; as the API has it

std::string too_long(const std::string& comment) {
  const auto characters =
      std::ranges::count_if(comment, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; });
  return characters <= kLongest ? std::string()
                                : "a comment has at most 500 characters, this has " + std::to_string(characters);
}

}  // namespace

void add_comment_option(CLI::App& app, std::string& comment) {
  app.add_option("--comment", comment, "Why it is changed, for the history and the audit log")
      ->type_name("TEXT")
      ->check(CLI::Validator(too_long, ""));
}

}  // namespace sealgate::cli
