#pragma once
// What the figures need of a database. A backend implements this and nothing else: what is counted, and how it is
// kept, is in figure_book.h, the same for all of them.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace sealgate::store::figures {

/// What happened in one span of time.
struct SpanRow {
  std::int64_t start = 0;  ///< milliseconds since 1970 UTC
  Bytes content = {};
};

/// What one port, location or party has done lately.
struct SubjectRow {
  std::string name = {};
  std::int64_t last = 0;  ///< when it was last heard of: milliseconds since 1970 UTC
  Bytes content = {};
};

/// The tables within one transaction (tracking/tracking_rows.h). Valid during the call that gave it.
class FigureRows {
 public:
  FigureRows() = default;
  FigureRows(const FigureRows&) = delete;
  FigureRows& operator=(const FigureRows&) = delete;
  virtual ~FigureRows() = default;

  /// The number of the last seal that was counted; 0: none.
  virtual Result<std::int64_t> counted() = 0;
  /// The same, and nobody else can write figures before the end of this transaction.
  virtual Result<std::int64_t> lock() = 0;
  virtual Result<> set_counted(std::int64_t seal) = 0;

  /// Of one series, in the order of time: start in [from, until).
  virtual Result<std::vector<SpanRow>> spans(std::string_view series, std::int64_t from, std::int64_t until) = 0;
  /// Adds them or replaces those of the same start.
  virtual Result<> put_spans(std::string_view series, std::span<const SpanRow> rows) = 0;
  virtual Result<> remove_spans(std::string_view series, std::int64_t before) = 0;

  /// Of one kind, by name.
  virtual Result<std::vector<SubjectRow>> subjects(std::string_view kind) = 0;
  /// Those of these names; without those that are not there.
  virtual Result<std::vector<SubjectRow>> subjects(std::string_view kind, std::span<const std::string> names) = 0;
  virtual Result<std::uint64_t> count_subjects() = 0;
  virtual Result<> put_subjects(std::string_view kind, std::span<const SubjectRow> rows) = 0;
  /// Those that were not heard of since.
  virtual Result<> remove_subjects(std::int64_t before) = 0;
};

}  // namespace sealgate::store::figures
