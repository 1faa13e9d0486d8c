#pragma once
// Certificates under the names that messages give them (certificates/certificate_lookup.h). Rows of earlier releases
// have none; the certificate store fills them in before it searches.

#include <string_view>

namespace sealgate::store::postgres::schema {

inline constexpr std::string_view kMigration0005 = R"sql(
ALTER TABLE certificates ADD COLUMN subject bytea;
ALTER TABLE certificates ADD COLUMN issuer_serial bytea;
ALTER TABLE certificates ADD COLUMN key_id bytea;
CREATE INDEX certificates_subject ON certificates (account, store, subject);
CREATE INDEX certificates_issuer_serial ON certificates (account, store, issuer_serial);
CREATE INDEX certificates_key_id ON certificates (account, store, key_id);
CREATE INDEX certificates_unnamed ON certificates (account, store) WHERE subject IS NULL;
)sql";

}  // namespace sealgate::store::postgres::schema
