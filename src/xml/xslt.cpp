#include "xml/xslt.h"

#include <libxslt/xsltutils.h>

#include <optional>

#include "base/text.h"
#include "xml/artifact_scan.h"
#include "xml/convert.h"
#include "xml/encodings.h"
#include "xml/errors.h"
#include "xml/library.h"
#include "xml/limits.h"
#include "xml/reader.h"
#include "xml/tree_builder.h"
#include "xml/xslt_state.h"

namespace sealgate::xml {
namespace {

constexpr std::string_view kXsltNamespace = "http://www.w3.org/1999/XSL/Transform";

Result<> look_at(const StartElement& element, std::size_t depth) {
  if (depth == 1 && !element.name.is(kXsltNamespace, "stylesheet") && !element.name.is(kXsltNamespace, "transform")) {
    return fail(kBadMap, "this is no XSLT: its root element is not xsl:stylesheet", {}, "check what was pasted");
  }
  // msxsl:script, exslt:document and whatever else is named as an extension.
  const std::string_view extensions = depth == 1 ? attribute_of(element, "extension-element-prefixes") : "";
  if (!trim(extensions).empty()) {
    return fail(kMapReference, "the XSLT has extension elements, and there are none", {}, "use XSLT 1.0 alone");
  }
  if (element.name.uri == kXsltNamespace && (element.name.local == "import" || element.name.local == "include")) {
    return fail(kMapReference, "the XSLT has an xsl:" + std::string(element.name.local) + ", and nothing is loaded",
                {}, "put what it needs into this one XSLT");
  }
  if (element.name.is("urn:schemas-microsoft-com:xslt", "script")) {
    return fail(kMapReference, "the XSLT has an msxsl:script, and no scripts are run", {},
                "write it in XSLT 1.0; BizTalk maps that use functoids with code need that, too");
  }
  for (const Attribute& attribute : element.attributes) {
    if (attribute.value.find("document(") != std::string_view::npos) {
      return fail(kMapReference, "the XSLT uses document(), and nothing is loaded", {},
                  "put the data into the XSLT, as a variable");
    }
  }
  return {};
}

struct Complaint {
  std::optional<std::string> first;
};

[[gnu::format(printf, 2, 3)]] void keep_first_message(void* data, const char* format, ...) {
  auto& complaint = *static_cast<Complaint*>(data);
  std::va_list arguments;
  va_start(arguments, format);
  std::string text = first_line_of(format, arguments);
  va_end(arguments);
  if (!text.empty() && !complaint.first) complaint.first = std::move(text);
}

/// libxslt reports faults of a stylesheet to a function of the thread.
class CompileErrors {
 public:
  CompileErrors() {
    xsltSetGenericErrorFunc(&complaint_, keep_first_message);
    xmlSetGenericErrorFunc(&complaint_, keep_first_message);
  }
  CompileErrors(const CompileErrors&) = delete;
  CompileErrors& operator=(const CompileErrors&) = delete;
  ~CompileErrors() {
    xsltSetGenericErrorFunc(nullptr, say_nothing);
    xmlSetGenericErrorFunc(nullptr, say_nothing);
  }
  const std::optional<std::string>& first() const { return complaint_.first; }

 private:
  Complaint complaint_;
};

}  // namespace

Xslt::Xslt(std::string text) {
  if (!text.empty()) state_ = std::make_shared<State>(std::move(text));
}

const std::string& Xslt::text() const {
  static const std::string none;
  return state_ == nullptr ? none : state_->text();
}

Result<> Xslt::check() const {
  return state_ == nullptr ? Result<>() : state_->compile();
}

const Result<>& Xslt::State::compile() {
  std::call_once(once_, [this] { outcome_ = compile_now(); });
  return outcome_;
}

Result<> Xslt::State::compile_now() {
  use_library();
  SG_TRY(scan_artifact(text_, kBadMap, look_at));
  TreeBuilder builder;
  Reader reader({}, builder);
  SG_TRY(reader.write(as_bytes(text_)));
  SG_TRY(reader.finish());
  DocumentHandle document = builder.take();
  static std::mutex compiling;  // libxslt's error function is one for all threads
  const std::lock_guard lock(compiling);
  const CompileErrors errors;
  xsltStylesheetPtr sheet = xsltParseStylesheetDoc(document.get());
  if (sheet != nullptr) {
    (void)document.release();  // belongs to the stylesheet now
    stylesheet_ = sheet;
  }
  if (sheet == nullptr || sheet->errors != 0) {
    return fail(kBadMap, "the XSLT is wrong: " + errors.first().value_or("it cannot be compiled"), {},
                "correct the XSLT");
  }
  if (sheet->encoding != nullptr && !is_known_encoding(ascii_lower(view(sheet->encoding)))) {
    return fail(kBadMap, "the XSLT wants its result in an encoding that is not written", {},
                "use UTF-8, UTF-16, US-ASCII, ISO-8859-x or windows-125x");
  }
  return {};
}

}  // namespace sealgate::xml
