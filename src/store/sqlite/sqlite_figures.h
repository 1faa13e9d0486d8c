#pragma once
// The tables of the figures on SQLite, within a transaction of the tracking log's tables.

#include "store/common/figures/figure_rows.h"
#include "store/sqlite/sql/connection.h"

namespace sealgate::store {

class SqliteFigures final : public figures::FigureRows {
 public:
  explicit SqliteFigures(sql::Connection& connection) : connection_(connection) {}
  Result<std::int64_t> counted() override;
  // There is one writer at a time.
  Result<std::int64_t> lock() override { return counted(); }
  Result<> set_counted(std::int64_t seal) override;
  Result<std::vector<figures::SpanRow>> spans(std::string_view series, std::int64_t from,
                                              std::int64_t until) override;
  Result<> put_spans(std::string_view series, std::span<const figures::SpanRow> rows) override;
  Result<> remove_spans(std::string_view series, std::int64_t before) override;
  Result<std::vector<figures::SubjectRow>> subjects(std::string_view kind) override;
  Result<std::vector<figures::SubjectRow>> subjects(std::string_view kind,
                                                    std::span<const std::string> names) override;
  Result<std::uint64_t> count_subjects() override;
  Result<> put_subjects(std::string_view kind, std::span<const figures::SubjectRow> rows) override;
  Result<> remove_subjects(std::int64_t before) override;

 private:
  sql::Connection& connection_;
};

}  // namespace sealgate::store
