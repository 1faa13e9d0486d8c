#pragma once
// Figures: what happened when, counted out of the sealed tracking log (store/common/figures/). They can be counted
// anew from the log as far as it goes back.

#include <string_view>

namespace sealgate::store::postgres::schema {

inline constexpr std::string_view kMigration0011 = R"sql(
CREATE TABLE figure_spans (
  series  text   COLLATE "C" NOT NULL,  -- the width of its spans
  start   bigint NOT NULL,
  content bytea  NOT NULL,
  PRIMARY KEY (series, start)
);

CREATE TABLE figure_subjects (
  kind    text   COLLATE "C" NOT NULL,
  name    bytea  NOT NULL,
  last    bigint NOT NULL,
  content bytea  NOT NULL,
  PRIMARY KEY (kind, name)
);
CREATE INDEX figure_subjects_last ON figure_subjects (last);

CREATE TABLE figures_counted (
  one  bigint PRIMARY KEY CHECK (one = 1),
  seal bigint NOT NULL                  -- tracking_seals.number of the last one that was counted
);
INSERT INTO figures_counted VALUES (1, 0);
)sql";

}  // namespace sealgate::store::postgres::schema
