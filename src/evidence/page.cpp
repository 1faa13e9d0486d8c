#include "audit/report.h"
#include "evidence/exhibits.h"

namespace sealgate::evidence {
namespace {

constexpr std::string_view kStyle =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1b1f}"
    "table{border-collapse:collapse;width:100%;margin:.6rem 0 1.4rem}th,td{border:1px solid #c8c8d0;"
    "padding:.35rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#f2f2f6}"
    "table.facts th{width:14rem}code,.hash{font-family:ui-monospace,monospace;font-size:.85em}"
    ".good{color:#11692f}.bad{color:#b3001b}h2{border-bottom:2px solid #c8c8d0;margin-top:2rem}"
    "@media print{body{font-size:10pt;margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}"
    "thead{display:table-header-group}@page{margin:18mm}}";

std::string safe(std::string_view text) {
  return audit::escape_html(text);
}

class Facts {
 public:
  void add(std::string_view name, std::string_view value) {
    if (!value.empty()) rows_ += "<tr><th>" + safe(name) + "</th><td>" + safe(value) + "</td></tr>\n";
  }
  std::string table() const { return "<table class=\"facts\">\n" + rows_ + "</table>\n"; }

 private:
  std::string rows_;
};

std::string row(std::initializer_list<std::string> cells, std::string_view tag = "td") {
  std::string text = "<tr>";
  for (const std::string& cell : cells) {
    text += "<" + std::string(tag) + ">" + safe(cell) + "</" + std::string(tag) + ">";
  }
  return text + "</tr>\n";
}

std::string head(std::initializer_list<std::string> cells) {
  return "<table><thead>" + row(cells, "th") + "</thead>\n";
}

std::string summary(const Dossier& dossier) {
  Facts facts;
  facts.add("Message", dossier.message.text());
  facts.add("Outcome", outcome_word(dossier));
  facts.add("Time", to_rfc3339(dossier.records.front().at));
  facts.add("Agreement", dossier.fact("as2.agreement"));
  facts.add("AS2-From", dossier.fact("as2.from"));
  facts.add("AS2-To", dossier.fact("as2.to"));
  facts.add("Message-ID", dossier.fact("as2.message_id"));
  facts.add("Protection", dossier.is_as2() && dossier.fact("as2.protection").empty()
                              ? std::string("none")
                              : dossier.fact("as2.protection"));
  facts.add("File", dossier.fact("as2.file"));
  // Of the first record: those of deliveries have their own.
  facts.add("Bytes as it travelled", dossier.first_fact("bytes"));
  facts.add("Partner's address", dossier.fact("remote_address"));
  facts.add("Sent to", dossier.sent ? dossier.fact("address") : std::string());
  facts.add("Signer", dossier.fact("signer"));
  facts.add("Signature", dossier.fact("signer.result"));
  facts.add("Revocation", dossier.fact("revocation"));
  facts.add("Nobody could say whether revoked", dossier.fact("revocation.unknown"));
  facts.add("Receipt asked for", dossier.fact("as2.wanted"));
  facts.add("Receipt says", dossier.fact(dossier.sent ? "as2.disposition" : "receipt"));
  facts.add("Verdict on the receipt", dossier.fact("as2.verdict"));
  facts.add("Check in the receipt", dossier.fact("as2.mic"));
  facts.add("What the check is of", dossier.fact("as2.mic_form"));
  facts.add("Failure", dossier.fact("failure"));
  return facts.table();
}

std::string describe(const SignedExhibit& exhibit) {
  std::string text = "<h2>" + safe(exhibit.title) + ": signature and certificates</h2>\n<p>" +
                     safe(exhibit.signature) + " over " + safe(exhibit.content) + ", judged at " +
                     to_rfc3339(exhibit.at) + ".</p>\n";
  if (!exhibit.time_holds)
    text += "<p class=\"bad\">A certificate was not valid then; the agreement allowed it.</p>\n";
  text += head({"Certificate", "Issuer", "Serial", "Valid", "SHA-256"});
  for (const auto& one : exhibit.path) {
    text +=
        row({one.display_subject(), one.issuer(), one.serial_hex(),
             to_rfc3339(one.not_before()) + " to " + to_rfc3339(one.not_after()), one.thumbprint_sha256().to_hex()});
  }
  text += "</table>\n";
  if (!exhibit.ocsp.empty()) {
    text += head({"OCSP answer", "Responder", "Made", "Until", "The signer's certificate"});
    for (const auto& [file, answer] : exhibit.ocsp) {
      text += row({file, answer.responder, to_rfc3339(answer.this_update), to_rfc3339(answer.valid_until),
                   std::string(certificates::to_string(answer.status))});
    }
    text += "</table>\n";
  }
  if (exhibit.crls.empty()) return text;
  text += head({"Revocation list of", "Made", "Next", "Revoked certificates", "SHA-256"});
  for (const auto& one : exhibit.crls) {
    text += row({one.issuer(), to_rfc3339(one.this_update()),
                 one.next_update() ? to_rfc3339(*one.next_update()) : std::string("-"),
                 std::to_string(one.revoked_count()), one.sha256()});
  }
  return text + "</table>\n";
}

std::string journey(const Dossier& dossier) {
  std::string text = "<h2>What happened</h2>\n" + head({"Record", "Time", "Event", "Port", "Party", "Details"});
  for (const auto& record : dossier.records) {
    text += "<tr><td>" + std::to_string(record.sequence) + "</td><td>" + to_rfc3339(record.at) + "</td><td>" +
            safe(messaging::to_string(record.event)) + "</td><td>" + safe(record.port) + "</td><td>" +
            safe(record.party) + "</td><td>";
    for (const auto& [name, value] : record.details) text += "<b>" + safe(name) + "</b> " + safe(value) + "<br>";
    text += "</td></tr>\n";
  }
  return text + "</table>\n";
}

std::string chain(const Exhibits& exhibits) {
  std::string text = "<h2>The tracking log's chain</h2>\n";
  if (exhibits.sealed.empty()) return text + "<p>No record of the message is proven by a seal here.</p>\n";
  text += head({"Record", "Seal", "Hash of the seal", "Files whose hash the record holds"});
  for (const SealedExhibit& one : exhibits.sealed) {
    std::string files;
    for (const std::string& file : one.proves) files += (files.empty() ? "" : ", ") + file;
    text += row({std::to_string(one.sequence), std::to_string(one.number), one.hash, files});
  }
  return text + "</table>\n<p>The log ended with seal " + std::to_string(exhibits.head_number) +
         ", hash <span class=\"hash\">" + safe(exhibits.head) + "</span>.</p>\n";
}

}  // namespace

std::string write_page(const Dossier& dossier, const Exhibits& exhibits, const std::vector<FileFacts>& files) {
  const std::string title = "Evidence of message " + safe(dossier.message.text());
  std::string text = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + title +
                     "</title>\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                     "'unsafe-inline'\">\n<style>" +
                     std::string(kStyle) + "</style></head>\n<body><h1>" + title + "</h1>\n<p>Written " +
                     to_rfc3339(exhibits.made) + ". README.md has the commands that verify it.</p>\n";
  text += summary(dossier);
  if (exhibits.mic) {
    text +=
        exhibits.mic->matches
            ? "<p class=\"good\">The receipt holds the digest of " + safe(exhibits.mic->content) + ".</p>\n"
            : "<p class=\"bad\">The receipt does not hold the digest of " + safe(exhibits.mic->content) + ".</p>\n";
  }
  for (const SignedExhibit& one : exhibits.signatures) text += describe(one);
  text += "<h2>Files</h2>\n" + head({"File", "What it is", "Bytes", "SHA-256"});
  for (const FileFacts& file : files) text += row({file.name, file.what, std::to_string(file.size), file.sha256});
  text += "</table>\n";
  if (!exhibits.missing.empty()) {
    text += "<h2>What is not here</h2>\n<ul>\n";
    for (const std::string& one : exhibits.missing) text += "<li>" + safe(one) + "</li>\n";
    text += "</ul>\n";
  }
  return text + journey(dossier) + chain(exhibits) + "</body></html>\n";
}

}  // namespace sealgate::evidence
