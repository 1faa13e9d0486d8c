#include "as2/choices.h"

#include <array>
#include <utility>

namespace sealgate::as2 {
namespace {

constexpr std::array kForms = {std::pair{MicForm::Exact, "exact"},
                               std::pair{MicForm::Crlf, "crlf"},
                               std::pair{MicForm::Lf, "lf"},
                               std::pair{MicForm::Stripped, "stripped"},
                               std::pair{MicForm::Extended, "extended"},
                               std::pair{MicForm::Payload, "payload"},
                               std::pair{MicForm::Content, "content"},
                               std::pair{MicForm::Wire, "wire"}};

}  // namespace

std::string_view to_string(MicForm form) {
  return kForms[static_cast<std::size_t>(form)].second;
}

std::optional<MicForm> mic_form_of(std::string_view word) {
  for (const auto& [form, name] : kForms) {
    if (word == name) return form;
  }
  return std::nullopt;
}

std::string_view to_string(MicChoice choice) {
  switch (choice) {
    case MicChoice::SignatureIfListed:
      return "signature-if-listed";
    case MicChoice::Signature:
      return "signature";
    case MicChoice::FirstListed:
      return "first-listed";
  }
  return "";
}

std::string_view to_string(MicSpelling spelling) {
  return spelling == MicSpelling::Hyphen ? "hyphen" : "plain";
}

}  // namespace sealgate::as2
