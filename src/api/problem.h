#pragma once
// Errors as answers: application/problem+json (RFC 9457) with our code, what happened, where, and the remedy.

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "net/http_server.h"

namespace sealgate::api {

/// 400 to 503: of api.* codes their own, of others by their class.
int status_of(const ErrorCode& code);

/// `faults`: all of them, when there are several. `wait`: Retry-After of 429 and 503.
net::HttpResponse problem_of(int status, const Error& error, const std::vector<Error>& faults = {},
                             std::chrono::seconds wait = std::chrono::seconds(5));

/// What kind of failure an error is, in one word: "usage", "policy", "not-found".
std::string_view class_word(ErrorClass error_class);
/// Empty for an unknown word.
std::optional<ErrorClass> parse_class(std::string_view word);

/// {"code", "class", "what", "where", "remedy"}
nlohmann::ordered_json fault_json(const Error& error);

/// A JSON answer, also where text is not UTF-8.
net::HttpResponse json_answer(int status, const nlohmann::ordered_json& json);
/// An answer of any type.
net::HttpResponse answer(int status, std::string_view type, std::string body);

/// What browsers must not do with any answer of the API: guess its type, keep it, show it in a frame.
void add_security_headers(net::HttpResponse& response);

}  // namespace sealgate::api
