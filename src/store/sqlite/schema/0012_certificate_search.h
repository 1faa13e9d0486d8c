#pragma once
// Certificates by what people look for (certificates/certificate_search.h) and by when they end. Rows of earlier
// releases have neither; the certificate store fills them in before it searches. The index holds both, so that a
// search reads the certificates that it finds and no other.

#include <string_view>

namespace sealgate::store::schema {

inline constexpr std::string_view kMigration0012 = R"sql(
ALTER TABLE certificates ADD COLUMN found_by BLOB;
ALTER TABLE certificates ADD COLUMN not_after INTEGER;
DROP INDEX certificates_sha1;
CREATE INDEX certificates_sha1 ON certificates (account, store, sha1, not_after, found_by);
CREATE INDEX certificates_unsearchable ON certificates (account, store) WHERE found_by IS NULL;
)sql";

}  // namespace sealgate::store::schema
