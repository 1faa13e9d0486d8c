#pragma once
// Writing of documents in their canonical form: what write_artifact.h is written with.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "artifacts/artifacts.h"
#include "artifacts/scalars.h"

namespace sealgate::artifacts {

/// One key a line, in the order of the calls.
class Writer {
 public:
  void line(std::string_view key, std::string_view value) { raw(key, format_scalar(value)); }
  void line(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }
  void line(std::string_view key, int value) { raw(key, std::to_string(value)); }
  void line(std::string_view key, Duration value) { raw(key, format_duration(value)); }
  void line(std::string_view key, const Thumbprint& value) { raw(key, quoted(value)); }
  template <typename T>
  void unless(std::string_view key, const T& value, const T& usual) {
    if (!(value == usual)) line(key, value);
  }
  void text(std::string_view key, const std::string& value) {
    if (!value.empty()) line(key, value);
  }
  void size(std::string_view key, std::uint64_t value) { raw(key, format_size(value)); }
  /// Bare thumbprints, and mappings where there is a window.
  void assignments(std::string_view key, const CertificateAssignments& all) {
    if (all.empty()) return;
    open(key);
    for (const CertificateAssignment& assignment : all) {
      if (!assignment.from && !assignment.until) {
        out_ += indent_ + "- " + quoted(assignment.certificate) + "\n";
        continue;
      }
      open_item();
      line("certificate", assignment.certificate);
      if (assignment.from) line("from", to_rfc3339(*assignment.from));
      if (assignment.until) line("until", to_rfc3339(*assignment.until));
      close();
    }
    close();
  }
  void names(std::string_view key, const std::vector<std::string>& all) {
    if (all.empty()) return;
    open(key);
    for (const std::string& name : all) out_ += indent_ + "- " + format_scalar(name) + "\n";
    close();
  }
  /// Entries as they are: numbers.
  void plain_list(std::string_view key, const std::vector<std::string>& all) {
    open(key);
    for (const std::string& entry : all) out_ += indent_ + "- " + entry + "\n";
    close();
  }

  void empty_list(std::string_view key) { raw(key, "[]"); }
  /// Lines as they are; nothing when there is none. `text` begins with no blank and has no line feed at its end.
  void block(std::string_view key, std::string_view text) {
    if (text.empty()) return;
    raw(key, "|");
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      if (end > at) out_ += indent_ + "  " + std::string(text.substr(at, end - at));
      out_ += '\n';
      at = end + 1;
    }
  }

  void open(std::string_view key) {
    raw(key, {});
    indent_ += "  ";
    opened_at_ = out_.size();
  }
  void close() {
    indent_.resize(indent_.size() - 2);
    if (out_.size() == opened_at_) out_.replace(out_.size() - 1, 1, " {}\n");
  }
  /// The next line starts an entry of a list.
  void item() { item_ = true; }
  void open_item() {
    item();
    indent_ += "  ";
  }
  std::string take() { return std::move(out_); }

 private:
  // All digits, or digits around one E, would be a number.
  static std::string quoted(const Thumbprint& value) { return "\"" + value.to_hex() + "\""; }

  void raw(std::string_view key, std::string_view value) {
    std::string start = indent_;
    if (item_) start.replace(start.size() - 2, 2, "- ");
    item_ = false;
    out_ += start + std::string(key) + ":";
    if (!value.empty()) out_ += " " + std::string(value);
    out_ += "\n";
  }

  std::string out_;
  std::string indent_;
  bool item_ = false;
  std::size_t opened_at_ = 0;  ///< size after the last open(): a mapping without a line must say that it is one
};

}  // namespace sealgate::artifacts
