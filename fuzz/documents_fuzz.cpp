// Documents from any text: what is read is written in a form that reads back equal, and the whole is judged without
// harm.

#include <cstdlib>

#include "artifacts/documents.h"
#include "artifacts/validate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sealgate;
  using namespace sealgate::artifacts;
  const auto documents = parse_documents(as_text(ByteView(data, size)), "fuzz");
  if (!documents) {
    if (documents.error().remedy.empty()) std::abort();
    return 0;
  }
  ArtifactSet set;
  for (const SourcedArtifact& document : *documents) {
    const std::string yaml = to_yaml(document.artifact);
    const auto again = parse_documents(yaml, "written");
    if (!again || again->size() != 1 || !(again->front().artifact == document.artifact)) std::abort();
    if (to_yaml(again->front().artifact) != yaml) std::abort();
    set.put(document.artifact);
  }
  for (const Error& fault : validate(set, Time{})) {
    if (fault.where.empty() || fault.remedy.empty()) std::abort();
  }
  return 0;
}
