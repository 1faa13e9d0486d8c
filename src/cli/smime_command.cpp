// sealgate smime: one message in files, no server.

#include "cli/smime_command.h"

#include <array>

#include "base/clock.h"
#include "base/text.h"
#include "cli/errors.h"
#include "cli/key_files.h"
#include "cli/subcommands.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

constexpr std::array kMembers = {
    Command{"decode", "Decrypt, verify and decompress a message, and write its body part", run_smime_decode},
    Command{"encode", "Compress, sign and encrypt a document", run_smime_encode},
    Command{"inspect", "Show what a message is made of; needs no keys", run_smime_inspect},
};

constexpr Family kFamily{
    "smime", "Encode, decode or inspect one S/MIME message in files, without a server", kMembers, "",
    "  sealgate smime inspect -i order.eml\n"
    "  sealgate smime decode -i order.eml -o order.xml --key ours.p12 --password-file secret --trust partner-ca.pem\n"
    "  sealgate smime encode -i order.xml -o order.eml --sign clear --signer ours.p12 --encrypt-to partner.cer\n"};

Result<certificates::PathPurpose> parse_purpose(const std::string& text) {
  using certificates::PathPurpose;
  const std::string lower = ascii_lower(text);
  if (lower == "email") return PathPurpose::EmailSign;
  if (lower == "any") return PathPurpose::Any;
  if (lower == "none") return PathPurpose::None;
  return fail(kBadOption, "there is no purpose '" + text + "'", "--purpose", "use email, any or none");
}

Result<certificates::CrlCheck> parse_crl_check(const std::string& text, bool has_crls) {
  using certificates::CrlCheck;
  const std::string lower = ascii_lower(text);
  if (lower.empty()) return has_crls ? CrlCheck::Leaf : CrlCheck::Off;
  if (lower == "off") return CrlCheck::Off;
  if (lower == "leaf") return CrlCheck::Leaf;
  if (lower == "all") return CrlCheck::All;
  return fail(kBadOption, "there is no revocation check '" + text + "'", "--crl-check", "use off, leaf or all");
}

}  // namespace

Result<smime::WeakPolicy> parse_weak(bool given, const std::vector<std::string>& names) {
  smime::WeakPolicy policy;
  if (!given) return policy;
  bool any = false;
  for (const auto& list : names) {
    for (std::size_t start = 0; start <= list.size();) {
      const std::size_t comma = std::min(list.find(',', start), list.size());
      const std::string name(trim(std::string_view(list).substr(start, comma - start)));
      start = comma + 1;
      if (name.empty()) continue;
      any = true;
      if (!policy.allow(name)) {
        return fail(kBadOption, "there is no weak algorithm '" + name + "'", "--allow-weak",
                    "use md5, sha1, des, 3des, rc2-40, rc2-64, rc2-128, rsa-1024 or all");
      }
    }
  }
  return any ? policy : smime::WeakPolicy::allow_everything();
}

Result<Time> parse_time(const std::string& text) {
  if (text.empty()) return SystemClock().now();
  auto time = parse_rfc3339(text);
  if (!time) return fail(std::move(time.error()).at("--at"));
  return time;
}

void DecodeArguments::add_to(CLI::App& app) {
  app.add_option("--key", keys, "Private key to decrypt with: PEM, DER or PKCS#12. May be repeated")
      ->type_name("FILE");
  app.add_option("--cert", certificates, "Certificate of a signer or for a key; not trusted by itself")
      ->type_name("FILE");
  app.add_option("--trust", trusted, "Trusted root certificate")->type_name("FILE");
  app.add_option("--intermediate", intermediates, "Intermediate certificate; not trusted by itself")
      ->type_name("FILE");
  app.add_option("--crl", crls, "Revocation list; those inside the message count, too")->type_name("FILE");
  app.add_option("--crl-check", crl_check, "off, leaf or all; leaf when --crl is given, else off")
      ->type_name("WHICH");
  app.add_option("--at", at, "Validate at this time instead of now")->type_name("RFC3339");
  app.add_option("--purpose", purpose, "What the signer's certificate must be for: email, any or none")
      ->type_name("PURPOSE")
      ->capture_default_str();
  app.add_flag("--partial-chain", partial_chain, "A trusted certificate need not be a root");
  app.add_flag("--no-chain", no_chain, "Check signatures only, not who made them");
  app.add_option("--password-file", password_file, "File whose first line opens keys and PKCS#12 files")
      ->type_name("FILE");
  app.add_option("--message-password-file", message_password_file, "File whose first line opens the message itself")
      ->type_name("FILE");
  app.add_option("--allow-weak", weak, "Accept old algorithms: all, or some by name (sha1,3des,...)")
      ->type_name("[NAMES]")
      ->expected(0, 1);
  app.add_flag("--allow-partial", allow_partial, "Accept a message of which only some parts are protected");
  app.add_flag("--accept-gcm-in-enveloped-data", accept_gcm,
               "Accept AES-GCM as BouncyCastle's SMIMEEnvelopedGenerator writes it");
  app.add_flag("--tolerate-line-ends", tolerate_line_ends,
               "Accept clear signatures over LF, or without or with the last line end");
  app.add_option("--max-expansion", max_expansion, "Refuse compressed content that grows more than this many times")
      ->type_name("N");
}

Result<smime::DecodeOptions> DecodeArguments::load() const {
  smime::DecodeOptions options;
  std::optional<Secret> password;
  if (!password_file.empty()) {
    SG_TRY_ASSIGN(password, read_password_file(password_file));
  }
  const Secret* opens = password ? &*password : nullptr;
  if (!message_password_file.empty()) {
    SG_TRY_ASSIGN(Secret secret, read_password_file(message_password_file));
    options.passwords.push_back(std::move(secret));
  }
  SG_TRY_ASSIGN(options.certificates, load_certificates(certificates, opens));
  SG_TRY_ASSIGN(options.keys, load_keys(keys, opens, options.certificates));
  SG_TRY_ASSIGN(options.trust.anchors, load_certificates(trusted, opens));
  SG_TRY_ASSIGN(options.trust.intermediates, load_certificates(intermediates, opens));
  SG_TRY_ASSIGN(options.trust.crls, load_crls(crls));
  SG_TRY_ASSIGN(options.trust.path.time, parse_time(at));
  SG_TRY_ASSIGN(options.trust.path.purpose, parse_purpose(purpose));
  SG_TRY_ASSIGN(options.trust.path.crl_check, parse_crl_check(crl_check, !crls.empty()));
  options.trust.path.partial_chain = partial_chain;
  options.trust.check_chain = !no_chain;
  SG_TRY_ASSIGN(options.weak, parse_weak(weak_given, weak));
  options.allow_partial = allow_partial;
  options.accept_gcm_in_enveloped_data = accept_gcm;
  options.tolerate_line_ends = tolerate_line_ends;
  if (max_expansion != 0) options.limits.max_expansion_ratio = max_expansion;
  return options;
}

int run_smime(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
