#pragma once
// multipart/form-data (RFC 7578) of a few small fields: files and words.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sealgate::api {

struct FormField {
  std::string name = {};
  std::string file_name = {};  ///< as sent: for messages only
  std::string content = {};
};

inline constexpr std::size_t kMaxFormFields = 120;

/// `content_type` holds the boundary. api.bad-body.
Result<std::vector<FormField>> read_form(std::string_view body, std::string_view content_type);

}  // namespace sealgate::api
