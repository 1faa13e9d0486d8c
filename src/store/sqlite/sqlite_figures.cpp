#include "store/sqlite/sqlite_figures.h"

namespace sealgate::store {
namespace {

using figures::SpanRow;
using figures::SubjectRow;

Bytes copy(ByteView view) {
  return {view.begin(), view.end()};
}

Result<> read_subjects(sql::Statement& select, std::vector<SubjectRow>& all) {
  for (;;) {
    SG_TRY_ASSIGN(const bool more, select.step());
    if (!more) return {};
    all.push_back(SubjectRow{select.text(0), select.integer(1), copy(select.bytes(2))});
  }
}

}  // namespace

Result<std::int64_t> SqliteFigures::counted() {
  SG_TRY_ASSIGN(sql::Statement select, connection_.prepare("SELECT seal FROM figures_counted"));
  SG_TRY_ASSIGN(const bool found, select.step());
  return found ? select.integer(0) : 0;
}

Result<> SqliteFigures::set_counted(std::int64_t seal) {
  SG_TRY_ASSIGN(sql::Statement update, connection_.prepare("UPDATE figures_counted SET seal = ?1"));
  return update.bind(1, seal).run();
}

Result<std::vector<SpanRow>> SqliteFigures::spans(std::string_view series, std::int64_t from, std::int64_t until) {
  SG_TRY_ASSIGN(sql::Statement select,
                connection_.prepare("SELECT start, content FROM figure_spans WHERE series = ?1 AND start >= ?2 AND "
                                    "start < ?3 ORDER BY start"));
  select.bind(1, series).bind(2, from).bind(3, until);
  std::vector<SpanRow> all;
  for (;;) {
    SG_TRY_ASSIGN(const bool more, select.step());
    if (!more) return all;
    all.push_back(SpanRow{select.integer(0), copy(select.bytes(1))});
  }
}

Result<> SqliteFigures::put_spans(std::string_view series, std::span<const SpanRow> rows) {
  for (const SpanRow& row : rows) {
    SG_TRY_ASSIGN(sql::Statement insert,
                  connection_.prepare("INSERT OR REPLACE INTO figure_spans VALUES (?1, ?2, ?3)"));
    SG_TRY(insert.bind(1, series).bind(2, row.start).bind(3, ByteView(row.content)).run());
  }
  return {};
}

Result<> SqliteFigures::remove_spans(std::string_view series, std::int64_t before) {
  SG_TRY_ASSIGN(sql::Statement remove,
                connection_.prepare("DELETE FROM figure_spans WHERE series = ?1 AND start < ?2"));
  return remove.bind(1, series).bind(2, before).run();
}

Result<std::vector<SubjectRow>> SqliteFigures::subjects(std::string_view kind) {
  SG_TRY_ASSIGN(sql::Statement select,
                connection_.prepare("SELECT name, last, content FROM figure_subjects WHERE kind = ?1 ORDER BY name"));
  select.bind(1, kind);
  std::vector<SubjectRow> all;
  SG_TRY(read_subjects(select, all));
  return all;
}

Result<std::vector<SubjectRow>> SqliteFigures::subjects(std::string_view kind, std::span<const std::string> names) {
  std::vector<SubjectRow> all;
  for (const std::string& name : names) {
    SG_TRY_ASSIGN(
        sql::Statement select,
        connection_.prepare("SELECT name, last, content FROM figure_subjects WHERE kind = ?1 AND name = ?2"));
    select.bind(1, kind).bind(2, name);
    SG_TRY(read_subjects(select, all));
  }
  return all;
}

Result<std::uint64_t> SqliteFigures::count_subjects() {
  SG_TRY_ASSIGN(sql::Statement select, connection_.prepare("SELECT count(*) FROM figure_subjects"));
  SG_TRY_ASSIGN(const bool found, select.step());
  return found ? static_cast<std::uint64_t>(select.integer(0)) : 0;
}

Result<> SqliteFigures::put_subjects(std::string_view kind, std::span<const SubjectRow> rows) {
  for (const SubjectRow& row : rows) {
    SG_TRY_ASSIGN(sql::Statement insert,
                  connection_.prepare("INSERT OR REPLACE INTO figure_subjects VALUES (?1, ?2, ?3, ?4)"));
    insert.bind(1, kind).bind(2, row.name).bind(3, row.last);
    SG_TRY(insert.bind(4, ByteView(row.content)).run());
  }
  return {};
}

Result<> SqliteFigures::remove_subjects(std::int64_t before) {
  SG_TRY_ASSIGN(sql::Statement remove, connection_.prepare("DELETE FROM figure_subjects WHERE last < ?1"));
  return remove.bind(1, before).run();
}

}  // namespace sealgate::store
