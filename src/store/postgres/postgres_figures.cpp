#include "store/postgres/postgres_figures.h"

#include "store/postgres/sql/parameters.h"

namespace sealgate::store::postgres {
namespace {

using figures::SpanRow;
using figures::SubjectRow;

Bytes copy(ByteView view) {
  return {view.begin(), view.end()};
}

std::vector<SubjectRow> subjects_of(const Rows& found) {
  std::vector<SubjectRow> all;
  for (std::size_t row = 0; row < found.size(); ++row) {
    all.push_back(
        SubjectRow{std::string(as_text(found.bytes(row, 0))), found.integer(row, 1), copy(found.bytes(row, 2))});
  }
  return all;
}

std::int64_t first_number(const Rows& found) {
  return found.empty() ? 0 : found.integer(0, 0);
}

}  // namespace

Result<std::int64_t> PostgresFigures::counted() {
  SG_TRY_ASSIGN(const Rows found, connection_.run("SELECT seal FROM figures_counted"));
  return first_number(found);
}

Result<std::int64_t> PostgresFigures::lock() {
  SG_TRY_ASSIGN(const Rows found, connection_.run("SELECT seal FROM figures_counted FOR UPDATE"));
  return first_number(found);
}

Result<> PostgresFigures::set_counted(std::int64_t seal) {
  Parameters parameters;
  parameters.add(seal);
  SG_TRY(connection_.run("UPDATE figures_counted SET seal = $1", std::move(parameters)));
  return {};
}

Result<std::vector<SpanRow>> PostgresFigures::spans(std::string_view series, std::int64_t from, std::int64_t until) {
  Parameters parameters;
  parameters.add(series).add(from).add(until);
  SG_TRY_ASSIGN(const Rows found,
                connection_.run("SELECT start, content FROM figure_spans WHERE series = $1 AND start >= $2 AND "
                                "start < $3 ORDER BY start",
                                std::move(parameters)));
  std::vector<SpanRow> all;
  for (std::size_t row = 0; row < found.size(); ++row) {
    all.push_back(SpanRow{found.integer(row, 0), copy(found.bytes(row, 1))});
  }
  return all;
}

Result<> PostgresFigures::put_spans(std::string_view series, std::span<const SpanRow> rows) {
  std::vector<std::int64_t> starts;
  std::vector<ByteView> contents;
  for (const SpanRow& row : rows) {
    starts.push_back(row.start);
    contents.emplace_back(row.content);
  }
  Parameters parameters;
  parameters.add(series).add(std::span<const std::int64_t>(starts)).add(std::span<const ByteView>(contents));
  SG_TRY(
      connection_.run("INSERT INTO figure_spans SELECT $1, start, content FROM unnest($2, $3) AS t (start, content) "
                      "ON CONFLICT (series, start) DO UPDATE SET content = excluded.content",
                      std::move(parameters)));
  return {};
}

Result<> PostgresFigures::remove_spans(std::string_view series, std::int64_t before) {
  Parameters parameters;
  parameters.add(series).add(before);
  SG_TRY(connection_.run("DELETE FROM figure_spans WHERE series = $1 AND start < $2", std::move(parameters)));
  return {};
}

Result<std::vector<SubjectRow>> PostgresFigures::subjects(std::string_view kind) {
  Parameters parameters;
  parameters.add(kind);
  SG_TRY_ASSIGN(const Rows found,
                connection_.run("SELECT name, last, content FROM figure_subjects WHERE kind = $1 ORDER BY name",
                                std::move(parameters)));
  return subjects_of(found);
}

Result<std::vector<SubjectRow>> PostgresFigures::subjects(std::string_view kind, std::span<const std::string> names) {
  std::vector<ByteView> wanted;
  for (const std::string& name : names) wanted.push_back(as_bytes(name));
  Parameters parameters;
  parameters.add(kind).add(std::span<const ByteView>(wanted));
  SG_TRY_ASSIGN(const Rows found,
                connection_.run("SELECT name, last, content FROM figure_subjects WHERE kind = $1 AND name = ANY($2)",
                                std::move(parameters)));
  return subjects_of(found);
}

Result<std::uint64_t> PostgresFigures::count_subjects() {
  SG_TRY_ASSIGN(const Rows found, connection_.run("SELECT count(*) FROM figure_subjects"));
  return static_cast<std::uint64_t>(first_number(found));
}

Result<> PostgresFigures::put_subjects(std::string_view kind, std::span<const SubjectRow> rows) {
  std::vector<ByteView> names;
  std::vector<std::int64_t> last;
  std::vector<ByteView> contents;
  for (const SubjectRow& row : rows) {
    names.push_back(as_bytes(row.name));
    last.push_back(row.last);
    contents.emplace_back(row.content);
  }
  Parameters parameters;
  parameters.add(kind).add(std::span<const ByteView>(names)).add(std::span<const std::int64_t>(last));
  parameters.add(std::span<const ByteView>(contents));
  SG_TRY(connection_.run(
      "INSERT INTO figure_subjects SELECT $1, name, last, content FROM unnest($2, $3, $4) AS t (name, last, content) "
      "ON CONFLICT (kind, name) DO UPDATE SET (last, content) = (excluded.last, excluded.content)",
      std::move(parameters)));
  return {};
}

Result<> PostgresFigures::remove_subjects(std::int64_t before) {
  Parameters parameters;
  parameters.add(before);
  SG_TRY(connection_.run("DELETE FROM figure_subjects WHERE last < $1", std::move(parameters)));
  return {};
}

}  // namespace sealgate::store::postgres
