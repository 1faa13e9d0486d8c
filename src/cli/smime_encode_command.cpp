// sealgate smime encode: seals one document.

#include "base/text.h"
#include "cli/errors.h"
#include "cli/key_files.h"
#include "cli/output_guard.h"
#include "cli/parse.h"
#include "cli/progress.h"
#include "cli/smime_command.h"
#include "cli/terminal.h"
#include "io/file.h"
#include "smime/encoder.h"

namespace sealgate::cli {
namespace {

constexpr const char* kExamples =
    "  sealgate smime encode -i order.xml -o order.eml --sign clear --signer ours.p12 --password-file secret\n"
    "  sealgate smime encode -i order.xml -o order.eml --content-type application/xml \\\n"
    "      --sign opaque --signer ours.cer --signer-key ours.key --encrypt-to partner.cer --cipher aes256-gcm\n"
    "  sealgate smime encode -i big.bin -o - --compress before-signing --sign opaque --signer ours.p12 \\\n"
    "      --password-file secret --encrypt-to partner.cer --cte binary | curl -T - https://example.com/in\n\n"
    "With 7bit and 8bit, line ends become CRLF; the other encodings keep every byte. Inside a CMS layer the\n"
    "document travels as it is unless --cte is given.\n";

struct Arguments {
  std::string in;
  std::string out;
  std::string sign;
  std::string signer;
  std::string signer_key;
  std::string password_file;
  std::string digest = "sha256";
  bool attach_signer = true;
  bool pss = false;
  std::vector<std::string> encrypt_to;
  std::string cipher = "aes256-cbc";
  std::string key_transport = "rsa";
  std::string compress;
  std::string cte;
  std::string content_type = "application/octet-stream";
  std::string file_name;
  std::string description;
  std::vector<std::string> headers;
  bool entity = false;
  std::string at;
  std::vector<std::string> weak;
  bool weak_given = false;
};

tl::unexpected<Error> bad(std::string what, std::string option, std::string remedy) {
  return fail(kBadOption, std::move(what), std::move(option), std::move(remedy));
}

Result<> add_signer(const Arguments& arguments, const Secret* password, smime::EncodeOptions& options) {
  const std::string form = ascii_lower(arguments.sign);
  if (form.empty()) {
    if (!arguments.signer.empty()) {
      return bad("a signer is given, but not how to sign", "--signer", "add --sign clear or --sign opaque");
    }
    return {};
  }
  if (form != "clear" && form != "opaque") {
    return bad("there is no way to sign '" + arguments.sign + "'", "--sign", "use clear or opaque");
  }
  if (arguments.signer.empty()) return bad("who signs is not given", "--sign", "name the certificate with --signer");
  SG_TRY_ASSIGN(SigningIdentity identity, load_signer(arguments.signer, arguments.signer_key, password));
  const auto digest = crypto::digest_from_name(arguments.digest);
  if (!digest) {
    return bad("there is no digest '" + arguments.digest + "'", "--digest", "use sha256, sha384 or sha512");
  }
  smime::SignOptions sign{.certificate = std::move(identity.certificate), .key = std::move(identity.key)};
  sign.form = form == "clear" ? smime::SignatureForm::Clear : smime::SignatureForm::Opaque;
  sign.digest = *digest;
  sign.use_pss = arguments.pss;
  sign.attach_certificate = arguments.attach_signer;
  sign.chain = std::move(identity.chain);
  options.sign = std::move(sign);
  return {};
}

Result<> add_recipients(const Arguments& arguments, const Secret* password, smime::EncodeOptions& options) {
  if (arguments.encrypt_to.empty()) return {};
  smime::EncryptOptions encrypt;
  for (const auto& path : arguments.encrypt_to) {
    // One recipient a file: its first certificate. What follows is its chain.
    SG_TRY_ASSIGN(const auto certificates, load_certificates({path}, password));
    encrypt.recipients.push_back(certificates.front());
  }
  const auto cipher = crypto::cipher_from_name(arguments.cipher);
  if (!cipher) {
    return bad(
        "there is no cipher '" + arguments.cipher + "'", "--cipher",
        "use aes256-cbc, aes256-gcm, aes192-cbc, aes192-gcm, aes128-cbc, aes128-gcm, 3des, des, rc2-40, rc2-64 or "
        "rc2-128");
  }
  encrypt.cipher = *cipher;
  const std::string transport = ascii_lower(arguments.key_transport);
  if (transport == "rsa-oaep") {
    encrypt.key_transport = smime::KeyTransport::RsaOaep;
  } else if (transport != "rsa") {
    return bad("there is no key transport '" + arguments.key_transport + "'", "--key-transport",
               "use rsa or rsa-oaep");
  }
  options.encrypt = std::move(encrypt);
  return {};
}

Result<> add_encodings(const Arguments& arguments, smime::EncodeOptions& options) {
  const std::string compress = ascii_lower(arguments.compress);
  if (compress == "before-signing") {
    options.compression = smime::Compression::BeforeSigning;
  } else if (compress == "after-signing") {
    options.compression = smime::Compression::AfterSigning;
  } else if (!compress.empty()) {
    return bad("compression cannot be '" + arguments.compress + "'", "--compress",
               "use before-signing or after-signing");
  }
  if (!arguments.cte.empty()) {
    const auto encoding = mime::parse_transfer_encoding(arguments.cte);
    if (encoding == mime::TransferEncoding::Unknown) {
      return bad("there is no transfer encoding '" + arguments.cte + "'", "--cte",
                 "use base64, quoted-printable, 7bit, 8bit or binary");
    }
    options.part_encoding = encoding;
    options.wire_encoding = encoding;
  }
  options.content_type = arguments.content_type;
  options.file_name = arguments.file_name;
  options.content_description = arguments.description;
  options.payload_is_entity = arguments.entity;
  for (const auto& line : arguments.headers) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) {
      return bad("a header field needs a colon", "--header " + line, "write it as 'Name: value'");
    }
    SG_TRY(options.outer_headers.add(trim(std::string_view(line).substr(0, colon)),
                                     trim(std::string_view(line).substr(colon + 1))));
  }
  return {};
}

Result<> encode(const Arguments& arguments) {
  SG_TRY(check_distinct(arguments.in, arguments.out));
  std::optional<Secret> password;
  if (!arguments.password_file.empty()) {
    SG_TRY_ASSIGN(password, read_password_file(arguments.password_file));
  }
  const Secret* opens = password ? &*password : nullptr;
  smime::EncodeOptions options;
  SG_TRY(add_signer(arguments, opens, options));
  SG_TRY(add_recipients(arguments, opens, options));
  SG_TRY(add_encodings(arguments, options));
  SG_TRY_ASSIGN(options.time, parse_time(arguments.at));
  SG_TRY_ASSIGN(options.weak, parse_weak(arguments.weak_given, arguments.weak));

  SG_TRY_ASSIGN(const io::FileDescriptor input, io::open_input(arguments.in));
  SG_TRY_ASSIGN(const auto output, io::OutputFile::create(arguments.out));
  SG_TRY_ASSIGN(const auto encoder, smime::Encoder::create(std::move(options), *output));
  Progress progress("Sealing", size_of_file(input.get()), Progress::Unit::Bytes);
  CountingSink counted(*encoder, progress);
  SG_TRY(io::pump(input.get(), counted, arguments.in));
  return output->commit();
}

}  // namespace

int run_smime_encode(const Args& args) {
  Arguments arguments;
  CLI::App app{"Compress, sign and encrypt a document"};
  configure_app(app, "sealgate smime encode", kExamples);
  app.add_option("-i,--in", arguments.in, "Document; - for standard input")->type_name("FILE")->required();
  app.add_option("-o,--out", arguments.out, "Where the message goes; - for standard output")
      ->type_name("FILE")
      ->required();
  app.add_option("--sign", arguments.sign, "clear (multipart/signed) or opaque (application/pkcs7-mime)")
      ->type_name("FORM");
  app.add_option("--signer", arguments.signer, "Signing certificate, or PKCS#12 or PEM with key and chain")
      ->type_name("FILE");
  app.add_option("--signer-key", arguments.signer_key, "Private key of the signer, when --signer does not hold it")
      ->type_name("FILE");
  app.add_option("--password-file", arguments.password_file, "File whose first line opens keys and PKCS#12 files")
      ->type_name("FILE");
  app.add_option("--digest", arguments.digest, "sha256, sha384, sha512")->type_name("NAME")->capture_default_str();
  app.add_flag("--attach-signer,!--no-attach-signer", arguments.attach_signer,
               "Put the signer's certificate and chain into the message (the default), or not");
  app.add_flag("--pss", arguments.pss, "RSASSA-PSS instead of PKCS#1 v1.5");
  app.add_option("--encrypt-to", arguments.encrypt_to, "Certificate of a recipient. May be repeated")
      ->type_name("FILE");
  app.add_option("--cipher", arguments.cipher,
                 "aes256-cbc, aes256-gcm, aes128-cbc, 3des, des, rc2-40, rc2-64, rc2-128")
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--key-transport", arguments.key_transport, "For recipients with RSA keys: rsa or rsa-oaep")
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--compress", arguments.compress, "before-signing or after-signing")->type_name("WHEN");
  app.add_option("--cte", arguments.cte, "Transfer encoding: base64 (default), quoted-printable, 7bit, 8bit, binary")
      ->type_name("NAME");
  app.add_option("--content-type", arguments.content_type, "Content type of the document")
      ->type_name("TYPE")
      ->capture_default_str();
  app.add_option("--file-name", arguments.file_name, "File name of the document for the receiver")->type_name("NAME");
  app.add_option("--description", arguments.description, "Content-Description of the document")->type_name("TEXT");
  app.add_flag("--entity", arguments.entity, "The document is a MIME entity with its own header: seal it as it is");
  app.add_option("--header", arguments.headers,
                 "Field for the message's header, 'Subject: order 42'. May be repeated")
      ->type_name("FIELD");
  app.add_option("--at", arguments.at, "Signing time, and when certificates must be valid; now by default")
      ->type_name("RFC3339");
  app.add_option("--allow-weak", arguments.weak, "Allow old algorithms: all, or some by name (sha1,3des,...)")
      ->type_name("[NAMES]")
      ->expected(0, 1);
  if (const auto status = parse(app, args)) {
    if (*status != 0) remove_output(output_named_in(args));
    return *status;
  }
  arguments.weak_given = app.count("--allow-weak") > 0;
  const Result<> done = encode(arguments);
  if (done) return 0;
  if (!(done.error().code == kSameFile)) remove_output(arguments.out);
  return print_error(done.error());
}

}  // namespace sealgate::cli
