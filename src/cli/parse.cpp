#include "cli/parse.h"

#include <algorithm>
#include <iostream>

#include "cli/terminal.h"

namespace sealgate::cli {

void configure_app(CLI::App& app, const std::string& name, const std::string& examples) {
  app.name(name);
  app.get_formatter()->column_width(34);
  app.set_help_flag("-h,--help", "Print this help and exit");
  if (!examples.empty()) app.footer("Examples:\n" + examples);
}

std::optional<int> parse(CLI::App& app, const Args& args) {
  Args reversed(args.rbegin(), args.rend());  // CLI11 takes a vector from its back
  try {
    app.parse(reversed);
    return std::nullopt;
  } catch (const CLI::Success& success) {  // help was asked for
    return app.exit(success, std::cout, std::cerr) == 0 ? 0 : 2;
  } catch (const CLI::ParseError& error) {
    std::string what = error.what();
    std::replace(what.begin(), what.end(), '\n', ' ');
    print_usage_error(what, app.get_name());
    return 2;
  }
}

}  // namespace sealgate::cli
