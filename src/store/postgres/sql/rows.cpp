#include "store/postgres/sql/rows.h"

#include <libpq-fe.h>

#include <charconv>
#include <string_view>

namespace sealgate::store::postgres {

void Rows::Free::operator()(pg_result* result) const {
  ::PQclear(result);
}

std::size_t Rows::size() const {
  return result_ ? static_cast<std::size_t>(::PQntuples(result_.get())) : 0;
}

std::uint64_t Rows::affected() const {
  const std::string_view text = result_ ? ::PQcmdTuples(result_.get()) : "";
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::int64_t Rows::integer(std::size_t row, int column) const {
  std::uint64_t number = 0;
  for (const Byte octet : bytes(row, column)) number = number << 8U | octet;
  return static_cast<std::int64_t>(number);
}

bool Rows::flag(std::size_t row, int column) const {
  return integer(row, column) != 0;
}

std::string Rows::text(std::size_t row, int column) const {
  return std::string(as_text(bytes(row, column)));
}

ByteView Rows::bytes(std::size_t row, int column) const {
  const int at = static_cast<int>(row);
  return {reinterpret_cast<const Byte*>(::PQgetvalue(result_.get(), at, column)),
          static_cast<std::size_t>(::PQgetlength(result_.get(), at, column))};
}

bool Rows::is_null(std::size_t row, int column) const {
  return ::PQgetisnull(result_.get(), static_cast<int>(row), column) != 0;
}

}  // namespace sealgate::store::postgres
