// sealgate smime decode: opens one message and writes its body part.

#include "cli/errors.h"
#include "cli/output_guard.h"
#include "cli/parse.h"
#include "cli/progress.h"
#include "cli/smime_command.h"
#include "cli/terminal.h"
#include "io/file.h"
#include "smime/report_json.h"

namespace sealgate::cli {
namespace {

constexpr const char* kExamples =
    "  sealgate smime decode -i order.eml -o order.xml --key ours.p12 --password-file secret --trust partner-ca.pem\n"
    "  sealgate smime decode -i in.p7m -o out.bin --key key.pem --cert ours.cer --no-chain --report report.json\n"
    "  curl -s https://example.com/order.eml | sealgate smime decode -i - -o - --no-chain --allow-weak=sha1\n\n"
    "OUT is the body part without its transfer encoding; when the innermost content is not MIME, all of it.\n"
    "The body part is --part-index, --part-type, or else: the part described as \"body\", text/xml, text/plain,\n"
    "any text, the first. Exit status: 0 success; 1 the system failed; 2 usage; 3 malformed; 4 cannot decrypt;\n"
    "5 signature invalid; 6 certificate not trusted; 7 revoked; 8 refused by policy. On any but 0, OUT does not "
    "exist.\n";

struct Arguments {
  DecodeArguments decode;
  std::string in;
  std::string out;
  std::string headers;
  std::string report;
  smime::BodySelection body;
  bool require_signature = false;
  bool require_encryption = false;
  bool allow_non_mime = false;
};

// Keeps the best candidate for the body in an output file that has no name yet; the quarantine.
class BodyReceiver final : public smime::PartReceiver {
 public:
  BodyReceiver(const Arguments& arguments) : arguments_(arguments), selector_(arguments.body) {}

  Result<Sink*> on_part(const smime::PartReport& part, const mime::HeaderBlock& headers) override {
    if (!selector_.offer(part)) return nullptr;
    output_.reset();
    SG_TRY_ASSIGN(output_, io::OutputFile::create(arguments_.out));
    headers_ = headers.raw;
    return output_.get();
  }

  Result<> commit() {
    SG_TRY(selector_.check());
    if (!output_) {  // a message without any part
      SG_TRY_ASSIGN(output_, io::OutputFile::create(arguments_.out));
      SG_TRY(output_->finish());
    }
    if (!arguments_.headers.empty()) SG_TRY(io::write_file_atomically(arguments_.headers, headers_, 0644));
    return output_->commit();
  }

  void mark_selected(smime::Report& report) const {
    if (selector_.check() && selector_.chosen() < report.parts.size())
      report.parts[selector_.chosen()].selected = true;
  }
  Result<> check() const { return selector_.check(); }

 private:
  const Arguments& arguments_;
  smime::BodySelector selector_;
  std::unique_ptr<io::OutputFile> output_;
  Bytes headers_;
};

void note_identity(const smime::Report& report) {
  if (!report.identity || !report.identity->must_flag || report.identity->signer_emails.empty()) return;
  print_note("the From header does not plainly name the signer");
}

Result<> write_report(const std::string& path, const smime::Report& report) {
  if (path.empty()) return {};
  const std::string json = smime::to_json(report);
  if (path != "-") return io::write_file_atomically(path, as_bytes(json), 0644);
  return io::write_all(1, as_bytes(json), path);
}

Result<> decode(const Arguments& arguments) {
  SG_TRY(check_distinct(arguments.in, arguments.out));
  SG_TRY_ASSIGN(smime::DecodeOptions options, arguments.decode.load());
  options.require_signature = arguments.require_signature;
  options.require_encryption = arguments.require_encryption;
  options.allow_non_mime = arguments.allow_non_mime;
  options.part_digests = !arguments.report.empty();
  SG_TRY_ASSIGN(const io::FileDescriptor input, io::open_input(arguments.in));

  BodyReceiver receiver(arguments);
  smime::Decoder decoder(std::move(options), receiver);
  Progress progress("Opening", size_of_file(input.get()), Progress::Unit::Bytes);
  CountingSink counted(decoder, progress);
  Result<> result = io::pump(input.get(), counted, arguments.in);
  smime::Report report = decoder.report();
  if (result) {
    result = receiver.check();
    if (!result) report.result = smime::Outcome{result.error(), "no-body-part"};
  }
  if (result) receiver.mark_selected(report);
  const Result<> reported = write_report(arguments.report, report);
  if (!result) {
    // A full disk or an output that cannot be made has its own place.
    const ErrorClass kind = result.error().code.error_class;
    const bool of_message = kind != ErrorClass::Environment && kind != ErrorClass::Usage;
    return of_message ? fail(std::move(result.error()).at(arguments.in)) : result;
  }
  SG_TRY(reported);
  note_identity(report);
  return receiver.commit();
}

}  // namespace

int run_smime_decode(const Args& args) {
  Arguments arguments;
  CLI::App app{"Decrypt, verify and decompress a message, and write its body part"};
  configure_app(app, "sealgate smime decode", kExamples);
  app.add_option("-i,--in", arguments.in,
                 "Message: MIME with its headers, or CMS as DER, BER or PEM; - for standard input")
      ->type_name("FILE")
      ->required();
  app.add_option("-o,--out", arguments.out, "Where the body part goes; - for standard output")
      ->type_name("FILE")
      ->required();
  arguments.decode.add_to(app);
  app.add_flag("--require-signature", arguments.require_signature, "Refuse a message that is not signed as a whole");
  app.add_flag("--require-encryption", arguments.require_encryption,
               "Refuse a message that is not encrypted as a whole");
  app.add_flag("--allow-non-mime", arguments.allow_non_mime, "Pass input through that is neither MIME nor CMS");
  app.add_option("--headers", arguments.headers, "Write the header of the selected body part to this file")
      ->type_name("FILE");
  auto* index = app.add_option("--part-index", arguments.body.part_index,
                               "The Nth part is the body (with --part-type: among the parts of that type)")
                    ->type_name("N");
  static_cast<void>(index);
  app.add_option("--part-type", arguments.body.part_content_type, "The first part of this content type is the body")
      ->type_name("TYPE");
  app.add_option("--report", arguments.report, "Write a report of layers, signers and parts as JSON, also on failure")
      ->type_name("FILE");
  if (const auto status = parse(app, args)) {
    if (*status != 0) remove_output(output_named_in(args));
    return *status;
  }
  arguments.decode.weak_given = app.count("--allow-weak") > 0;
  const Result<> done = decode(arguments);
  if (done) return 0;
  if (!(done.error().code == kSameFile)) remove_output(arguments.out);
  return print_error(done.error());
}

}  // namespace sealgate::cli
