#include "certificates/certificate_search.h"

#include <algorithm>

#include "base/text.h"

namespace sealgate::certificates {

std::string search_text_of(const Certificate& certificate, std::string_view friendly_name) {
  std::string text = certificate.subject();
  const auto line = [&](std::string_view more) { text.append("\n").append(more); };
  line(certificate.display_subject());
  line(friendly_name);
  for (const std::string& email : certificate.email_addresses()) line(email);
  line(certificate.thumbprint().to_hex());
  line(certificate.thumbprint_sha256().to_hex());
  return ascii_lower(text);
}

std::vector<std::string> CertificateSearch::forms() const {
  if (part.empty()) return {};
  std::vector<std::string> forms{ascii_lower(part)};
  std::string digits = forms.front();
  std::erase_if(digits, [](char c) { return c == ' ' || c == ':'; });
  const bool is_hex = !digits.empty() && digits.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (is_hex && digits != forms.front()) forms.push_back(std::move(digits));
  return forms;
}

bool CertificateSearch::matches(const Certificate& certificate, std::string_view friendly_name) const {
  if (expires_before && certificate.not_after() >= *expires_before) return false;
  const auto looked_for = forms();
  if (looked_for.empty()) return true;
  const std::string text = search_text_of(certificate, friendly_name);
  return std::ranges::any_of(looked_for,
                             [&](const std::string& form) { return text.find(form) != std::string::npos; });
}

}  // namespace sealgate::certificates
