// What sealgate tls probe prints.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "admin/tls_probe.h"
#include "base/text.h"
#include "cli/foresight.h"
#include "cli/output.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/tls_command.h"

namespace sealgate::cli {
namespace {

using probe::Report;

void heading(const std::string& text) {
  std::puts(coloured(text, Colour::Bold, use_colours(stdout)).c_str());
}

std::string joined(const std::vector<std::string>& words, const std::string& between = ", ") {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

void print_addresses(const Report& report) {
  heading("Reached");
  print_field("Host", report.host + " port " + report.port);
  for (const auto& each : report.addresses) {
    print_field(each.address,
                each.connected ? "connected in " + std::to_string(each.took.count()) + " ms" : each.failure->what,
                each.connected ? Colour::Green : Colour::Red);
  }
}

void print_handshake(const Report& report) {
  if (!report.handshake) return;
  const probe::Handshake& seen = *report.handshake;
  heading("Handshake");
  if (!seen.version.empty()) {
    print_field("Chosen", seen.version + ", " + seen.cipher + (seen.group.empty() ? "" : ", " + seen.group));
  }
  if (!seen.alpn.empty()) print_field("ALPN", seen.alpn);
  if (seen.end != probe::HandshakeEnd::Done) print_field("Ended with", seen.reason, Colour::Red);
  for (const auto& each : report.versions) {
    std::vector<std::string> names;
    for (const auto& cipher : each.ciphers) names.push_back(cipher.name + (cipher.weak ? " (weak)" : ""));
    if (!each.complete) names.emplace_back("… (not all tried)");
    print_field(to_string(each.version),
                each.accepted ? joined(names) : "not accepted" + (each.reason.empty() ? "" : ": " + each.reason));
  }
}

std::string describe(const probe::ChainLink& link) {
  std::string text = link.certificate.display_subject();
  if (link.trusted) text += " [trusted]";
  if (!link.sent) text += " [not sent]";
  return text + " until " + to_rfc3339(link.certificate.not_after());
}

void print_link(const probe::ChainLink& link, std::size_t depth) {
  const bool colours = use_colours(stdout);
  const std::string indent(2 + 3 * depth, ' ');
  const std::string branch = depth == 0 ? "" : "└─ ";
  std::puts((std::string(2 + 3 * (depth == 0 ? 0 : depth - 1), ' ') + branch + printable(describe(link))).c_str());
  const std::string details = link.certificate.key_description() + ", " + link.certificate.signature_algorithm() +
                              ", " + link.certificate.thumbprint().to_biztalk();
  std::puts((indent + coloured(printable(details), Colour::Dim, colours)).c_str());
  for (const std::string& fault : link.faults) {
    std::puts((indent + coloured(printable("✗ " + fault), Colour::Red, colours)).c_str());
  }
}

void print_chain(const Report& report) {
  if (report.chain.path.empty()) return;
  heading("Chain, " + std::to_string(report.chain.sent) +
          (report.chain.sent == 1 ? " certificate" : " certificates") + " sent");
  std::size_t depth = 0;
  if (!report.chain.trusted) {
    std::puts(coloured("  ? no trusted root", Colour::Red, use_colours(stdout)).c_str());
    depth = 1;
  }
  for (auto link = report.chain.path.rbegin(); link != report.chain.path.rend(); ++link) print_link(*link, depth++);
  for (const auto& link : report.chain.unneeded) print_field("Not needed", describe(link), Colour::Dim);
  print_field("Names", report.chain.names.empty() ? "none" : joined(report.chain.names),
              report.chain.name_fits ? Colour::None : Colour::Red);
}

void print_standing(const Report& report) {
  if (report.chain.path.empty()) return;
  heading("Revocation");
  print_field("Stapled answer", report.revocation.stapled ? report.revocation.staple : "none");
  if (report.revocation.status.empty()) {
    print_field("Status", "not asked: there is no trusted path");
    return;
  }
  print_field("Status", report.revocation.status +
                            (report.revocation.source.empty() ? "" : ", says the " + report.revocation.source));
}

void print_client(const Report& report) {
  if (report.handshake) {
    heading("Client certificate");
    const probe::ClientReport& client = report.client;
    print_field("Asked for", client.demanded ? "yes, and demanded" : client.asked ? "yes" : "no");
    if (client.shown) print_field("Shown", "that of the send port");
    if (client.asked) {
      print_field("Authorities", client.authorities.empty() ? "any" : joined(client.authorities, " | "));
      if (client.candidates.empty()) print_field("Ours", "there is none with a private key");
    }
    for (const auto& each : client.candidates) {
      print_field(each.obstacle.empty() ? "Fits" : "Does not fit",
                  each.certificate.short_name() + " (" + each.certificate.thumbprint().to_biztalk() +
                      ") of account " + each.account + (each.obstacle.empty() ? "" : ": " + each.obstacle),
                  each.obstacle.empty() ? Colour::Green : Colour::Dim);
    }
  }
  if (!report.http) return;
  heading("HTTP");
  print_field("Answer", report.http->status == 0
                            ? "none: " + report.http->failure
                            : std::to_string(report.http->status) +
                                  (report.http->server.empty() ? "" : ", from " + report.http->server));
  print_field("Login", report.http->schemes.empty() ? "not asked for" : joined(report.http->schemes, " | "));
}

}  // namespace

void print_probe(const Report& report) {
  print_addresses(report);
  print_handshake(report);
  print_chain(report);
  print_standing(report);
  print_client(report);
  const audit::Finding* decisive = report.decisive();
  const std::string verdict = decisive == nullptr ? "good: a send port gets through" : decisive->what;
  heading("Verdict");
  std::puts(
      ("  " + coloured(printable(verdict), decisive == nullptr ? Colour::Green : Colour::Red, use_colours(stdout)))
          .c_str());
  if (!report.findings.empty()) print_findings(report.findings, "");
}

void print_probe_document(const Report& report, const std::string& form) {
  print_document(admin::probe_json(report), form);
}

}  // namespace sealgate::cli
