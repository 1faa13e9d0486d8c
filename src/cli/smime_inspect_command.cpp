// sealgate smime inspect: shows what a message is made of.

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cli/output.h"
#include "cli/parse.h"
#include "cli/smime_command.h"
#include "cli/smime_tree.h"
#include "cli/terminal.h"
#include "io/file.h"
#include "smime/report_json.h"

namespace sealgate::cli {
namespace {

constexpr const char* kExamples =
    "  sealgate smime inspect -i order.eml\n"
    "  sealgate smime inspect -i order.eml --key ours.p12 --password-file secret   # looks inside, too\n"
    "  sealgate smime inspect -i order.eml -o json\n\n"
    "Shows layers, algorithms, recipients, signers and parts. Certificate paths are checked when --trust is given.\n"
    "Exit status: 0 when the message could be read, whatever its signatures are worth; 3 malformed; 8 over a "
    "limit.\n";

// Inspecting keeps nothing.
class Onlooker final : public smime::PartReceiver {
 public:
  Result<Sink*> on_part(const smime::PartReport& part, const mime::HeaderBlock& headers) override {
    static_cast<void>(part);
    static_cast<void>(headers);
    return nullptr;
  }
};

bool unreadable(const Error& error) {
  switch (error.code.error_class) {
    case ErrorClass::Malformed:
    case ErrorClass::Environment:
    case ErrorClass::Usage:
      return true;
    case ErrorClass::Policy:
      return error.code.id.find("limit") != std::string_view::npos ||
             error.code.id.find("too-") != std::string_view::npos;
    default:
      return false;
  }
}

Result<> inspect(const std::string& in, const std::string& form, const DecodeArguments& arguments) {
  SG_TRY_ASSIGN(smime::DecodeOptions options, arguments.load());
  options.part_digests = true;
  options.allow_non_mime = true;
  options.allow_partial = true;
  options.weak = smime::WeakPolicy::allow_everything();
  options.trust.check_chain = options.trust.check_chain && !options.trust.anchors.empty();
  SG_TRY_ASSIGN(const io::FileDescriptor input, io::open_input(in));
  Onlooker onlooker;
  smime::Decoder decoder(std::move(options), onlooker);
  const Result<> result = io::pump(input.get(), decoder, in);
  std::string text =
      form == "text" ? draw_tree(decoder.report(), use_colours(stdout)) : smime::to_json(decoder.report());
  if (form == "yaml") text = to_yaml(nlohmann::ordered_json::parse(text));
  SG_TRY(io::write_all(STDOUT_FILENO, as_bytes(text), "standard output"));
  if (!result && unreadable(result.error())) {
    Error error = result.error();
    return fail(std::move(error).at(in));
  }
  return {};
}

}  // namespace

int run_smime_inspect(const Args& args) {
  std::string in;
  std::string format = "text";
  DecodeArguments arguments;
  CLI::App app{"Show what a message is made of; needs no keys"};
  configure_app(app, "sealgate smime inspect", kExamples);
  app.add_option("-i,--in,FILE", in,
                 "Message: MIME with its headers, or CMS as DER, BER or PEM; - for standard input")
      ->type_name("FILE")
      ->required();
  add_form_option(app, format, {"text"});
  arguments.add_to(app);
  if (const auto status = parse(app, args)) return *status;
  arguments.weak_given = app.count("--allow-weak") > 0;
  if (const auto done = inspect(in, format, arguments); !done) return print_error(done.error());
  return 0;
}

}  // namespace sealgate::cli
