#include "artifacts/read_values.h"

#include <algorithm>

#include "artifacts/errors.h"

namespace sealgate::artifacts {

void read_value(Fields& fields, std::string_view key, bool& value) {
  fields.boolean(key, value);
}
void read_value(Fields& fields, std::string_view key, int& value, Bounds bounds) {
  fields.integer(key, value, bounds.minimum, bounds.maximum);
}
void read_value(Fields& fields, std::string_view key, std::string& value) {
  fields.text(key, value);
}
void read_value(Fields& fields, std::string_view key, std::vector<std::string>& value) {
  if (fields.has(key)) value.clear();
  fields.names(key, value);
}
void read_value(Fields& fields, std::string_view key, TransferEncoding& value) {
  fields.choice(key, value,
                {TransferEncoding::Base64, TransferEncoding::QuotedPrintable, TransferEncoding::SevenBit,
                 TransferEncoding::EightBit, TransferEncoding::Binary});
}
void read_value(Fields& fields, std::string_view key, KeyTransport& value) {
  fields.choice(key, value, {KeyTransport::Rsa, KeyTransport::RsaOaep});
}
void read_value(Fields& fields, std::string_view key, Compression& value) {
  fields.choice(key, value, {Compression::None, Compression::BeforeSigning, Compression::AfterSigning});
}
void read_value(Fields& fields, std::string_view key, Duration& value, DurationBounds bounds) {
  fields.duration(key, value, bounds.minimum, bounds.maximum);
}
void read_value(Fields& fields, std::string_view key, std::optional<Time>& value) {
  fields.time(key, value);
}
void read_value(Fields& fields, std::string_view key, std::optional<RevocationPolicy>& value) {
  read_revocation_policy(fields, key, value);
}
void read_value(Fields& fields, std::string_view key, CertificateAssignments& value) {
  fields.assignments(key, value);
}

namespace {

constexpr std::string_view kCiphers =
    "use one of aes256-cbc, aes256-gcm, aes192-cbc, aes192-gcm, aes128-cbc, aes128-gcm, 3des, des, rc2-40, rc2-64, "
    "rc2-128";
constexpr std::string_view kDigests = "use one of sha256, sha384, sha512, sha224, sha1, md5";
constexpr std::size_t kLongestWord = 64;

/// A word that `find` knows.
template <typename Value, typename Find>
void read_word(Fields& fields, std::string_view key, Value& value, Find find, std::string_view what,
               std::string_view remedy) {
  const auto word = fields.scalar(key);
  if (!word) return;
  if (const auto found = find(*word)) {
    value = *found;
  } else {
    fields.bad_value(key, "there is no " + std::string(what) + " of this name", std::string(remedy));
  }
}

/// A list of such words; in place of what was there.
template <typename Value, typename Find>
void read_words(Fields& fields, std::string_view key, std::vector<Value>& values, Find find,
                std::string_view remedy) {
  if (!fields.has(key)) return fields.known(key);
  values.clear();
  std::vector<std::string> words;
  fields.texts(
      key, words, kLongestWord, [](std::string_view) { return true; }, remedy);
  for (const std::string& word : words) {
    const auto found = find(word);
    if (!found) return fields.bad_value(key, "'" + word + "' is not allowed here", std::string(remedy));
    if (std::ranges::find(values, *found) != values.end()) {
      return fields.bad_value(key, "'" + word + "' is in the list twice", "remove one of them", kDuplicateName);
    }
    values.push_back(*found);
  }
}

}  // namespace

void read_value(Fields& fields, std::string_view key, crypto::ContentCipher& value) {
  read_word(fields, key, value, crypto::cipher_from_name, "cipher", kCiphers);
}
void read_value(Fields& fields, std::string_view key, crypto::DigestAlgorithm& value) {
  read_word(fields, key, value, crypto::digest_from_name, "digest", kDigests);
}
void read_value(Fields& fields, std::string_view key, std::vector<crypto::ContentCipher>& value) {
  read_words(fields, key, value, crypto::cipher_from_name, kCiphers);
}
void read_value(Fields& fields, std::string_view key, std::vector<crypto::DigestAlgorithm>& value) {
  read_words(fields, key, value, crypto::digest_from_name, kDigests);
}
void read_value(Fields& fields, std::string_view key, std::vector<as2::MicForm>& value) {
  read_words(
      fields, key, value,
      [](std::string_view word) {
        const auto form = as2::mic_form_of(word);
        return form == as2::MicForm::Exact ? std::nullopt : form;  // always counts
      },
      "use some of crlf, lf, stripped, extended, payload, content, wire");
}
void read_value(Fields& fields, std::string_view key, as2::MicChoice& value) {
  fields.choice(key, value,
                {as2::MicChoice::SignatureIfListed, as2::MicChoice::Signature, as2::MicChoice::FirstListed});
}
void read_value(Fields& fields, std::string_view key, as2::MicSpelling& value) {
  fields.choice(key, value, {as2::MicSpelling::Plain, as2::MicSpelling::Hyphen});
}
void read_value(Fields& fields, std::string_view key, As2Version& value) {
  fields.choice(key, value, {As2Version::V10, As2Version::V11, As2Version::V12, As2Version::V13});
}
void read_value(Fields& fields, std::string_view key, ReceiptMode& value) {
  fields.choice(key, value, {ReceiptMode::None, ReceiptMode::Sync, ReceiptMode::Async});
}
void read_value(Fields& fields, std::string_view key, FileNameSource& value) {
  fields.choice(key, value, {FileNameSource::None, FileNameSource::Pattern, FileNameSource::Generated});
}
void read_value(Fields& fields, std::string_view key, ReceiptRule& value) {
  fields.choice(key, value, {ReceiptRule::Headers, ReceiptRule::Agreement});
}
void read_value(Fields& fields, std::string_view key, SignedReceipts& value) {
  fields.choice(key, value, {SignedReceipts::Required, SignedReceipts::Asked, SignedReceipts::Always});
}
void read_value(Fields& fields, std::string_view key, DuplicateRule& value) {
  fields.choice(key, value, {DuplicateRule::Answer, DuplicateRule::Suspend, DuplicateRule::Deliver});
}

}  // namespace sealgate::artifacts
