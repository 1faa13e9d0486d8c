#include <libxml/xpathInternals.h>
#include <libxslt/extensions.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/xsltutils.h>

#include <optional>

#include "xml/convert.h"
#include "xml/errors.h"
#include "xml/library.h"
#include "xml/reader.h"
#include "xml/tree_builder.h"
#include "xml/xslt_state.h"

namespace sealgate::xml {
namespace {

/// XPath counts nodes it looks at, libxslt counts instructions.
constexpr unsigned long kXPathOperationsPerStep = 50;

struct ContextDeleter {
  void operator()(xsltTransformContextPtr context) const { xsltFreeTransformContext(context); }
};
struct PreferencesDeleter {
  void operator()(xsltSecurityPrefsPtr preferences) const { xsltFreeSecurityPrefs(preferences); }
};
using ContextHandle = std::unique_ptr<xsltTransformContext, ContextDeleter>;
using PreferencesHandle = std::unique_ptr<xsltSecurityPrefs, PreferencesDeleter>;

void forbid_everything(xsltSecurityPrefsPtr preferences) {
  for (const auto option : {XSLT_SECPREF_READ_FILE, XSLT_SECPREF_WRITE_FILE, XSLT_SECPREF_CREATE_DIRECTORY,
                            XSLT_SECPREF_READ_NETWORK, XSLT_SECPREF_WRITE_NETWORK}) {
    (void)xsltSetSecurityPrefs(preferences, option, xsltSecurityForbid);
  }
}

void refuse_document(xmlXPathParserContextPtr context, int /*arguments*/) {
  xsltTransformContextPtr transform = xsltXPathGetTransformContext(context);
  if (transform != nullptr) transform->state = XSLT_STATE_ERROR;
  xmlXPathErr(context, XPATH_UNKNOWN_FUNC_ERROR);
}

/// What libxslt says while it runs: "runtime error: file ... line 3 element copy-of" before an error of its own, or
/// the text of an xsl:message, which may be message content and is told to nobody.
struct RuntimeErrors {
  std::string first;  ///< empty: none

  [[gnu::format(printf, 2, 3)]] static void report(void* data, const char* format, ...) {
    RuntimeErrors& self = *static_cast<RuntimeErrors*>(data);
    std::va_list arguments;
    va_start(arguments, format);
    const std::string text = first_line_of(format, arguments);
    va_end(arguments);
    if (!self.first.empty() || !text.starts_with("runtime error")) return;
    const std::size_t line = text.find("line ");
    self.first = line == std::string::npos ? "unknown line" : text.substr(line);
  }
};

/// A sink behind libxml2's output.
struct Output {
  Sink& target;
  std::uint64_t limit;
  std::uint64_t written = 0;
  std::optional<Error> fault = {};

  static int write(void* data, const char* bytes, int length) {
    Output& self = *static_cast<Output*>(data);
    if (self.fault) return -1;
    self.written += static_cast<std::uint64_t>(length);
    if (self.written > self.limit) {
      self.fault = Error{kMapTooLarge,
                         "the map makes more than " + std::to_string(self.limit) + " bytes",
                         {},
                         "correct the map, or split the document before it"};
      return -1;
    }
    auto result = self.target.write(as_bytes({bytes, static_cast<std::size_t>(length)}));
    if (result) return length;
    self.fault = std::move(result).error();
    return -1;
  }
  static int close(void* /*data*/) { return 0; }
};

}  // namespace

class Transformer::Impl {
 public:
  Impl(const Xslt& map, const TransformLimits& limits, Sink& target)
      : state_(map.state_), limits_(limits), target_(target), reader_(reader_options(limits), builder_) {}

  Result<> write(ByteView bytes) { return reader_.write(bytes); }

  Result<> finish() {
    SG_TRY(reader_.finish());
    if (state_ == nullptr) return fail(kBadMap, "the map has no XSLT", {}, "add the XSLT to the map");
    SG_TRY(state_->compile());
    const DocumentHandle document = builder_.take();
    DocumentHandle result;
    SG_TRY_ASSIGN(result, run(*document));
    SG_TRY(save(*result));
    const xmlNode* root = xmlDocGetRootElement(result.get());
    if (root != nullptr && (state_->stylesheet()->method == nullptr || view(state_->stylesheet()->method) == "xml")) {
      result_type_ = message_type_of({view(root->name), {}, root->ns == nullptr ? "" : view(root->ns->href)});
    }
    return target_.finish();
  }

  const std::string& result_type() const { return result_type_; }

 private:
  static ReaderOptions reader_options(const TransformLimits& limits) {
    ReaderOptions options;
    options.limits.total = limits.input;
    return options;
  }

  Result<DocumentHandle> run(xmlDoc& document) {
    const ContextHandle context(xsltNewTransformContext(state_->stylesheet(), &document));
    const PreferencesHandle preferences(xsltNewSecurityPrefs());
    if (context == nullptr || preferences == nullptr) return fail(kOutOfMemory, "no memory for a map");
    forbid_everything(preferences.get());
    if (xsltSetCtxtSecurityPrefs(preferences.get(), context.get()) != 0) {
      return fail(kOutOfMemory, "no memory for a map");
    }
    xmlXPathRegisterFunc(context->xpathCtxt, pointer("document"), refuse_document);
    RuntimeErrors errors;
    xsltSetTransformErrorFunc(context.get(), &errors, RuntimeErrors::report);
    context->opLimit = limits_.steps;
    context->xpathCtxt->opLimit = limits_.steps * kXPathOperationsPerStep;
    AllocationWatch watch(limits_.memory, limits_.seconds, [&context] {
      context->state = XSLT_STATE_STOPPED;
      context->xpathCtxt->opCount = context->xpathCtxt->opLimit;
    });
    DocumentHandle result(
        xsltApplyStylesheetUser(state_->stylesheet(), &document, nullptr, nullptr, nullptr, context.get()));
    if (watch.over_limit()) {
      return fail(kMapTooLarge, "the map takes more memory than it may", {},
                  "correct the map, or split the document before it");
    }
    const bool many_steps =
        context->opCount >= context->opLimit || context->xpathCtxt->opCount >= context->xpathCtxt->opLimit;
    if (watch.out_of_time() || many_steps) {
      return fail(kMapTooLong, "the map does not end within its steps or its time", {},
                  "look for a template that calls itself, or for paths that begin with //");
    }
    if (context->state == XSLT_STATE_STOPPED && errors.first.empty()) {
      return fail(kMapStopped, "the map ended itself with xsl:message terminate=\"yes\"", {},
                  "see in the map when it does that");
    }
    if (context->state != XSLT_STATE_OK || result == nullptr) {
      return fail(kMapFailed,
                  "the map failed: a template that does not end, an unknown function or variable, or "
                  "something that is not allowed",
                  errors.first.empty() ? std::string() : errors.first + " of the XSLT",
                  "run the map on this document with another tool to see where");
    }
    return result;
  }

  Result<> save(xmlDoc& result) {
    Output output{target_, limits_.output};
    xmlCharEncodingHandlerPtr encoder = nullptr;
    const xmlChar* encoding = state_->stylesheet()->encoding;
    if (encoding != nullptr && xmlStrcasecmp(encoding, pointer("UTF-8")) != 0) {
      encoder = xmlFindCharEncodingHandler(reinterpret_cast<const char*>(encoding));
    }
    xmlOutputBufferPtr buffer = xmlOutputBufferCreateIO(Output::write, Output::close, &output, encoder);
    if (buffer == nullptr) return fail(kOutOfMemory, "no memory for the result of a map");
    const int saved = xsltSaveResultTo(buffer, &result, state_->stylesheet());
    const int closed = xmlOutputBufferClose(buffer);
    if (output.fault) return fail(std::move(*output.fault));
    if (saved < 0 || closed < 0) {
      return fail(kMapFailed, "the result of the map cannot be written in its encoding", {}, "let it make UTF-8");
    }
    return {};
  }

  std::shared_ptr<Xslt::State> state_;
  TransformLimits limits_;
  Sink& target_;
  TreeBuilder builder_;
  Reader reader_;
  std::string result_type_;
};

Transformer::Transformer(const Xslt& map, const TransformLimits& limits, Sink& target)
    : impl_(std::make_unique<Impl>(map, limits, target)) {}
Transformer::~Transformer() = default;

Result<> Transformer::write(ByteView bytes) {
  return impl_->write(bytes);
}
Result<> Transformer::finish() {
  return impl_->finish();
}
const std::string& Transformer::result_type() const {
  return impl_->result_type();
}

}  // namespace sealgate::xml
