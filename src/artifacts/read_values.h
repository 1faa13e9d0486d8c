#pragma once
// Reading of a field by its type, for settings whose fields are listed once: component_fields.h, agreement_fields.h.
// A list takes the place of its default. For .cpp files of this folder only.

#include "artifacts/agreement_fields.h"
#include "artifacts/read_parts.h"

namespace sealgate::artifacts {

void read_value(Fields& fields, std::string_view key, bool& value);
void read_value(Fields& fields, std::string_view key, int& value, Bounds bounds);
void read_value(Fields& fields, std::string_view key, Duration& value, DurationBounds bounds);
void read_value(Fields& fields, std::string_view key, std::string& value);
void read_value(Fields& fields, std::string_view key, std::vector<std::string>& value);
void read_value(Fields& fields, std::string_view key, std::optional<Time>& value);
void read_value(Fields& fields, std::string_view key, std::optional<RevocationPolicy>& value);
void read_value(Fields& fields, std::string_view key, CertificateAssignments& value);
void read_value(Fields& fields, std::string_view key, crypto::ContentCipher& value);
void read_value(Fields& fields, std::string_view key, crypto::DigestAlgorithm& value);
void read_value(Fields& fields, std::string_view key, std::vector<crypto::ContentCipher>& value);
void read_value(Fields& fields, std::string_view key, std::vector<crypto::DigestAlgorithm>& value);
void read_value(Fields& fields, std::string_view key, std::vector<as2::MicForm>& value);
void read_value(Fields& fields, std::string_view key, TransferEncoding& value);
void read_value(Fields& fields, std::string_view key, KeyTransport& value);
void read_value(Fields& fields, std::string_view key, Compression& value);
void read_value(Fields& fields, std::string_view key, as2::MicChoice& value);
void read_value(Fields& fields, std::string_view key, as2::MicSpelling& value);
void read_value(Fields& fields, std::string_view key, As2Version& value);
void read_value(Fields& fields, std::string_view key, ReceiptMode& value);
void read_value(Fields& fields, std::string_view key, FileNameSource& value);
void read_value(Fields& fields, std::string_view key, ReceiptRule& value);
void read_value(Fields& fields, std::string_view key, SignedReceipts& value);
void read_value(Fields& fields, std::string_view key, DuplicateRule& value);

/// One that may be absent, of a type that is read otherwise.
template <typename Value, typename... Extra>
void read_value(Fields& fields, std::string_view key, std::optional<Value>& value, Extra... extra) {
  if (!fields.has(key)) return fields.known(key);
  Value read{};
  read_value(fields, key, read, extra...);
  value = read;
}

}  // namespace sealgate::artifacts
