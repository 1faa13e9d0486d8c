#include "xml/reader.h"

#include <libxml/hash.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.h"
#include "xml/convert.h"
#include "xml/encodings.h"
#include "xml/errors.h"
#include "xml/library.h"

namespace sealgate::xml {
namespace {

/// Small enough that a limit is noticed soon after it was passed.
constexpr std::size_t kChunk = std::size_t{16} * 1024;
/// libxml2's own limit is 256; ours has to come first.
constexpr std::size_t kDeepest = 250;

}  // namespace

class Reader::Impl {
 public:
  Impl(const ReaderOptions& options, Handler& handler) : options_(options), handler_(handler) {
    use_library();
    options_.limits.depth = std::min(options_.limits.depth, kDeepest);
  }
  ~Impl() {
    if (context_ == nullptr) return;
    // Made by libxml2 for entities that the document declares; a parser's context does not free it.
    if (context_->myDoc != nullptr) xmlFreeDoc(context_->myDoc);
    context_->myDoc = nullptr;
    xmlFreeParserCtxt(context_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<> write(ByteView bytes) {
    if (fault_) return fail(*fault_);
    total_ += bytes.size();
    if (total_ > options_.limits.total) {
      return stop(kTooLarge, "the document is larger than " + std::to_string(options_.limits.total) + " bytes");
    }
    // The first four bytes decide the encoding, and libxml2 wants them at once.
    if (context_ == nullptr) {
      while (head_.size() < 4 && !bytes.empty()) {
        head_.push_back(bytes.front());
        bytes = bytes.subspan(1);
      }
      if (head_.size() < 4) return {};
      SG_TRY(begin());
    }
    return feed(bytes);
  }

  Result<> finish() {
    if (fault_) return fail(*fault_);
    if (context_ == nullptr) SG_TRY(begin());
    (void)xmlParseChunk(context_, "", 0, 1);
    SG_TRY(outcome());
    if (context_->wellFormed == 0 || !ended_) {
      return stop(kNotWellFormed, "the document is not complete");
    }
    return {};
  }

  std::string position() const {
    if (context_ == nullptr || context_->input == nullptr) return "line 1, column 1";
    return "line " + std::to_string(context_->input->line) + ", column " + std::to_string(context_->input->col);
  }
  const std::string& encoding() const { return encoding_; }
  bool has_byte_order_mark() const { return byte_order_mark_; }

 private:
  Result<> begin() {
    const auto begins = [this](std::initializer_list<Byte> mark) {
      return head_.size() >= mark.size() && std::equal(mark.begin(), mark.end(), head_.begin());
    };
    // UCS-4 and EBCDIC, which libxml2 would guess.
    if (begins({0, 0, 0, '<'}) || begins({'<', 0, 0, 0}) || begins({0, 0, '<', 0}) || begins({0, '<', 0, 0}) ||
        begins({0, 0, 0xfe, 0xff}) || begins({0xff, 0xfe, 0, 0}) || begins({0x4c, 0x6f, 0xa7, 0x94})) {
      return refuse_encoding("UCS-4 or EBCDIC");
    }
    byte_order_mark_ = begins({0xef, 0xbb, 0xbf}) || begins({0xff, 0xfe}) || begins({0xfe, 0xff});
    if (begins({0xff, 0xfe}) || begins({'<', 0})) encoding_ = "UTF-16LE";
    if (begins({0xfe, 0xff}) || begins({0, '<'})) encoding_ = "UTF-16BE";
    xmlSAXHandler calls = {};
    calls.initialized = XML_SAX2_MAGIC;
    calls.startDocument = &Impl::on_start_document;
    calls.startElementNs = &Impl::on_start_element;
    calls.endElementNs = &Impl::on_end_element;
    calls.characters = &Impl::on_characters;
    calls.ignorableWhitespace = &Impl::on_characters;
    calls.cdataBlock = &Impl::on_characters;
    calls.comment = &Impl::on_comment;
    calls.processingInstruction = &Impl::on_instruction;
    calls.internalSubset = &Impl::on_dtd;
    calls.externalSubset = &Impl::on_dtd_end;
    calls.getEntity = &Impl::get_entity;
    calls.serror = &Impl::on_error;
    context_ = xmlCreatePushParserCtxt(&calls, this, nullptr, 0, nullptr);
    if (context_ == nullptr) return out_of_memory();
    // NOENT: attribute values without a rest of references. What there is to expand is in get_entity().
    xmlCtxtUseOptions(context_, XML_PARSE_NONET | XML_PARSE_NOENT);
    if (context_->dict != nullptr) xmlDictSetLimit(context_->dict, 2 * options_.limits.names);
    const Bytes head = std::move(head_);
    return feed(head);
  }

  Result<> feed(ByteView bytes) {
    while (!bytes.empty()) {
      const ByteView piece = bytes.first(std::min(bytes.size(), kChunk));
      bytes = bytes.subspan(piece.size());
      pending_ += piece.size();
      (void)xmlParseChunk(context_, reinterpret_cast<const char*>(piece.data()), static_cast<int>(piece.size()), 0);
      SG_TRY(outcome());
      if (pending_ > options_.limits.markup + kChunk) {
        return stop(kMarkupTooLong, "a tag, comment or declaration is longer than " +
                                        std::to_string(options_.limits.markup) + " bytes");
      }
      if (xmlDictGetUsage(context_->dict) > options_.limits.names) {
        return stop(kTooManyNames,
                    "the names of the document take more than " + std::to_string(options_.limits.names) + " bytes");
      }
    }
    return {};
  }

  Result<> outcome() {
    if (!fault_ && (context_->wellFormed == 0 || context_->nsWellFormed == 0)) {
      (void)stop(kNotWellFormed, "this is not well-formed XML");
    }
    if (!fault_) return {};
    return fail(*fault_);
  }

  tl::unexpected<Error> stop(Error error) {
    if (!fault_) fault_ = std::move(error);
    if (context_ != nullptr) xmlStopParser(context_);
    return fail(*fault_);
  }
  tl::unexpected<Error> stop(const ErrorCode& code, std::string what, std::string remedy = {}) {
    return stop(Error{code, std::move(what), position(), std::move(remedy)});
  }
  tl::unexpected<Error> refuse_encoding(const std::string& name) {
    return stop(kUnknownEncoding, "the encoding " + printable(name, 64) + " is not read",
                "ask for UTF-8, UTF-16, US-ASCII, ISO-8859-x or windows-125x");
  }
  tl::unexpected<Error> out_of_memory() { return stop(kOutOfMemory, "no memory for an XML parser"); }

  /// Runs the handler's call, unless something failed before; keeps its error.
  template <typename Call>
  void pass(Call&& call) {
    pending_ = 0;
    if (fault_) return;
    auto result = call();
    if (!result) (void)stop(std::move(result).error());
  }

  bool name_fits(std::string_view local, std::string_view prefix, std::string_view uri) {
    if (local.size() + prefix.size() <= options_.limits.name && uri.size() <= options_.limits.name) return true;
    (void)stop(kNameTooLong,
               "a name or a namespace is longer than " + std::to_string(options_.limits.name) + " bytes");
    return false;
  }

  void start_element(const xmlChar* local, const xmlChar* prefix, const xmlChar* uri, int namespace_count,
                     const xmlChar** namespaces, int attribute_count, int defaulted, const xmlChar** attributes) {
    text_ = 0;
    if (fault_) return;
    if (++depth_ > options_.limits.depth) {
      (void)stop(kTooDeep, "elements nest deeper than " + std::to_string(options_.limits.depth));
      return;
    }
    // Defaults come last; they are a DTD's.
    const auto own = static_cast<std::size_t>(attribute_count - defaulted);
    const auto declared = static_cast<std::size_t>(namespace_count);
    if (own + declared > options_.limits.attributes) {
      (void)stop(kTooManyAttributes,
                 "an element has more than " + std::to_string(options_.limits.attributes) + " attributes");
      return;
    }
    namespaces_.clear();
    for (std::size_t i = 0; i < declared; ++i) {
      namespaces_.push_back({view(namespaces[2 * i]), view(namespaces[2 * i + 1])});
      if (!name_fits({}, namespaces_.back().prefix, namespaces_.back().uri)) return;
    }
    attributes_.clear();
    for (std::size_t i = 0; i < own; ++i) {
      const xmlChar** at = attributes + 5 * i;
      const auto* value = reinterpret_cast<const char*>(at[3]);
      attributes_.push_back({{view(at[0]), view(at[1]), view(at[2])},
                             {value, static_cast<std::size_t>(reinterpret_cast<const char*>(at[4]) - value)}});
      if (!name_fits(attributes_.back().name.local, attributes_.back().name.prefix, {})) return;
    }
    const Name name{view(local), view(prefix), view(uri)};
    if (!name_fits(name.local, name.prefix, name.uri)) return;
    pass([&] { return handler_.start_element({name, namespaces_, attributes_}); });
  }

  void end_element(const Name& name) {
    text_ = 0;
    --depth_;
    pass([&] { return handler_.end_element(name); });
    if (depth_ == 0) ended_ = true;
  }

  void characters(const xmlChar* text, int length) {
    text_ += static_cast<std::uint64_t>(length);
    if (text_ > options_.limits.text) {
      (void)stop(kTextTooLong, "a text is longer than " + std::to_string(options_.limits.text) + " bytes");
      return;
    }
    pass([&] { return handler_.text({reinterpret_cast<const char*>(text), static_cast<std::size_t>(length)}); });
  }

  void start_document() {
    if (context_->encoding != nullptr) {
      const std::string declared = reinterpret_cast<const char*>(context_->encoding);
      if (!is_known_encoding(ascii_lower(declared))) {
        (void)refuse_encoding(declared);
        return;
      }
      if (encoding_.empty()) encoding_ = declared;
    }
  }

  void dtd() {
    pending_ = 0;
    if (options_.dtd == Dtd::Ignore) return;
    (void)stop(kDtdRefused, "the document has a document type declaration",
               "ask the sender to leave it out, or set 'dtd: ignore' where nothing of it is needed");
  }

  void error(const xmlError& problem) {
    if (fault_ || problem.level < XML_ERR_ERROR) return;
    switch (problem.code) {
      case XML_ERR_UNDECLARED_ENTITY:
      case XML_WAR_UNDECLARED_ENTITY:
        (void)stop(kEntityRefused, "the document uses an entity that is not one of XML's five",
                   "ask the sender to write the character itself or its number");
        return;
      case XML_ERR_UNKNOWN_ENCODING:
      case XML_ERR_UNSUPPORTED_ENCODING:
        (void)refuse_encoding(context_->encoding != nullptr ? reinterpret_cast<const char*>(context_->encoding)
                                                            : "of the document");
        return;
      case XML_ERR_NO_MEMORY:
        if (context_->dict != nullptr && xmlDictGetUsage(context_->dict) > options_.limits.names) {
          (void)stop(kTooManyNames, "the names of the document take too much memory");
        } else {
          (void)out_of_memory();
        }
        return;
      default:
        (void)stop(kNotWellFormed, "this is not well-formed XML: " + first_line(problem.message));
    }
  }

  static Impl& self(void* data) { return *static_cast<Impl*>(data); }
  static void on_start_document(void* data) { self(data).start_document(); }
  static void on_start_element(void* data, const xmlChar* local, const xmlChar* prefix, const xmlChar* uri,
                               int namespace_count, const xmlChar** namespaces, int attribute_count, int defaulted,
                               const xmlChar** attributes) {
    self(data).start_element(local, prefix, uri, namespace_count, namespaces, attribute_count, defaulted, attributes);
  }
  static void on_end_element(void* data, const xmlChar* local, const xmlChar* prefix, const xmlChar* uri) {
    self(data).end_element({view(local), view(prefix), view(uri)});
  }
  static void on_characters(void* data, const xmlChar* text, int length) { self(data).characters(text, length); }
  static void on_comment(void* data, const xmlChar* text) {
    Impl& impl = self(data);
    impl.pass([&] { return impl.handler_.comment(view(text)); });
  }
  static void on_instruction(void* data, const xmlChar* target, const xmlChar* content) {
    Impl& impl = self(data);
    if (!impl.name_fits(view(target), {}, {})) return;
    impl.pass([&] { return impl.handler_.processing_instruction(view(target), view(content)); });
  }
  static void on_dtd(void* data, const xmlChar* /*name*/, const xmlChar* /*id*/, const xmlChar* /*uri*/) {
    self(data).dtd();
  }
  static void on_dtd_end(void* data, const xmlChar* /*name*/, const xmlChar* /*id*/, const xmlChar* /*uri*/) {
    // Attributes by default are an expansion, too: a declaration of some bytes on every element.
    xmlParserCtxtPtr context = self(data).context_;
    if (context->attsDefault != nullptr) xmlHashFree(context->attsDefault, xmlHashDefaultDeallocator);
    context->attsDefault = nullptr;
  }
  static xmlEntityPtr get_entity(void* /*data*/, const xmlChar* name) { return xmlGetPredefinedEntity(name); }
  static void on_error(void* data, xmlErrorPtr problem) { self(data).error(*problem); }

  ReaderOptions options_;
  Handler& handler_;
  xmlParserCtxtPtr context_ = nullptr;
  Bytes head_;
  std::optional<Error> fault_;
  std::vector<NamespaceDeclaration> namespaces_;
  std::vector<Attribute> attributes_;
  std::string encoding_;
  std::uint64_t total_ = 0;
  std::uint64_t text_ = 0;     ///< of the current text, over all its pieces
  std::uint64_t pending_ = 0;  ///< bytes since the last event
  std::size_t depth_ = 0;
  bool ended_ = false;
  bool byte_order_mark_ = false;
};

Reader::Reader(const ReaderOptions& options, Handler& handler) : impl_(std::make_unique<Impl>(options, handler)) {}
Reader::~Reader() = default;

Result<> Reader::write(ByteView bytes) {
  return impl_->write(bytes);
}
Result<> Reader::finish() {
  return impl_->finish();
}
std::string Reader::position() const {
  return impl_->position();
}
std::string Reader::encoding() const {
  return impl_->encoding();
}
bool Reader::has_byte_order_mark() const {
  return impl_->has_byte_order_mark();
}

}  // namespace sealgate::xml
