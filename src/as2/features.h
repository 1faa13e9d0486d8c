#pragma once
// EDIINT-Features (RFC 6017): what a partner's software can do beyond RFC 4130, as a list of names.

#include <string>
#include <string_view>
#include <vector>

namespace sealgate::as2 {

inline constexpr std::string_view kMultipleAttachments = "multiple-attachments";  ///< RFC 6362
inline constexpr std::string_view kCertificateExchange = "CEM";                   ///< RFC 6017
inline constexpr std::size_t kMaxFeatures = 32;                                   ///< further ones are not looked at

class Features {
 public:
  Features() = default;
  explicit Features(std::vector<std::string> names) : names_(std::move(names)) {}
  /// In any case; BizTalk's "MA" is multiple-attachments.
  bool has(std::string_view name) const;
  const std::vector<std::string>& names() const { return names_; }
  /// "a, b"; empty when there are none.
  std::string to_string() const;

 private:
  std::vector<std::string> names_;
};

/// Never fails: what is no token is left out.
Features parse_features(std::string_view field);

}  // namespace sealgate::as2
