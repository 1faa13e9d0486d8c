// The words of what agreements choose.

#include "artifacts/agreement.h"

namespace sealgate::artifacts {

std::string_view to_string(As2Version version) {
  switch (version) {
    case As2Version::V10:
      return "1.0";
    case As2Version::V11:
      return "1.1";
    case As2Version::V12:
      return "1.2";
    case As2Version::V13:
      return "1.3";
  }
  return "";
}

std::string_view to_string(ReceiptMode mode) {
  switch (mode) {
    case ReceiptMode::None:
      return "none";
    case ReceiptMode::Sync:
      return "sync";
    case ReceiptMode::Async:
      return "async";
  }
  return "";
}

std::string_view to_string(FileNameSource source) {
  switch (source) {
    case FileNameSource::None:
      return "none";
    case FileNameSource::Pattern:
      return "pattern";
    case FileNameSource::Generated:
      return "generated";
  }
  return "";
}

std::string_view to_string(ReceiptRule rule) {
  return rule == ReceiptRule::Agreement ? "agreement" : "headers";
}

std::string_view to_string(SignedReceipts which) {
  switch (which) {
    case SignedReceipts::Required:
      return "required";
    case SignedReceipts::Asked:
      return "asked";
    case SignedReceipts::Always:
      return "always";
  }
  return "";
}

std::string_view to_string(DuplicateRule rule) {
  switch (rule) {
    case DuplicateRule::Answer:
      return "answer";
    case DuplicateRule::Suspend:
      return "suspend";
    case DuplicateRule::Deliver:
      return "deliver";
  }
  return "";
}

}  // namespace sealgate::artifacts
