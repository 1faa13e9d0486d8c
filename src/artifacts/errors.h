#pragma once
// Error codes of artifacts/. Every error says file, line and column where it came from a document.

#include "base/error.h"

namespace sealgate::artifacts {

// Reading documents
inline constexpr ErrorCode kBadYaml{"artifacts.bad-yaml",
                                    ErrorClass::Usage};  ///< not YAML, or nested deeper than any document of ours
inline constexpr ErrorCode kUnknownKind{"artifacts.unknown-kind",
                                        ErrorClass::Usage};  ///< `kind` is none of the kinds in docs/artifacts.md
inline constexpr ErrorCode kUnknownKey{"artifacts.unknown-key",
                                       ErrorClass::Usage};  ///< a key that does not exist there; often a misspelling
inline constexpr ErrorCode kDuplicateKey{"artifacts.duplicate-key",
                                         ErrorClass::Usage};  ///< the same key twice in one mapping
inline constexpr ErrorCode kMissingKey{"artifacts.missing-key", ErrorClass::Usage};  ///< a required key is missing
inline constexpr ErrorCode kWrongType{
    "artifacts.wrong-type", ErrorClass::Usage};  ///< a list where a value belongs, text where a number belongs
inline constexpr ErrorCode kBadValue{"artifacts.bad-value",
                                     ErrorClass::Usage};  ///< a value that is not allowed there, or out of its range
inline constexpr ErrorCode kBadName{
    "artifacts.bad-name",
    ErrorClass::Usage};  ///< a name that is empty, too long, or has characters that cannot be shown
inline constexpr ErrorCode kBadThumbprint{"artifacts.bad-thumbprint",
                                          ErrorClass::Usage};  ///< not 40 or 64 hexadecimal digits
inline constexpr ErrorCode kBadFilter{
    "artifacts.bad-filter", ErrorClass::Usage};  ///< the filter of a send port cannot be read; the column is named
inline constexpr ErrorCode kTooLarge{"artifacts.too-large",
                                     ErrorClass::Usage};  ///< a file over 16 MiB or a list over 10,000 entries
inline constexpr ErrorCode kNoDocuments{"artifacts.no-documents", ErrorClass::Usage};  ///< the files hold no document

// The set as a whole
inline constexpr ErrorCode kDuplicateName{
    "artifacts.duplicate-name",
    ErrorClass::Conflict};  ///< two artifacts of one kind and name, two groups, or two locations of one name
inline constexpr ErrorCode kDuplicateThumbprint{
    "artifacts.duplicate-thumbprint",
    ErrorClass::Conflict};  ///< a verification certificate of two parties, or twice in one list
inline constexpr ErrorCode kDuplicateAlias{"artifacts.duplicate-alias",
                                           ErrorClass::Conflict};  ///< an alias of two parties
inline constexpr ErrorCode kDuplicateEndpoint{"artifacts.duplicate-endpoint",
                                              ErrorClass::Conflict};  ///< two receive locations at one address
inline constexpr ErrorCode kMissingReference{
    "artifacts.missing-reference",
    ErrorClass::Usage};  ///< a host, party, send port, schema, map or pipeline that is named but does not exist
inline constexpr ErrorCode kNoEncryptionCertificate{
    "artifacts.no-encryption-certificate", ErrorClass::Usage};  ///< a send port encrypts but has nobody to encrypt to
inline constexpr ErrorCode kNoSigningCertificate{
    "artifacts.no-signing-certificate",
    ErrorClass::Usage};  ///< a send port signs but the group has no signing certificate
inline constexpr ErrorCode kContradiction{"artifacts.contradiction",
                                          ErrorClass::Usage};  ///< two settings that exclude each other
inline constexpr ErrorCode kWeakAlgorithm{
    "artifacts.weak-algorithm",
    ErrorClass::Policy};  ///< a weak algorithm that the party of the port does not allow by name
inline constexpr ErrorCode kAmbiguousAgreement{
    "artifacts.ambiguous-agreement",
    ErrorClass::Conflict};  ///< two agreements hold at the same time for the same names, alias, send port or party
inline constexpr ErrorCode kNoAgreement{
    "artifacts.no-agreement", ErrorClass::NotFound};  ///< no agreement in force is about a message or a receipt

// The store
inline constexpr ErrorCode kNotFound{"artifacts.not-found",
                                     ErrorClass::NotFound};  ///< no artifact of this kind and name
inline constexpr ErrorCode kInUse{"artifacts.in-use",
                                  ErrorClass::Conflict};  ///< others refer to what is to be deleted
/// Somebody else changed the artifacts since they were loaded.
inline constexpr ErrorCode kChangedMeanwhile{"artifacts.changed-meanwhile", ErrorClass::Conflict};
/// One change whose documents, as they were and as they are, have more than 32 MiB.
inline constexpr ErrorCode kChangeTooLarge{"artifacts.change-too-large", ErrorClass::Usage};
/// No revision of this number, or it is kept no more; or what came after it is not kept in full.
inline constexpr ErrorCode kNoRevision{"artifacts.no-revision", ErrorClass::NotFound};
/// What was can not be made again: something that it needs is gone.
inline constexpr ErrorCode kCannotRollBack{"artifacts.cannot-roll-back", ErrorClass::Conflict};

}  // namespace sealgate::artifacts
