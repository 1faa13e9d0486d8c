#pragma once
// Certificates under the names that messages give them (certificates/certificate_lookup.h). Rows of earlier releases
// have none; the certificate store fills them in before it searches. What tells certificates apart comes first:
// before there are statistics the planner takes any index that begins with account and store.

#include <string_view>

namespace sealgate::store::postgres::schema {

inline constexpr std::string_view kMigration0005 = R"sql(
ALTER TABLE certificates ADD COLUMN subject bytea;
ALTER TABLE certificates ADD COLUMN issuer_serial bytea;
ALTER TABLE certificates ADD COLUMN key_id bytea;
CREATE INDEX certificates_subject ON certificates (subject, account, store);
CREATE INDEX certificates_issuer_serial ON certificates (issuer_serial, account, store);
CREATE INDEX certificates_key_id ON certificates (key_id, account, store);
CREATE INDEX certificates_unnamed ON certificates (account, store) WHERE subject IS NULL;
)sql";

}  // namespace sealgate::store::postgres::schema
