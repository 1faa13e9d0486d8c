#pragma once
// Figures: what happened when, counted out of the sealed tracking log (store/common/figures/). They can be counted
// anew from the log as far as it goes back.

#include <string_view>

namespace sealgate::store::schema {

inline constexpr std::string_view kMigration0011 = R"sql(
CREATE TABLE figure_spans (
  series  TEXT    NOT NULL,      -- the width of its spans
  start   INTEGER NOT NULL,
  content BLOB    NOT NULL,
  PRIMARY KEY (series, start)
) STRICT, WITHOUT ROWID;

CREATE TABLE figure_subjects (
  kind    TEXT    NOT NULL,
  name    TEXT    NOT NULL,
  last    INTEGER NOT NULL,
  content BLOB    NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX figure_subjects_last ON figure_subjects (last);

CREATE TABLE figures_counted (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  seal INTEGER NOT NULL          -- tracking_seals.number of the last one that was counted
) STRICT;
INSERT INTO figures_counted VALUES (1, 0);
)sql";

}  // namespace sealgate::store::schema
