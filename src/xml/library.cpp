#include "xml/library.h"

#include <libxml/parser.h>
#include <libxml/xmlIO.h>
#include <libxml/xmlschemastypes.h>
#include <libxslt/documents.h>
#include <libxslt/xslt.h>
#include <libxslt/xsltutils.h>
#include <malloc.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <mutex>

namespace sealgate::xml {
namespace {

thread_local AllocationWatch* watch = nullptr;

std::int64_t now_ns() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

void count(void* block, int sign) {
  if (watch != nullptr && block != nullptr) watch->count(sign * static_cast<std::int64_t>(malloc_usable_size(block)));
}

// libxml2 owns what these give and takes it back through them.
void* counted_malloc(std::size_t size) {
  void* block = std::malloc(size);
  count(block, 1);
  return block;
}
void* counted_realloc(void* block, std::size_t size) {
  count(block, -1);
  void* moved = std::realloc(block, size);
  count(moved != nullptr ? moved : block, 1);
  return moved;
}
void counted_free(void* block) {
  count(block, -1);
  std::free(block);
}
char* counted_strdup(const char* text) {
  const std::size_t size = std::strlen(text) + 1;
  void* block = counted_malloc(size);
  return block == nullptr ? nullptr : static_cast<char*>(std::memcpy(block, text, size));
}

xmlParserInputPtr load_nothing(const char* /*url*/, const char* /*id*/, xmlParserCtxtPtr /*context*/) {
  return nullptr;
}
xmlDocPtr load_no_document(const xmlChar* /*uri*/, xmlDictPtr /*names*/, int /*options*/, void* /*context*/,
                           xsltLoadType /*type*/) {
  return nullptr;
}

}  // namespace

void say_nothing(void* /*data*/, const char* /*format*/, ...) {}

void use_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    xmlMemSetup(counted_free, counted_malloc, counted_realloc, counted_strdup);
    xmlInitParser();
    xmlSetExternalEntityLoader(load_nothing);
    xsltSetLoaderFunc(load_no_document);
    xsltInit();
    xsltSetGenericErrorFunc(nullptr, say_nothing);
    // Built lazily otherwise, by whichever thread comes first.
    xmlSchemaInitTypes();
  });
  // These two live in each thread.
  thread_local bool quiet = false;
  if (!quiet) {
    xmlSetGenericErrorFunc(nullptr, say_nothing);
    quiet = true;
  }
}

AllocationWatch::AllocationWatch(std::int64_t limit, double deadline_seconds, std::function<void()> stop)
    : limit_(limit), deadline_(now_ns() + static_cast<std::int64_t>(deadline_seconds * 1e9)), stop_(std::move(stop)) {
  watch = this;
}

AllocationWatch::~AllocationWatch() {
  watch = nullptr;
}

void AllocationWatch::count(std::int64_t change) {
  held_ += change;
  if (over_limit_ || out_of_time_) return;
  if (held_ > limit_) over_limit_ = true;
  if (++calls_ % 1024 == 0 && now_ns() > deadline_) out_of_time_ = true;
  if (over_limit_ || out_of_time_) stop_();
}

}  // namespace sealgate::xml
