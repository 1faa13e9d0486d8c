#include "api/problem.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "access/errors.h"
#include "api/errors.h"
#include "hosts/errors.h"
#include "net/http1/response_head.h"

namespace sealgate::api {
namespace {

using Json = nlohmann::ordered_json;

struct CodeStatus {
  ErrorCode code;
  int status;
};

constexpr std::array kStatuses{CodeStatus{kNotSignedIn, 401},
                               CodeStatus{kForbidden, 403},
                               CodeStatus{kNoSuchPath, 404},
                               CodeStatus{kMethodNotAllowed, 405},
                               CodeStatus{kNotAcceptable, 406},
                               CodeStatus{kBadParameter, 400},
                               CodeStatus{kBadCursor, 400},
                               CodeStatus{kBadBody, 400},
                               CodeStatus{kInvalidBody, 422},
                               CodeStatus{kUnsupportedType, 415},
                               CodeStatus{kBodyTooLarge, 413},
                               CodeStatus{kPreconditionFailed, 412},
                               CodeStatus{kPreconditionRequired, 428},
                               CodeStatus{kTooManyRequests, 429},
                               CodeStatus{kInternal, 500},
                               CodeStatus{hosts::kPortNotStarted, 409}};

int status_of(access::Answer answer) {
  switch (answer) {
    case access::Answer::Bad:
      return 422;
    case access::Answer::SignIn:
      return 401;
    case access::Answer::Forbidden:
      return 403;
    case access::Answer::NotFound:
      return 404;
    case access::Answer::Conflict:
      return 409;
    case access::Answer::TooMany:
      return 429;
    case access::Answer::Unavailable:
      return 503;
    case access::Answer::Failed:
      return 500;
  }
  return 500;
}

int status_of_class(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::NotFound:
      return 404;
    case ErrorClass::Conflict:
      return 409;
    case ErrorClass::Usage:
    case ErrorClass::Malformed:
    case ErrorClass::Decrypt:
    case ErrorClass::Signature:
    case ErrorClass::Trust:
    case ErrorClass::Revocation:
    case ErrorClass::Policy:
      return 422;
    case ErrorClass::Transport:
    case ErrorClass::Environment:
      return 503;
  }
  return 500;
}

struct ClassWord {
  ErrorClass error_class;
  std::string_view word;
};

constexpr std::array kClassWords{ClassWord{ErrorClass::Usage, "usage"},
                                 ClassWord{ErrorClass::Malformed, "malformed"},
                                 ClassWord{ErrorClass::Decrypt, "decrypt"},
                                 ClassWord{ErrorClass::Signature, "signature"},
                                 ClassWord{ErrorClass::Trust, "trust"},
                                 ClassWord{ErrorClass::Revocation, "revocation"},
                                 ClassWord{ErrorClass::Policy, "policy"},
                                 ClassWord{ErrorClass::NotFound, "not-found"},
                                 ClassWord{ErrorClass::Conflict, "conflict"},
                                 ClassWord{ErrorClass::Transport, "transport"},
                                 ClassWord{ErrorClass::Environment, "environment"}};

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

int status_of(const ErrorCode& code) {
  if (code.id.starts_with("access.")) return status_of(access::answer_of(Error{code, {}, {}, {}}));
  const auto known = std::ranges::find(kStatuses, code, &CodeStatus::code);
  return known == kStatuses.end() ? status_of_class(code.error_class) : known->status;
}

std::string_view class_word(ErrorClass error_class) {
  return std::ranges::find(kClassWords, error_class, &ClassWord::error_class)->word;
}

std::optional<ErrorClass> parse_class(std::string_view word) {
  const auto* const found = std::ranges::find(kClassWords, word, &ClassWord::word);
  if (found == kClassWords.end()) return std::nullopt;
  return found->error_class;
}

Json fault_json(const Error& error) {
  return {{"code", error.code.id},
          {"class", class_word(error.code.error_class)},
          {"what", error.what},
          {"where", error.where},
          {"remedy", error.remedy}};
}

net::HttpResponse answer(int status, std::string_view type, std::string body) {
  net::HttpResponse response;
  response.status = status;
  response.headers.add("Content-Type", std::string(type));
  response.body = std::move(body);
  return response;
}

net::HttpResponse json_answer(int status, const Json& json) {
  return answer(status, "application/json", dump(json));
}

net::HttpResponse problem_of(int status, const Error& error, const std::vector<Error>& faults,
                             std::chrono::seconds wait) {
  Json json{{"type", "about:blank"}, {"title", net::http1::reason_phrase(status)}, {"status", status}};
  json.update(fault_json(error));
  std::string detail = error.what;
  if (!error.where.empty()) detail += " (" + error.where + ")";
  if (!error.remedy.empty()) detail += "; " + error.remedy;
  json["detail"] = std::move(detail);
  if (!faults.empty()) {
    json["errors"] = Json::array();
    for (const Error& fault : faults) json["errors"].push_back(fault_json(fault));
  }
  net::HttpResponse response = answer(status, "application/problem+json", dump(json));
  if (status == 401) response.headers.add("WWW-Authenticate", "Bearer realm=\"sealgate\"");
  if (status == 429 || status == 503) {
    response.headers.add("Retry-After", std::to_string(std::max<std::int64_t>(wait.count(), 1)));
  }
  return response;
}

void add_security_headers(net::HttpResponse& response) {
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("X-Frame-Options", "DENY");
  response.headers.add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  response.headers.add("Referrer-Policy", "no-referrer");
  response.headers.add("Cross-Origin-Resource-Policy", "same-origin");
  if (!response.headers.contains("Cache-Control")) response.headers.add("Cache-Control", "no-store");
}

}  // namespace sealgate::api
