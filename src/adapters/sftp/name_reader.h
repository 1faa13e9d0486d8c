#pragma once
// Cuts a listing, as libcurl gives it, into names: each ends with a line feed. A name with a line feed in it comes in
// pieces, which are names like others.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace sealgate::adapters::sftp {

inline constexpr std::size_t kMaxListing = std::size_t{64} * 1024 * 1024;

class NameReader {
 public:
  /// `take` must outlive it.
  explicit NameReader(const std::function<void(std::string_view)>& take) : take_(take) {}
  /// adapter.sftp.list-too-large past kMaxListing bytes, and for a name of more than 64 KiB.
  Result<> add(ByteView bytes);

 private:
  const std::function<void(std::string_view)>& take_;
  std::string pending_;
  std::size_t total_ = 0;
};

}  // namespace sealgate::adapters::sftp
