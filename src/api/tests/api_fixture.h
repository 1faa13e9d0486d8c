#pragma once
// Requests to the API without a network: a description of its own or the real one, and a gatekeeper that takes the
// permissions out of the token.

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "api/errors.h"
#include "api/server.h"

namespace sealgate::api::tests {

/// "Authorization: Bearer view operate": somebody who may do these. Without it nobody.
class WordGatekeeper final : public Gatekeeper {
 public:
  Result<access::Principal> identify(const net::HttpRequest& request) override {
    const std::string* field = request.headers.find("Authorization");
    if (field == nullptr || !field->starts_with("Bearer ")) {
      return fail(kNotSignedIn, "nobody is signed in", {}, "sign in");
    }
    access::Permissions may;
    std::istringstream words(field->substr(7));
    for (std::string word; words >> word;) {
      if (word == "everything") may = access::Permissions::everything();
      if (const auto permission = access::parse_permission(word)) may.add(*permission);
    }
    return access::Principal("ada", {access::Role::Administrator}, "192.0.2.1", "test", may);
  }
  std::chrono::milliseconds admit(const net::HttpRequest&, const access::Principal* who) override {
    return who == nullptr ? nobody_waits : pause;
  }
  Result<> record(const access::Principal& who, const Act& act) override {
    if (deaf) return fail(kInternal, "the log is full", {}, {});
    acts.push_back(who.who() + " " + act.action + " " + act.subject +
                   (act.begun     ? " begun"
                    : act.refused ? " refused"
                                  : ""));
    return {};
  }
  bool deaf = false;
  std::chrono::milliseconds pause{0}, nobody_waits{0};
  std::vector<std::string> acts;
};

struct Sent {
  std::string method = "GET";
  std::string target = {};  ///< below /api/v1
  std::string body = {};
  std::string type = "application/json";
  std::string may = "everything";  ///< empty: nobody is signed in
  net::HttpHeaders headers = {};
  bool chunked = false;
};

struct Got {
  int status = 0;
  net::HttpHeaders headers = {};
  std::string body = {};
  nlohmann::json json() const { return nlohmann::json::parse(body); }
  std::string code() const { return json().value("code", ""); }
  std::string header(const char* name) const {
    const std::string* value = headers.find(name);
    return value == nullptr ? std::string() : *value;
  }
};

inline Got got(net::HttpResponse response) {
  return {response.status, std::move(response.headers), std::move(response.body)};
}

/// As the server of net/ would: the head, the body in blocks of `block` octets, the end.
inline Got send(net::HttpHandler& handler, const Sent& sent, std::size_t block = 7) {
  net::HttpRequest request;
  request.method = sent.method;
  request.target = "/api/v1" + sent.target;
  const auto question = request.target.find('?');
  request.path = request.target.substr(0, question);
  if (question != std::string::npos) request.query = request.target.substr(question + 1);
  request.headers = sent.headers;
  if (!sent.may.empty()) request.headers.add("Authorization", "Bearer " + sent.may);
  if (!sent.body.empty()) {
    request.headers.add("Content-Type", sent.type);
    if (!sent.chunked) request.content_length = sent.body.size();
    request.chunked = sent.chunked;
  }
  net::HttpBegin begun = handler.begin(std::move(request));
  if (auto* answer = std::get_if<net::HttpResponse>(&begun)) return got(std::move(*answer));
  auto& exchange = std::get<std::unique_ptr<net::HttpExchange>>(begun);
  for (std::size_t at = 0; at < sent.body.size(); at += block) {
    auto early = exchange->write(as_bytes(std::string_view(sent.body).substr(at, block)));
    if (early) return got(std::move(*early));
  }
  return got(exchange->finish());
}

}  // namespace sealgate::api::tests
