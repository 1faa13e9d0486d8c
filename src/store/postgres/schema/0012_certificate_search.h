#pragma once
// Certificates by what people look for (certificates/certificate_search.h) and by when they end. Rows of earlier
// releases have neither; the certificate store fills them in before it searches.

#include <string_view>

namespace sealgate::store::postgres::schema {

inline constexpr std::string_view kMigration0012 = R"sql(
ALTER TABLE certificates ADD COLUMN found_by bytea;
ALTER TABLE certificates ADD COLUMN not_after bigint;
CREATE INDEX certificates_unsearchable ON certificates (account, store) WHERE found_by IS NULL;
)sql";

}  // namespace sealgate::store::postgres::schema
