#pragma once
// What a statement gave: rows in PostgreSQL's binary form. Select bigint, text, bytea and boolean only; cast others.

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"

struct pg_result;

namespace sealgate::store::postgres {

class Rows {
 public:
  Rows() = default;
  explicit Rows(pg_result* result) : result_(result) {}

  std::size_t size() const;
  bool empty() const { return size() == 0; }
  /// Rows that were inserted, changed or deleted.
  std::uint64_t affected() const;

  // Rows and columns count from 0; views live as long as this object. NULL reads as 0, false and empty.
  std::int64_t integer(std::size_t row, int column) const;  ///< bigint
  bool flag(std::size_t row, int column) const;             ///< boolean
  std::string text(std::size_t row, int column) const;      ///< text
  ByteView bytes(std::size_t row, int column) const;        ///< bytea
  bool is_null(std::size_t row, int column) const;

 private:
  struct Free {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Free> result_;
};

}  // namespace sealgate::store::postgres
