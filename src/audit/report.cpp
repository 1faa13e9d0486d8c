#include "audit/report.h"

namespace sealgate::audit {
namespace {

std::string when(const Finding& finding) {
  return finding.at ? "from " + to_rfc3339(*finding.at) : "now";
}

std::string counts(const std::vector<Finding>& findings) {
  std::array<std::size_t, 3> number{};
  for (const Finding& finding : findings) ++number.at(static_cast<std::size_t>(finding.severity));
  return std::to_string(number[2]) + " errors, " + std::to_string(number[1]) + " warnings, " +
         std::to_string(number[0]) + " notes";
}

using Escape = std::string (*)(std::string_view);

std::string list_of(const std::vector<std::string>& points, Escape escape, std::string_view separator) {
  std::string text;
  for (const std::string& point : points) {
    if (!text.empty()) text += separator;
    text += escape(point);
  }
  return text;
}

constexpr std::string_view kStyle =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem;color:#1b1b1f}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border:1px solid #c8c8d0;padding:.4rem .6rem;"
    "text-align:left;vertical-align:top}th{background:#f2f2f6}.error,.open{color:#b3001b}.warning{color:#8a5a00}"
    ".note{color:#444}code{font-size:.9em}";

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    }
  }
  return escaped;
}

std::string escape_markdown(std::string_view text) {
  // HTML first: Markdown passes tags through. Every character that can begin markup gets a backslash.
  std::string escaped;
  for (const char c : text) {
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      escaped += ' ';
    } else {
      if (std::string_view("\\`*_{}[]#|!~").find(c) != std::string_view::npos) escaped += '\\';
      escaped += c;
    }
  }
  // A bare address would become a link.
  for (std::size_t at = escaped.find("://"); at != std::string::npos; at = escaped.find("://", at + 3)) {
    escaped.insert(at, "\\");
    ++at;
  }
  return escaped;
}

std::string to_markdown(const Report& report) {
  std::string text = "# " + escape_markdown(report.title) + "\n\nGroup " + escape_markdown(report.group) + ", " +
                     to_rfc3339(report.made) + ". " + counts(report.findings) + ".\n\n## Findings\n\n";
  if (report.findings.empty()) {
    text += "None.\n";
  } else {
    text += "| Severity | Code | What | Where | Since | Remedy |\n|---|---|---|---|---|---|\n";
    for (const Finding& finding : report.findings) {
      text += "| " + std::string(to_string(finding.severity)) + " | `" + std::string(finding.code) + "` | " +
              escape_markdown(finding.what) + " | " + escape_markdown(finding.where) + " | " + when(finding) + " | " +
              escape_markdown(finding.remedy) + " |\n";
    }
  }
  if (report.flows.empty()) return text;
  text += "\n## Threat model\n\nEach flow of data as it is configured, with the threats of STRIDE.\n";
  for (const Flow& flow : report.flows) {
    text += "\n### " + escape_markdown(flow.name) + "\n\nFrom " + escape_markdown(flow.from) + " to " +
            escape_markdown(flow.to) + ".\n\n| Threat | What stands against it | What is open |\n|---|---|---|\n";
    for (std::size_t i = 0; i < kStride.size(); ++i) {
      text += "| " + std::string(kStride.at(i)) + " | " +
              list_of(flow.threats.at(i).protections, escape_markdown, "; ") + " | " +
              list_of(flow.threats.at(i).open, escape_markdown, "; ") + " |\n";
    }
  }
  return text;
}

std::string to_html(const Report& report) {
  const std::string title = escape_html(report.title);
  std::string text = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + title +
                     "</title>\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                     "'unsafe-inline'\">"
                     "\n<style>" +
                     std::string(kStyle) + "</style></head>\n<body><h1>" + title + "</h1>\n<p>Group " +
                     escape_html(report.group) + ", " + to_rfc3339(report.made) + ". " + counts(report.findings) +
                     ".</p>\n<h2>Findings</h2>\n";
  if (report.findings.empty()) {
    text += "<p>None.</p>\n";
  } else {
    text +=
        "<table><tr><th>Severity</th><th>Code</th><th>What</th><th>Where</th><th>Since</th><th>Remedy</th></tr>\n";
    for (const Finding& finding : report.findings) {
      const std::string severity(to_string(finding.severity));
      text += "<tr><td class=\"" + severity + "\">" + severity + "</td><td><code>" + std::string(finding.code) +
              "</code></td><td>" + escape_html(finding.what) + "</td><td>" + escape_html(finding.where) +
              "</td><td>" + when(finding) + "</td><td>" + escape_html(finding.remedy) + "</td></tr>\n";
    }
    text += "</table>\n";
  }
  if (!report.flows.empty()) {
    text += "<h2>Threat model</h2>\n<p>Each flow of data as it is configured, with the threats of STRIDE.</p>\n";
  }
  for (const Flow& flow : report.flows) {
    text += "<h3>" + escape_html(flow.name) + "</h3>\n<p>From " + escape_html(flow.from) + " to " +
            escape_html(flow.to) +
            ".</p>\n<table><tr><th>Threat</th><th>What stands against it</th><th>What is open</th></tr>\n";
    for (std::size_t i = 0; i < kStride.size(); ++i) {
      text += "<tr><th>" + std::string(kStride.at(i)) + "</th><td>" +
              list_of(flow.threats.at(i).protections, escape_html, "<br>") + "</td><td class=\"open\">" +
              list_of(flow.threats.at(i).open, escape_html, "<br>") + "</td></tr>\n";
    }
    text += "</table>\n";
  }
  return text + "</body></html>\n";
}

}  // namespace sealgate::audit
