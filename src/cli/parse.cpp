#include "cli/parse.h"

#include <algorithm>
#include <iostream>
#include <memory>

#include "base/nearest.h"
#include "base/text.h"
#include "cli/help.h"
#include "cli/pages.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

/// The first example of its help, without the remark behind it; "" when there is none.
std::string first_example(const CLI::App& app) {
  const std::string footer = app.get_footer();
  const auto heading = footer.find('\n');
  if (heading == std::string::npos) return {};
  std::string line = footer.substr(heading + 1, footer.find('\n', heading + 1) - heading - 1);
  if (const auto remark = line.find("  #"); remark != std::string::npos) line.resize(remark);
  return std::string(trim(line));
}

/// The option that a mistyped one among `words` probably meant, as a question; "" when there is none.
std::string meant(const CLI::App& app, const Args& words) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (!word.starts_with("-")) continue;
    // "--watch 5": its value stands behind "=".
    const CLI::Option* option = app.get_option_no_throw(word);
    const bool has_value = option != nullptr && option->get_type_name().starts_with(kOptionalValue);
    if (has_value && at + 1 < words.size() && words[at + 1].find_first_not_of("0123456789.") == std::string::npos) {
      return "; did you mean " + word + "=" + words[at + 1] + "?";
    }
    const std::string typed = word.substr(0, word.find('='));
    if (std::ranges::find(names, typed) != names.end()) continue;
    if (const std::string name = nearest(typed, names); !name.empty()) return "; did you mean " + name + "?";
  }
  return {};
}

/// CLI11 says "KIND is required" and "The following arguments were not expected: --foo".
std::string in_words(const CLI::App& app, const CLI::ParseError& error, const Args& args) {
  std::string what = error.what();
  std::replace(what.begin(), what.end(), '\n', ' ');
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    const auto is = what.find(" is required");
    if (is != std::string::npos) what = what.substr(0, is) + " is missing";
    const std::string example = first_example(app);
    if (!example.empty()) what += "; for example: " + example;
  } else if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const auto colon = what.find(": ");
    const std::string given = colon == std::string::npos ? what : what.substr(colon + 2);
    what = (given.starts_with("-") ? "there is no option " : "there is one argument too many: ") + given +
           meant(app, args);
  } else if (const auto in = what.find(" not in {"); in != std::string::npos) {
    const auto colon = what.find(": ");
    std::string known = what.substr(in + 9);
    known.erase(std::min(known.find('}'), known.size()));
    for (auto comma = known.find(','); comma != std::string::npos; comma = known.find(',', comma + 2)) {
      known.replace(comma, 1, ", ");
    }
    if (colon != std::string::npos && colon < in) {
      what = what.substr(0, colon) + " does not take '" + what.substr(colon + 2, in - colon - 2) + "', but " + known;
    }
  }
  return what;
}

}  // namespace

void configure_app(CLI::App& app, const std::string& name, const std::string& examples) {
  app.name(name);
  const auto formatter = std::make_shared<HelpFormatter>();
  formatter->column_width(34);
  app.formatter(formatter);
  app.set_help_flag("-h,--help", "Print this help and exit");
  if (!examples.empty()) app.footer("Examples:\n" + examples);
}

std::optional<int> parse(CLI::App& app, const Args& args) {
  if (record_page(app)) return 0;
  Args reversed(args.rbegin(), args.rend());  // CLI11 takes a vector from its back
  try {
    app.parse(reversed);
    return std::nullopt;
  } catch (const CLI::Success& success) {  // help was asked for
    return app.exit(success, std::cout, std::cerr) == 0 ? 0 : 2;
  } catch (const CLI::ParseError& error) {
    print_usage_error(in_words(app, error, args), app.get_name());
    return 2;
  }
}

}  // namespace sealgate::cli
