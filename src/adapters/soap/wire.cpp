#include "adapters/soap/wire.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "net/http_headers.h"
#include "soap/errors.h"
#include "soap/markup.h"
#include "soap/security/names.h"

namespace sealgate::adapters::soap {

std::string content_type_of(Version version, std::string_view action) {
  std::string type = std::string(sealgate::soap::media_type_of(version)) + "; charset=utf-8";
  if (version == Version::Soap12 && !action.empty()) type += "; action=\"" + std::string(action) + "\"";
  return type;
}

std::optional<Version> version_of(std::string_view content_type) {
  const std::string type = net::media_type(content_type);
  for (const Version version : {Version::Soap11, Version::Soap12}) {
    if (type == sealgate::soap::media_type_of(version)) return version;
  }
  return std::nullopt;
}

std::string parameter_of(std::string_view content_type, std::string_view name) {
  // Semicolons in quotes separate nothing.
  bool quoted = false;
  std::size_t start = content_type.size();
  const auto value_of = [&](std::string_view parameter) -> std::optional<std::string> {
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos || !iequals(trim(parameter.substr(0, equals)), name)) return std::nullopt;
    std::string_view value = trim(parameter.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    return std::string(value);
  };
  for (std::size_t at = 0; at <= content_type.size(); ++at) {
    const char c = at == content_type.size() ? ';' : content_type[at];
    if (at < content_type.size() && c == '"') quoted = !quoted;
    if (c != ';' || (quoted && at < content_type.size())) continue;
    if (start < at) {
      if (auto value = value_of(content_type.substr(start, at - start))) return *value;
    }
    start = at + 1;
  }
  return {};
}

bool has_known_charset(std::string_view content_type) {
  const std::string charset = ascii_lower(parameter_of(content_type, "charset"));
  return charset.empty() || charset == "utf-8" || charset == "utf-16" || charset == "us-ascii" ||
         charset == "utf-16le" || charset == "utf-16be";
}

bool is_good_action(std::string_view action) {
  return action.size() <= 1000 && std::ranges::all_of(action, [](char c) {
           return c > 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '<' && c != '>';
         });
}

Result<ContextEntries> context_of(const Envelope& envelope, std::string_view action,
                                  const std::function<bool(const xmlNode*)>& may_be_used) {
  ContextEntries context{{"SOAP.Version", std::string(to_string(envelope.version()))}};
  if (!action.empty()) context.push_back({"SOAP.Action", std::string(action)});
  SG_TRY_ASSIGN(const xmlNodePtr element, envelope.body_element());
  if (element != nullptr) context.push_back({"SOAP.MethodName", std::string(sealgate::soap::local_name(element))});
  std::string unknown;
  std::size_t size = 0;
  std::set<std::string, std::less<>> seen;
  for (const auto& block : envelope.headers()) {
    if (block.uri() == sealgate::soap::kWsse || (may_be_used && !may_be_used(block.node))) continue;
    SG_TRY_ASSIGN(std::string text, sealgate::soap::standalone(block.node));
    size += text.size();
    if (size > sealgate::soap::kMaximumHeaders) {
      return fail(sealgate::soap::kHeadersTooLarge,
                  "the header blocks have more than " + std::to_string(sealgate::soap::kMaximumHeaders) + " bytes",
                  {}, "ask the sender for smaller headers");
    }
    const std::string local(block.local());
    if (sealgate::soap::is_plain_name(local) && local != "UnknownHeaders" && seen.insert(local).second) {
      context.push_back({"SOAPHeader." + local, std::move(text)});
    } else {
      unknown += text;
    }
  }
  if (!unknown.empty()) {
    context.push_back({"SOAPHeader.UnknownHeaders", "<UnknownHeaders>" + unknown + "</UnknownHeaders>"});
  }
  return context;
}

}  // namespace sealgate::adapters::soap
