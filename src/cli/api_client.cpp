#include "cli/api_client.h"

#include <algorithm>
#include <array>
#include <set>

#include "api/problem.h"
#include "base/bytes.h"
#include "cli/api_transports.h"
#include "cli/errors.h"

namespace sealgate::cli {
namespace {

constexpr const char* kBase = "/api/v1";
constexpr std::size_t kPage = 1000;

/// Codes are views that live as long as the program; those of a gateway are kept here.
std::string_view kept(std::string id) {
  static std::set<std::string> ids;
  return *ids.insert(std::move(id)).first;
}

/// What a status says of the kind of an error that does not tell it itself.
ErrorClass class_of(int status) {
  if (status == 404) return ErrorClass::NotFound;
  if (status == 409 || status == 412) return ErrorClass::Conflict;
  if (status == 401 || status == 403) return ErrorClass::Policy;
  if (status == 429 || status >= 500) return ErrorClass::Environment;
  return ErrorClass::Usage;
}

std::string text_of(const Json& json, const char* name) {
  const auto field = json.find(name);
  return field != json.end() && field->is_string() ? field->get<std::string>() : std::string();
}

Error no_answer(const ApiRequest& request, const std::string& what) {
  return Error{kBadAnswer, what, request.method + " " + request.path,
               "see whether --api leads to the administration of a gateway of this version"};
}

Error problem_of(const ApiRequest& request, const ApiAnswer& answer, std::vector<Error>* faults) {
  const Json problem = Json::parse(answer.body, nullptr, false);
  if (!problem.is_object() || text_of(problem, "code").empty()) {
    return no_answer(request, "the server answered with status " + std::to_string(answer.status) + " and no reason");
  }
  if (faults != nullptr && problem.contains("errors") && problem["errors"].is_array()) {
    for (const Json& fault : problem["errors"]) {
      if (fault.is_object()) faults->push_back(error_of(fault, answer.status));
    }
  }
  return error_of(problem, answer.status);
}

}  // namespace

Error error_of(const Json& fault, int status) {
  const auto told = api::parse_class(text_of(fault, "class"));
  return Error{ErrorCode{kept(text_of(fault, "code")), told.value_or(class_of(status))}, text_of(fault, "what"),
               text_of(fault, "where"), text_of(fault, "remedy")};
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      encoded += c;
    } else {
      const std::array<Byte, 1> one{static_cast<Byte>(c)};
      encoded += "%" + to_hex(one);
    }
  }
  return encoded;
}

Result<std::unique_ptr<ApiClient>> ApiClient::open(const Place& place) {
  return is_remote(place) ? connect_to_gateway(place.api) : open_in_process(place.store);
}

Result<ApiAnswer> ApiClient::send(const ApiRequest& request, std::vector<Error>* faults) {
  std::string target = kBase + request.path;
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    target += separator + percent_encoded(name) + "=" + percent_encoded(value);
    separator = '&';
  }
  SG_TRY_ASSIGN(ApiAnswer answer, exchange(request, target));
  if (answer.status < 200 || answer.status > 299) return fail(problem_of(request, answer, faults));
  return answer;
}

Result<Json> ApiClient::json(const ApiRequest& request, std::vector<Error>* faults) {
  SG_TRY_ASSIGN(const ApiAnswer answer, send(request, faults));
  Json json = Json::parse(answer.body, nullptr, false);
  if (json.is_discarded()) return fail(no_answer(request, "the answer is no JSON"));
  return json;
}

Result<std::vector<Json>> ApiClient::items(ApiRequest request, std::size_t limit, bool& more) {
  std::string cursor;
  SG_TRY_ASSIGN(auto found, items(std::move(request), limit, cursor));
  more = !cursor.empty();
  return found;
}

Result<std::vector<Json>> ApiClient::items(ApiRequest request, std::size_t limit, std::string& cursor) {
  std::vector<Json> found;
  const auto filters = request.query;
  do {
    request.query = filters;
    request.query.emplace_back("limit", std::to_string(std::min(kPage, limit - found.size())));
    if (!cursor.empty()) request.query.emplace_back("cursor", cursor);
    SG_TRY_ASSIGN(Json page, json(request));
    if (!page.is_object() || !page.contains("items") || !page["items"].is_array()) {
      return fail(no_answer(request, "the answer is no list"));
    }
    for (Json& item : page["items"]) found.push_back(std::move(item));
    cursor = text_of(page, "next");
  } while (!cursor.empty() && found.size() < limit);
  return found;
}

}  // namespace sealgate::cli
