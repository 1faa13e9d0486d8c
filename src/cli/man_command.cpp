// sealgate man: the manual of every command, out of the program itself.

#include <sys/stat.h>

#include <cstdio>
#include <filesystem>

#include "base/bytes.h"
#include "base/nearest.h"
#include "cli/errors.h"
#include "cli/manual.h"
#include "cli/parse.h"
#include "cli/terminal.h"
#include "io/file.h"

namespace sealgate::cli {
namespace {

Result<> write_page(const std::filesystem::path& path, const std::string& text) {
  SG_TRY_ASSIGN(const auto file, io::OutputFile::create(path.string(), 0644));
  SG_TRY(file->write(as_bytes(text)));
  SG_TRY(file->finish());
  return file->commit();
}

Result<> write_all(const Page& program, const std::string& folder) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) {
    return fail(kBadOption, "the folder cannot be made: " + problem.message(), folder, "choose another one");
  }
  Result<> written;
  each_page(program, [&](const Page& page) {
    if (written) written = write_page(std::filesystem::path(folder) / (manual_name(page) + ".1"), to_roff(page));
  });
  return written;
}

Result<> print_one(const Page& program, const std::vector<std::string>& words) {
  std::string name;
  for (const std::string& word : words) name += (name.empty() ? "" : " ") + word;
  std::vector<std::string> names;
  const Page* found = nullptr;
  each_page(program, [&](const Page& page) {
    if (page.name == name) found = &page;
    names.push_back(page.name);
  });
  if (found == nullptr) {
    const std::string meant = nearest(name, names);
    return fail(kBadOption, "there is no command '" + name + "'", {},
                meant.empty() ? "see them with 'sealgate --help'" : "did you mean '" + meant + "'?");
  }
  std::fputs(to_roff(*found).c_str(), stdout);
  return {};
}

}  // namespace

int run_man(const Args& args) {
  CLI::App app("Print the manual page of a command, in roff; or write those of all commands");
  configure_app(app, "sealgate man",
                "  sealgate man cert list | man -l -\n"
                "  sealgate man --all /usr/local/share/man/man1\n"
                "  sealgate man --markdown > docs/reference/cli.md\n");
  std::vector<std::string> words;
  std::string folder;
  bool markdown = false;
  app.add_option("COMMAND", words, "The command: cert list; without it the page of the program");
  auto* all = app.add_option("--all", folder, "Write the pages of all commands into this folder")->type_name("DIR");
  app.add_flag("--markdown", markdown, "Print all of it as one page of Markdown")->excludes(all);
  if (const auto status = parse(app, args)) return *status;
  const Page program = describe_program();
  if (markdown) {
    std::fputs(to_markdown(program).c_str(), stdout);
    return 0;
  }
  const auto done = folder.empty() ? print_one(program, words) : write_all(program, folder);
  return done ? 0 : print_error(done.error());
}

}  // namespace sealgate::cli
