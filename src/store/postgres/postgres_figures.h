#pragma once
// The tables of the figures on PostgreSQL, within a transaction of the tracking log's tables.

#include "store/common/figures/figure_rows.h"
#include "store/postgres/sql/connection.h"

namespace sealgate::store::postgres {

class PostgresFigures final : public figures::FigureRows {
 public:
  explicit PostgresFigures(Connection& connection) : connection_(connection) {}
  Result<std::int64_t> counted() override;
  Result<std::int64_t> lock() override;
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
  Connection& connection_;
};

}  // namespace sealgate::store::postgres
