#pragma once
// The parameters of a statement in PostgreSQL's binary form, so that nothing is quoted, escaped or turned into hex.

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace sealgate::store::postgres {

/// Filled from $1 on. Texts and bytes are not copied: they must live until the statement ran. Numbers and arrays are
/// kept here.
class Parameters {
 public:
  Parameters() = default;
  Parameters(Parameters&&) = default;
  Parameters& operator=(Parameters&&) = default;
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  Parameters& add(std::int64_t value);     ///< bigint
  Parameters& add(std::string_view text);  ///< text
  Parameters& add(ByteView bytes);         ///< bytea
  Parameters& add_flag(bool value);        ///< boolean
  Parameters& add_null_text();             ///< NULL of type text
  Parameters& add_null_number();           ///< NULL of type bigint
  Parameters& add_null_bytes();            ///< NULL of type bytea
  Parameters& add(const std::optional<std::int64_t>& value) { return value ? add(*value) : add_null_number(); }

  // Arrays, for statements that treat many rows at once with unnest().
  Parameters& add(std::span<const std::int64_t> values);                 ///< bigint[]
  Parameters& add(std::span<const std::optional<std::int64_t>> values);  ///< bigint[] with NULLs
  Parameters& add(std::span<const std::string> texts);                   ///< text[]
  Parameters& add(std::span<const std::string_view> texts);              ///< text[]
  Parameters& add(std::span<const std::optional<std::string>> texts);    ///< text[] with NULLs
  Parameters& add(std::span<const ByteView> values);                     ///< bytea[]
  Parameters& add(std::span<const std::optional<ByteView>> values);      ///< bytea[] with NULLs

  // As libpq wants them.
  int count() const { return static_cast<int>(values_.size()); }
  const unsigned* types() const { return types_.data(); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  Parameters& put(unsigned type, const char* value, std::size_t length);
  Parameters& put_owned(unsigned type, Bytes value);

  std::vector<unsigned> types_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::deque<Bytes> owned_;
};

}  // namespace sealgate::store::postgres
