#include "cli/smime_tree.h"

#include "certificates/thumbprint.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

using smime::LayerReport;
using smime::LayerType;

std::string with_separators(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

std::string biztalk_form(const std::string& thumbprint) {
  const auto parsed = certificates::Thumbprint::parse(thumbprint);
  return parsed ? parsed->to_biztalk() : thumbprint;
}

class Tree {
 public:
  explicit Tree(bool colours) : colours_(colours) {}

  std::string draw(const smime::Report& report) {
    line(0, paint("message", Colour::Bold) + (report.input_format.empty() ? "" : "  " + report.input_format));
    std::size_t depth = 1;
    for (const auto& layer : report.layers) {
      draw_layer(layer, depth);
      if (layer.part.empty()) ++depth;
    }
    for (const auto& part : report.parts) draw_part(part, depth);
    if (report.identity) draw_identity(*report.identity);
    line(0, "");
    line(0, paint("result", Colour::Bold) + "  " + outcome(report.result));
    return std::move(text_);
  }

 private:
  std::string paint(std::string_view text, Colour colour) const { return coloured(text, colour, colours_); }

  void line(std::size_t depth, const std::string& text) {
    for (std::size_t i = 1; i < depth; ++i) text_ += "   ";
    if (depth > 0) text_ += "└─ ";
    text_ += text + "\n";
  }
  // Facts about the line above.
  void fact(std::size_t depth, std::string_view name, const std::string& value) {
    if (value.empty()) return;
    for (std::size_t i = 0; i < depth; ++i) text_ += "   ";
    std::string label(name);
    label.resize(std::max<std::size_t>(label.size(), 12), ' ');
    text_ += "· " + paint(label, Colour::Dim) + " " + value + "\n";
  }

  std::string outcome(const smime::Outcome& outcome) const {
    if (outcome.ok()) return paint("ok", Colour::Green);
    return paint(outcome.to_string(), Colour::Red) + "  " + printable(outcome.error->what);
  }

  void draw_layer(const LayerReport& layer, std::size_t depth) {
    std::string title = paint(smime::to_string(layer.type), Colour::Cyan);
    if (!layer.part.empty()) title += " in part " + printable(layer.part);
    if (!layer.form.empty()) title += ", " + layer.form;
    std::string algorithms;
    for (const auto& algorithm : layer.algorithms) algorithms += "  " + printable(algorithm);
    line(depth, title + algorithms + "  " + outcome(layer.outcome));
    for (const auto& recipient : layer.recipients) {
      fact(depth, "recipient",
           printable(recipient.algorithm) + "  " + printable(recipient.identifier) +
               (recipient.ours ? "  " + paint("ours", Colour::Green) : ""));
    }
    if (!layer.cipher.empty() && !layer.authenticated) {
      fact(depth, "note", paint("no authentication tag: only a signature inside proves the text", Colour::Yellow));
    }
    for (const auto& signer : layer.signers) draw_signer(signer, depth);
    if (layer.type == LayerType::Signed) {
      fact(depth, "carries",
           std::to_string(layer.certificate_count) + " certificates, " + std::to_string(layer.crl_count) +
               " revocation lists");
    }
    if (layer.bytes != 0) fact(depth, "content", with_separators(layer.bytes) + " bytes");
  }

  void draw_signer(const smime::SignerReport& signer, std::size_t depth) {
    fact(depth, "signer",
         (signer.subject.empty() ? "certificate not found, " + printable(signer.serial) : printable(signer.subject)) +
             "  " + outcome(signer.verify));
    if (!signer.thumbprint.empty()) fact(depth, "thumbprint", biztalk_form(signer.thumbprint));
    fact(depth, "issuer", printable(signer.issuer));
    if (signer.signing_time) fact(depth, "signed at", to_rfc3339(*signer.signing_time) + " (as the signer says)");
    if (signer.not_after) fact(depth, "expires", to_rfc3339(*signer.not_after));
  }

  void draw_part(const smime::PartReport& part, std::size_t depth) {
    std::string title = "part " + std::to_string(part.index) + "  " +
                        paint(part.content_type.empty() ? "not MIME" : printable(part.content_type), Colour::Blue);
    if (!part.file_name.empty()) title += "  " + printable(part.file_name);
    title += "  " + with_separators(part.bytes) + " bytes";
    if (!part.transfer_encoding.empty()) title += "  " + part.transfer_encoding;
    line(depth, title);
    fact(depth, "sha256", part.sha256);
  }

  void draw_identity(const smime::Identity& identity) {
    for (const auto& from : identity.from_raw) fact(0, "From", printable(from));
    if (identity.signer_emails.empty()) return;
    fact(0, "From check",
         identity.must_flag ? paint("does not plainly name the signer", Colour::Yellow)
                            : paint("names the signer", Colour::Green));
  }

  bool colours_;
  std::string text_;
};

}  // namespace

std::string draw_tree(const smime::Report& report, bool colours) {
  return Tree(colours).draw(report);
}

}  // namespace sealgate::cli
