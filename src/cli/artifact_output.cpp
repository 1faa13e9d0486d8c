#include "cli/artifact_output.h"

#include <cstdio>

#include "artifacts/errors.h"
#include "base/nearest.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

using namespace artifacts;

Colour colour_of(std::string_view change) {
  if (change == "created") return Colour::Green;
  if (change == "changed") return Colour::Yellow;
  return change == "deleted" ? Colour::Red : Colour::Dim;
}

void print_diff(const std::string& diff, bool colours) {
  for (std::size_t at = 0; at < diff.size();) {
    const std::size_t end = std::min(diff.find('\n', at), diff.size());
    const std::string line = printable(std::string_view(diff).substr(at, end - at));
    at = end + 1;
    const Colour colour = line[0] == '+' ? Colour::Green : line[0] == '-' ? Colour::Red : Colour::Dim;
    std::printf("    %s\n", coloured(line, colour, colours).c_str());
  }
}

std::string count_of(std::size_t number, std::string_view one, std::string_view many) {
  return number == 0 ? "-" : std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

std::vector<std::string> headings(Kind kind) {
  switch (kind) {
    case Kind::Group:
      return {"NAME", "SIGNING CERTIFICATE"};
    case Kind::Host:
      return {"NAME", "ACCOUNT", "DECRYPTION"};
    case Kind::Party:
      return {"NAME", "CERTIFICATES", "ALIASES", "WEAK ALGORITHMS"};
    case Kind::ReceivePort:
      return {"NAME", "AUTHENTICATION", "WAY", "LOCATION", "ENABLED", "ADAPTER", "ADDRESS", "PIPELINE"};
    case Kind::Schema:
      return {"NAME", "MESSAGE TYPE", "VALIDATION", "PROPERTIES", "ENVELOPE"};
    case Kind::Map:
      return {"NAME", "FROM", "TO"};
    case Kind::Pipeline:
      return {"NAME", "DIRECTION", "COMPONENTS"};
    case Kind::SendPortGroup:
      return {"NAME", "STATE", "SEND PORTS", "FILTER"};
    case Kind::Agreement:
      return {"NAME", "ENABLED", "US", "PARTNER", "AS2-FROM", "AS2-TO", "FROM", "UNTIL", "PRESET"};
    case Kind::SendPort:
      return {"NAME", "STATE", "WAY", "ADAPTER", "ADDRESS", "PIPELINE", "FILTER"};
  }
  return {};
}

std::string weak_names(const Party& party) {
  std::string names;
  for (const WeakAlgorithm& weak : party.weak_algorithms) {
    names += (names.empty() ? "" : ", ") + weak.algorithm + " until " + to_rfc3339(weak.until).substr(0, 10);
  }
  return names.empty() ? "-" : names;
}

std::string filter_text(const messaging::Filter& filter) {
  return filter.empty() ? "-" : messaging::to_text(filter);
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "-" : text;
}

std::string way_of(bool two_way) {
  return two_way ? "two-way" : "one-way";
}

using Rows = std::vector<std::vector<std::string>>;

void add_rows(Rows& rows, const Group& group) {
  std::string certificates;
  for (const CertificateAssignment& assignment : group.signing_certificates) {
    certificates += (certificates.empty() ? "" : ", ") + assignment.certificate.to_biztalk();
    if (assignment.from) certificates += " from " + to_rfc3339(*assignment.from);
  }
  rows.push_back({group.name, certificates.empty() ? "-" : certificates});
}
void add_rows(Rows& rows, const Host& host) {
  rows.push_back(
      {host.name, host.account, count_of(host.decryption_certificates.size(), "certificate", "certificates")});
}
void add_rows(Rows& rows, const Party& party) {
  rows.push_back({party.name, count_of(party.verification_certificates.size(), "certificate", "certificates"),
                  count_of(party.aliases.size(), "alias", "aliases"), weak_names(party)});
}
void add_rows(Rows& rows, const ReceivePort& port) {
  const std::string authentication(to_string(port.authentication));
  const std::string way = way_of(port.two_way);
  if (port.locations.empty()) rows.push_back({port.name, authentication, way, "-", "-", "-", "-", "-"});
  for (const ReceiveLocation& location : port.locations) {
    rows.push_back({port.name, authentication, way, location.name, location.enabled ? "yes" : "no",
                    std::string(adapter_name(location.transport)), address(location.transport),
                    location.pipeline.name});
  }
}
void add_rows(Rows& rows, const SendPort& port) {
  rows.push_back({port.name, std::string(to_string(port.state)), way_of(port.two_way),
                  port.dynamic ? "dynamic" : std::string(adapter_name(port.transport)),
                  port.dynamic ? "of the message" : address(port.transport), port.pipeline.name,
                  filter_text(port.filter)});
}
void add_rows(Rows& rows, const SendPortGroup& group) {
  rows.push_back(
      {group.name, std::string(to_string(group.state)), joined(group.send_ports), filter_text(group.filter)});
}
std::string side_text(const AgreementSide& side) {
  return side.profile.empty() ? side.party : side.party + " (" + side.profile + ")";
}
std::string day_text(const std::optional<Time>& time) {
  return time ? to_rfc3339(*time).substr(0, 10) : "-";
}
void add_rows(Rows& rows, const Agreement& agreement) {
  const std::string& preset = agreement.compatibility.preset;
  rows.push_back({agreement.name, agreement.enabled ? "yes" : "no", side_text(agreement.us),
                  side_text(agreement.partner), agreement.sending.as2_from, agreement.sending.as2_to,
                  day_text(agreement.from), day_text(agreement.until), preset.empty() ? "-" : preset});
}
void add_rows(Rows& rows, const Schema& schema) {
  rows.push_back({schema.name, schema.message_type, schema.xsd.empty() ? "-" : "xsd",
                  count_of(schema.promoted.size(), "property", "properties"),
                  schema.envelope_body.empty() ? "-" : schema.envelope_body.text()});
}
void add_rows(Rows& rows, const Map& map) {
  rows.push_back({map.name, map.source, map.target});
}
void add_rows(Rows& rows, const Pipeline& pipeline) {
  rows.push_back({pipeline.name, std::string(to_string(pipeline.direction)),
                  count_of(pipeline.components.size(), "component", "components")});
}

}  // namespace

void print_diff(const Change& change, bool colours) {
  print_diff(diff_lines(change.before, change.after), colours);
}

ShownChange shown(const Change& change) {
  return {std::string(to_string(change.change)), std::string(to_string(change.kind)), change.name,
          change.change == ChangeKind::Changed ? diff_lines(change.before, change.after) : std::string()};
}

void print_change(const ShownChange& change) {
  const bool colours = use_colours(stdout);
  std::string word = change.change;
  word.resize(10, ' ');
  std::printf("%s %s %s\n", coloured(printable(word), colour_of(change.change), colours).c_str(),
              printable(change.kind).c_str(), printable(change.name).c_str());
  print_diff(change.diff, colours);
}

Error unknown_kind(const std::string& word, bool with_all) {
  std::vector<std::string> kinds;
  for (const Kind kind : kAllKinds) kinds.emplace_back(to_string(kind));
  const std::string meant = nearest(word, kinds);
  return Error{
      kUnknownKind,
      "there is no kind '" + word + "'",
      {},
      meant.empty() ? "use one of " + kind_list() + (with_all ? ", all" : "") : "did you mean '" + meant + "'?"};
}

void print_artifact_table(Kind kind, const std::vector<Artifact>& all) {
  Rows rows;
  for (const Artifact& artifact : all) {
    std::visit([&](const auto& value) { add_rows(rows, value); }, artifact);
  }
  print_table(headings(kind), rows);
}

}  // namespace sealgate::cli
