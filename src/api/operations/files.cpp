#include "api/operations/files.h"

#include <algorithm>

#include "api/problem.h"
#include "io/file.h"

namespace sealgate::api {

std::string as_attachment(const std::string& name) {
  std::string safe;
  for (const char c : name.substr(0, 128)) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       c == '_' || (c == '.' && !safe.empty());
    safe.push_back(plain ? c : '_');
  }
  return "attachment; filename=\"" + (safe.empty() ? "content" : safe) + "\"";
}

Result<net::HttpResponse> content_answer(const Services& services, std::string_view type, const std::string& name,
                                         const std::function<Result<>(Sink&)>& fill) {
  const auto spool = std::make_shared<io::Spool>(std::filesystem::path(services.place().data) / "spool");
  SG_TRY(fill(*spool));
  net::HttpResponse response = answer(200, type, {});
  response.headers.add("Content-Disposition", as_attachment(name));
  response.more_size = spool->size();
  response.more = [spool](std::uint64_t offset, std::size_t most) { return spool->read(offset, most); };
  return response;
}

}  // namespace sealgate::api
