#include "adapters/sftp/name_reader.h"

#include "adapters/sftp/errors.h"

namespace sealgate::adapters::sftp {
namespace {

/// No server has such names; one that lists them may not fill our memory with one.
constexpr std::size_t kMaxPending = std::size_t{64} * 1024;

}  // namespace

Result<> NameReader::add(ByteView bytes) {
  total_ += bytes.size();
  if (total_ > kMaxListing) {
    return fail(kListTooLarge, "the names in the folder are more than 64 MiB", {},
                "ask the partner to tidy it up, or to use several folders");
  }
  pending_.append(as_text(bytes));
  std::size_t begin = 0;
  for (std::size_t end = pending_.find('\n'); end != std::string::npos; end = pending_.find('\n', begin)) {
    take_(std::string_view(pending_).substr(begin, end - begin));
    begin = end + 1;
  }
  pending_.erase(0, begin);
  if (pending_.size() > kMaxPending) {
    return fail(kListTooLarge, "the server lists a name of more than 64 KiB", {}, "ask the partner's operator");
  }
  return {};
}

}  // namespace sealgate::adapters::sftp
