// sealgate message body: the content of a message, to a file.

#include "admin/work.h"
#include "base/text.h"
#include "cli/audit_trail.h"
#include "cli/data_folder.h"
#include "cli/message_command.h"
#include "cli/output_guard.h"
#include "cli/parse.h"
#include "cli/terminal.h"
#include "io/file.h"
#include "messaging/errors.h"

namespace sealgate::cli {
namespace {

using namespace messaging;

struct BodyOptions {
  std::string id;
  std::string output = "-";
  std::size_t part = 0;
  bool raw = false;
};

Result<> write_body(store::Store& store, const BodyOptions& options) {
  MessageBox& box = store.box();
  SG_TRY_ASSIGN(const std::vector<WorkSummary> work, admin::find_work(box, options.id));
  const WorkSummary& first = work.front();
  if (options.raw && first.kind != WorkKind::Receive) {
    return fail(kNoSuchPart, "the form as received is kept only until the receive pipeline succeeded", options.id,
                "leave --raw out to get the content as it was published");
  }
  SG_TRY_ASSIGN(const Message message, box.load(first.message));
  const std::size_t index = options.part == 0 ? message.body_index : options.part - 1;
  if (index >= message.parts.size()) {
    return fail(kNoSuchPart, "the message has " + std::to_string(message.parts.size()) + " parts", options.id,
                "see them with 'sealgate message show'");
  }
  // Before anybody sees it.
  SG_TRY(record(store, {{"message.body",
                         "message " + first.message.text(),
                         {},
                         {},
                         {{"part", std::to_string(index + 1)}, {"party", first.party}}}}));
  SG_TRY_ASSIGN(const auto file, io::OutputFile::create(options.output, 0600));
  SG_TRY(message.parts[index].body->copy_to(*file));
  SG_TRY(file->finish());
  return file->commit();
}

}  // namespace

int run_message_body(const Args& args) {
  CLI::App app("Write the content of a message to a file, readable by its owner alone");
  configure_app(app, "sealgate message body",
                "  sealgate message body 0190163d-8694-739b-aea5-966c26f8ad91 -o order.xml\n"
                "  sealgate message body 0190163d-8694-739b-aea5-966c26f8ad91 --raw | sealgate smime inspect -i -\n");
  BodyOptions options;
  StoreChoice where;
  app.add_option("ID", options.id, "Id of a delivery or of a message, as listed")->required();
  app.add_option("-o", options.output, "Output file, - for standard output")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_option("--part", options.part, "Number of the part, from 1; without it the body part")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000));
  app.add_flag("--raw", options.raw, "The message as it came in, before the receive pipeline");
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  const auto store = open_chosen_store(where, false);
  const auto written = store ? write_body(**store, options) : Result<>(fail(store.error()));
  if (written) return 0;
  if (options.output != "-") remove_output(options.output);
  return print_error(written.error());
}

}  // namespace sealgate::cli
