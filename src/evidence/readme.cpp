#include "audit/report.h"
#include "evidence/exhibits.h"

namespace sealgate::evidence {
namespace {

std::string epoch(Time time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

std::string command(const std::string& text) {
  return "```sh\n" + text + "\n```\n\n";
}

/// When certificates count.
std::string time_of(const SignedExhibit& exhibit) {
  return exhibit.time_holds ? "-attime " + epoch(exhibit.at) : std::string("-no_check_time");
}

std::string verify_signature(const SignedExhibit& exhibit) {
  std::string text = "openssl cms -verify -binary -inform DER -in " + exhibit.signature + " \\\n  -content " +
                     exhibit.content + " -out /dev/null -purpose any \\\n  ";
  if (exhibit.chain.empty()) return text + "-noverify";
  return text + "-certfile " + exhibit.chain + " -CAfile " + exhibit.anchor + " -partial_chain " + time_of(exhibit);
}

std::string verify_path(const SignedExhibit& exhibit) {
  std::string text = "openssl verify -partial_chain " + time_of(exhibit) + " -CAfile " + exhibit.anchor +
                     " -untrusted " + exhibit.chain;
  if (!exhibit.lists.empty()) text += " -crl_check";
  for (const std::string& list : exhibit.lists) text += " \\\n  -CRLfile " + list;
  return text + " " + exhibit.signer;
}

/// openssl ocsp ends with status 0 whatever it found, so that its words count.
std::string verify_answers(const SignedExhibit& exhibit) {
  std::string text;
  for (const std::string& answer : exhibit.answers) {
    if (!text.empty()) text += '\n';
    text += "test 2 = \"$(openssl ocsp -no_nonce -respin " + answer + " -issuer " + exhibit.issuer + " -cert " +
            exhibit.signer + " \\\n  -CAfile " + exhibit.anchor + " -verify_other " + exhibit.chain +
            " -partial_chain " + time_of(exhibit) +
            " \\\n  -validity_period 3153600000 2>&1 | grep -c -e '^Response verify OK$' -e '^" + exhibit.signer +
            ": good$')\"";
  }
  return text;
}

std::string section(const SignedExhibit& exhibit) {
  std::string text = "## " + exhibit.title + ": the signature\n\n`" + exhibit.content +
                     "` is what was signed, octet for octet; `" + exhibit.signature + "` is the signature. ";
  if (exhibit.chain.empty()) {
    return text + "Whose certificate it is was not kept, so that only the mathematics is verified.\n\n" +
           command(verify_signature(exhibit));
  }
  text += "It was judged at " + to_rfc3339(exhibit.at) + " by the certificates in `" + exhibit.chain +
          "`; the last of them, `" + exhibit.anchor +
          "`, was trusted then. Compare it with what its owner or its authority publishes: whether it deserves trust "
          "is not proven here.\n\n";
  if (!exhibit.time_holds) {
    text +=
        "A certificate was not valid at that time. The agreement allowed that, so its dates are not looked at "
        "here.\n\n";
  }
  text += command(verify_signature(exhibit));
  text += exhibit.lists.empty() ? "The path of the certificate:\n\n"
                                : "The path of the certificate, and that it was not revoked by the list of that time:"
                                  "\n\n";
  text += command(verify_path(exhibit));
  if (exhibit.answers.empty()) return text;
  return text + "What its authority's OCSP responder said of it then:\n\n" + command(verify_answers(exhibit));
}

std::string section(const MicExhibit& mic) {
  if (!mic.matches) {
    return "## The receipt's check\n\nThe receipt does not hold the digest of `" + mic.content +
           "`: see the report.\n\n";
  }
  return "## The receipt is about this content\n\nIt holds the digest of `" + mic.content +
         "` (Received-Content-MIC, RFC 4130 7.4.3).\n\n" +
         command("grep -qF -e \"$(openssl dgst -" + mic.digest + " -binary " + mic.content +
                 " | openssl base64 -A)\" " + mic.receipt);
}

std::string section(const SealedExhibit& sealed) {
  const std::string number = std::to_string(sealed.number);
  std::string text = "Record " + std::to_string(sealed.sequence) + " is in seal " + number +
                     ", whose hash is SHA-256 of `" + sealed.seal + "`:\n\n";
  text += command("echo '" + sealed.hash + "  " + sealed.seal + "' | sha256sum --strict --quiet -c\ntail -c +" +
                  std::to_string(sealed.offset + 1) + " " + sealed.seal + " | head -c " +
                  std::to_string(sealed.size) + " | cmp - " + sealed.record);
  if (sealed.proves.empty()) return text;
  text += "It holds the hashes of these files, as they were kept at that time:\n\n";
  std::string commands;
  for (const std::string& file : sealed.proves) {
    if (!commands.empty()) commands += '\n';
    commands += "grep -qaF -e \"$(sha256sum < " + file + " | cut -c1-64)\" " + sealed.record;
  }
  return text + command(commands);
}

}  // namespace

std::string_view outcome_word(const Dossier& dossier) {
  if (dossier.sent) return "sent";
  return dossier.refused ? "refused" : "received";
}

std::string write_readme(const Dossier& dossier, const Exhibits& exhibits) {
  const auto plain = [](const std::string& text) { return audit::escape_markdown(text); };
  std::string text = "# Evidence of message " + dossier.message.text() + "\n\n";
  if (dossier.is_as2()) {
    text += "AS2 message " + plain(dossier.fact("as2.message_id")) + " from " + plain(dossier.fact("as2.from")) +
            " to " + plain(dossier.fact("as2.to")) + ", " + std::string(outcome_word(dossier)) + " under agreement " +
            plain(dossier.fact("as2.agreement")) + ". ";
  }
  text += "Written " + to_rfc3339(exhibits.made) +
          ". `report.html` tells the story.\n\nRun the commands in this "
          "folder, by a shell that stops at the first failure (`sh -e`); each ends with status 0 when it holds. They "
          "need openssl 3 and coreutils, nothing of the gateway.\n\n## Every octet\n\n";
  text += command("sha256sum SHA256SUMS | cmp - SHA256SUMS.sha256\nsha256sum --strict --quiet -c SHA256SUMS");
  text +=
      "Whoever changed something could have written these hashes anew. Compare the content of "
      "`SHA256SUMS.sha256` with what `sealgate evidence export` printed; what follows does not depend on them.\n\n";
  for (const SignedExhibit& one : exhibits.signatures) text += section(one);
  if (exhibits.mic) text += section(*exhibits.mic);
  if (!exhibits.sealed.empty()) {
    text +=
        "## The tracking log\n\nThe gateway wrote these records in the commits in which things happened, and "
        "chained them by hashes: each seal holds the hash of the one before in its octets 21 to 52. The log ended "
        "with seal " +
        std::to_string(exhibits.head_number) + ", hash `" + exhibits.head +
        "`. A hash of the log that was noted elsewhere (the gateway writes it to its own log every hour) proves, "
        "by `sealgate tracking verify --anchor HASH`, that no seal before it was changed. A seal holds records of "
        "other messages of the same moment, too.\n\n";
    for (const SealedExhibit& one : exhibits.sealed) text += section(one);
  }
  if (!exhibits.missing.empty()) {
    text += "## What is not here\n\n";
    for (const std::string& one : exhibits.missing) text += "- " + plain(one) + "\n";
  }
  return text;
}

}  // namespace sealgate::evidence
