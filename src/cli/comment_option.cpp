#include "cli/comment_option.h"

namespace sealgate::cli {

void add_comment_option(CLI::App& app, std::string& comment) {
  app.add_option("--comment", comment, "Why it is changed, for the history and the audit log")->type_name("TEXT");
}

}  // namespace sealgate::cli
