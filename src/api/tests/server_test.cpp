#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/problem.h"
#include "api/tests/api_fixture.h"

namespace sealgate::api::tests {
namespace {

using testing::Contains;
using testing::HasSubstr;

/// With what every operation may answer in place of "@".
std::string described() {
  std::string text = R"(
openapi: 3.1.0
info: {title: Test, version: "1"}
servers: [{url: /api/v1}]
paths:
  /open:
    get:
      operationId: open
      x-permission: none
      responses: {@, '200': {description: "", content: {text/plain: {schema: {type: string}}}}}
  /secret:
    get:
      operationId: secret
      x-permission: view-body
      x-audit: thing.look
      responses: {@, '200': {description: "", content: {text/plain: {schema: {type: string}}}}, '503': {description: ""}}
  /things/{name}:
    parameters:
      - {name: name, in: path, required: true, schema: {type: string, minLength: 1, maxLength: 8}}
    get:
      operationId: show
      x-permission: view
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 10, default: 5}}
        - {name: state, in: query, schema: {type: array, maxItems: 2, items: {$ref: '#/components/schemas/State'}}}
        - {name: since, in: query, schema: {type: string, format: date-time}}
        - {name: deep, in: query, schema: {type: boolean, default: false}}
        - {name: If-Match, in: header, schema: {type: string, maxLength: 10}}
      responses: {@, '404': {description: ""},
        '200': {description: "", content: {application/json: {schema: {}}, application/yaml: {schema: {type: string}}}}}
    put:
      operationId: change
      x-permission: [configure, partners]
      x-audit: thing.change
      x-max-body: 100
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [state]
              additionalProperties: false
              properties:
                state: {$ref: '#/components/schemas/State'}
                list: {type: array, items: {type: integer}}
                any: {}
          application/yaml: {schema: {type: string}}
      responses: {@, '200': {description: "", content: {application/json: {schema: {}}}}, '413': {description: ""},
                  '415': {description: ""}, '422': {description: ""}}
    delete:
      operationId: remove
      x-permission: configure
      x-audit: thing.remove
      x-audit-begun: true
      parameters:
        - {name: dry-run, in: query, schema: {type: boolean, default: false}}
      responses: {@, '404': {description: ""}, '200': {description: "", content: {application/json: {schema: {}}}}}
components:
  schemas:
    State: {type: string, enum: [started, stopped]}
)";
  std::string common;
  for (const char* status : {"400", "401", "403", "406", "429"}) {
    common += (common.empty() ? "'" : ", '") + std::string(status) + "': {description: \"\"}";
  }
  for (auto at = text.find('@'); at != std::string::npos; at = text.find('@', at)) text.replace(at, 1, common);
  return text;
}

class Server : public testing::Test {
 protected:
  Server() {
    Actions actions;
    actions["open"] = [](Call&) -> Result<net::HttpResponse> { return answer(200, "text/plain", "open"); };
    actions["secret"] = [](Call&) -> Result<net::HttpResponse> { return answer(200, "text/plain", "hush"); };
    actions["show"] = [this](Call& call) -> Result<net::HttpResponse> {
      if (failure_) return fail(*failure_);
      nlohmann::ordered_json json;
      json["name"] = call.parameters.text_or_empty("name");
      json["limit"] = call.parameters.number("limit").value_or(-1);
      json["deep"] = call.parameters.flag("deep");
      json["state"] = call.parameters.list("state");
      json["accepted"] = call.accepted;
      json["by"] = call.caller.who();
      return json_answer(status_, json);
    };
    actions["change"] = [](Call& call) -> Result<net::HttpResponse> {
      return json_answer(200, {{"type", call.body_type}, {"size", call.body.size()}, {"json", call.json != nullptr}});
    };
    actions["remove"] = [this](Call&) -> Result<net::HttpResponse> {
      if (failure_) return fail(*failure_);
      ++removed_;
      return json_answer(200, nlohmann::ordered_json::object());
    };
    auto made = api::Server::create(described(), std::move(actions), gatekeeper_);
    EXPECT_TRUE(made) << made.error().to_string();
    server_ = std::move(*made);
  }
  Got get(const std::string& target, net::HttpHeaders headers = {}) {
    return send(*server_, {.target = target, .headers = std::move(headers)});
  }
  Got put(const std::string& body, const std::string& type = "application/json") {
    return send(*server_, {.method = "PUT", .target = "/things/a", .body = body, .type = type});
  }

  WordGatekeeper gatekeeper_;
  std::unique_ptr<api::Server> server_;
  std::optional<Error> failure_;
  int status_ = 200;
  int removed_ = 0;
};

TEST_F(Server, tells_which_operation_a_path_means) {
  EXPECT_EQ(get("/things/a").json()["name"], "a");
  EXPECT_EQ(get("/things/a%2Fb").json()["name"], "a/b");  // a slash within a name
  EXPECT_EQ(get("/things/%C3%A4").json()["name"], "\xC3\xA4");
  for (const char* nothing : {"/", "/nothing", "/things", "/things/", "/things/a/b", "//things/a", "/things/a/"}) {
    const Got got = get(nothing);
    EXPECT_EQ(got.status, 404) << nothing;
    EXPECT_EQ(got.code(), "api.no-such-path") << nothing;
    EXPECT_EQ(got.header("Content-Type"), "application/problem+json");
  }
}

TEST_F(Server, refuses_paths_that_are_not_text) {
  for (const char* bad : {"/things/%", "/things/%4", "/things/%zz", "/things/%FF", "/things/a%00b", "/things/a%0Ab",
                          "/things/%ED%A0%80", "/things/123456789"}) {
    EXPECT_EQ(get(bad).code(), "api.bad-parameter") << bad;
  }
}

TEST_F(Server, names_the_methods_that_there_are) {
  const Got got = send(*server_, {.method = "PATCH", .target = "/things/a"});
  EXPECT_EQ(got.status, 405);
  EXPECT_EQ(got.header("Allow"), "GET, PUT, DELETE");
  EXPECT_EQ(send(*server_, {.method = "get", .target = "/things/a"}).status, 405);
}

TEST_F(Server, asks_who_it_is_and_whether_they_may) {
  const Got nobody = send(*server_, {.target = "/things/a", .may = ""});
  EXPECT_EQ(nobody.status, 401);
  EXPECT_EQ(nobody.header("WWW-Authenticate"), "Bearer realm=\"sealgate\"");
  EXPECT_EQ(nobody.code(), "api.not-signed-in");
  EXPECT_EQ(send(*server_, {.target = "/things/a", .may = "configure"}).code(), "api.forbidden");
  EXPECT_EQ(send(*server_, {.target = "/things/a", .may = "view"}).status, 200);
  EXPECT_EQ(send(*server_, {.target = "/open", .may = ""}).body, "open");
  for (const char* one : {"configure", "partners"}) {
    const Got got =
        send(*server_, {.method = "PUT", .target = "/things/a", .body = R"({"state":"started"})", .may = one});
    EXPECT_EQ(got.status, 200) << got.body;
  }
  const Got without = send(*server_, {.method = "PUT", .target = "/things/a", .body = "{}", .may = "view operate"});
  EXPECT_EQ(without.code(), "api.forbidden");
  EXPECT_THAT(without.json()["remedy"].get<std::string>(), HasSubstr("configure or partners"));
}

TEST_F(Server, tells_who_asks_too_often_how_long_to_wait) {
  gatekeeper_.pause = std::chrono::milliseconds(1500);
  const Got known = get("/things/a");
  EXPECT_EQ(known.status, 429);
  EXPECT_EQ(known.code(), "api.too-many-requests");
  EXPECT_EQ(known.header("Retry-After"), "2") << "rounded up: who waits that long is let through";
  const auto nobody = [&] { return send(*server_, {.target = "/things/a", .may = ""}); };
  EXPECT_EQ(nobody().status, 401) << "each counts by himself";
  gatekeeper_.pause = std::chrono::milliseconds(0);
  gatekeeper_.nobody_waits = std::chrono::milliseconds(1);
  EXPECT_EQ(get("/things/a").status, 200);
  EXPECT_EQ(nobody().status, 429) << "who guesses tokens does not learn whether one was right";
  EXPECT_EQ(nobody().header("Retry-After"), "1");
}

TEST_F(Server, reads_parameters_as_their_schemas_say) {
  const auto json = get("/things/a?limit=7&state=started,stopped&deep=true").json();
  EXPECT_EQ(json["limit"], 7);
  EXPECT_EQ(json["state"], (nlohmann::json{"started", "stopped"}));
  EXPECT_EQ(json["deep"], true);
  EXPECT_EQ(get("/things/a").json()["limit"], 5) << "its default";
  EXPECT_EQ(get("/things/a?since=2026-11-22T04%3A00%3A00%2B01:00").status, 200);
  EXPECT_EQ(get("/things/a?&limit=3&").json()["limit"], 3);
}

TEST_F(Server, refuses_parameters_that_are_wrong_unknown_or_twice) {
  for (const char* bad : {"limit=0",
                          "limit=11",
                          "limit=1.5",
                          "limit=x",
                          "limit=",
                          "limit=99999999999999999999",
                          "limit=+1",
                          "limit=1&limit=1",
                          "state=started,other",
                          "state=",
                          "state=started,started,started",
                          "since=yesterday",
                          "since=2026-13-01T00:00:00Z",
                          "deep=1",
                          "deep=True",
                          "other=1",
                          "limit=%zz",
                          "=1",
                          "Limit=1",
                          "since=2026-11-22T04:00:00+01:00"}) {
    const Got got = get(std::string("/things/a?") + bad);
    EXPECT_EQ(got.code(), "api.bad-parameter") << bad;
  }
  EXPECT_EQ(get("/things/a", {{"If-Match", "12345678901"}}).code(), "api.bad-parameter");
  EXPECT_EQ(get("/things/a", {{"If-Match", "1"}, {"if-match", "2"}}).code(), "api.bad-parameter");
}

TEST_F(Server, gives_what_the_client_accepts) {
  const auto accepted = [&](const char* accept) { return get("/things/a", {{"Accept", accept}}); };
  EXPECT_EQ(accepted("application/yaml").json()["accepted"], "application/yaml");
  EXPECT_EQ(accepted("text/html, application/*;q=0.5").json()["accepted"], "application/json");
  EXPECT_EQ(accepted("*/*").json()["accepted"], "application/json");
  EXPECT_EQ(accepted("APPLICATION/YAML").json()["accepted"], "application/yaml");
  EXPECT_EQ(accepted("").json()["accepted"], "application/json");
  EXPECT_EQ(accepted("application/json;q=0, application/yaml").json()["accepted"], "application/yaml");
  for (const char* none :
       {"text/html", "application/jsonx", "*/json", "application/json;q=0", "application/json;q=0.0", ";;;,"}) {
    EXPECT_EQ(accepted(none).code(), "api.not-acceptable") << none;
  }
}

TEST_F(Server, takes_bodies_of_the_types_that_are_described) {
  EXPECT_EQ(put(R"({"state":"started"})").json()["json"], true);
  EXPECT_EQ(put("state: started", "Application/YAML; charset=utf-8").json()["type"], "application/yaml");
  EXPECT_EQ(put("x", "text/plain").status, 415);
  EXPECT_EQ(put("x", "").status, 415);
  EXPECT_EQ(put("\xff", "application/yaml").code(), "api.bad-body");
  EXPECT_EQ(send(*server_, {.method = "PUT", .target = "/things/a"}).code(), "api.bad-body") << "it must have one";
  EXPECT_EQ(send(*server_, {.target = "/things/a", .body = "{}"}).code(), "api.bad-body") << "it takes none";
}

TEST_F(Server, holds_bodies_against_their_schema) {
  const Got got = put(R"({"state":"other","list":[1,"x"],"more":1})");
  EXPECT_EQ(got.status, 422);
  EXPECT_EQ(got.code(), "api.invalid-body");
  std::vector<std::string> where;
  const auto json = got.json();
  for (const auto& fault : json["errors"]) where.push_back(fault["where"]);
  EXPECT_THAT(where, testing::UnorderedElementsAre("state", "list[1]", "more"));
  EXPECT_EQ(put("{}").json()["where"], "state");
  for (const char* no_json :
       {"{", "[1,", "nul", "{\"state\":\"started\"} x", "\"\xff\"", "{\"state\":\"\xed\xa0\x80\"}"}) {
    EXPECT_EQ(put(no_json).code(), "api.bad-body") << no_json;
  }
  EXPECT_EQ(put("[]").status, 422);
  EXPECT_EQ(put("null").status, 422);
  EXPECT_EQ(put(R"({"any":)" + std::string(40, '[') + std::string(40, ']') + "}").status, 422) << "state is missing";
}

TEST_F(Server, ends_bodies_that_are_too_large_or_too_deep) {
  const std::string large = R"({"state":")" + std::string(100, 'x') + R"("})";
  EXPECT_EQ(put(large).status, 413);
  const Got chunked = send(*server_, {.method = "PUT", .target = "/things/a", .body = large, .chunked = true});
  EXPECT_EQ(chunked.status, 413);
  EXPECT_EQ(chunked.code(), "api.body-too-large");
  const std::string deep = R"({"any":)" + std::string(45, '[');
  EXPECT_EQ(put(deep + std::string(45, ']') + "}").status, 422);
  std::vector<Error> faults;
  const std::string deeper(100'000, '[');
  const auto read = read_json(deeper + std::string(100'000, ']'), Schema(), faults);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, kBadBody);
}

TEST_F(Server, answers_only_with_what_is_described) {
  failure_ = Error{ErrorCode{"test.gone", ErrorClass::NotFound}, "it is gone", "shelf 3", "look elsewhere"};
  const Got gone = get("/things/a");
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(gone.json()["code"], "test.gone");
  EXPECT_EQ(gone.json()["what"], "it is gone");
  EXPECT_EQ(gone.json()["where"], "shelf 3");
  EXPECT_EQ(gone.json()["remedy"], "look elsewhere");
  EXPECT_EQ(gone.json()["detail"], "it is gone (shelf 3); look elsewhere");
  failure_ = Error{ErrorCode{"test.damaged", ErrorClass::Malformed}, "it is damaged", {}, {}};
  EXPECT_EQ(get("/things/a").status, 500) << "422 is not described";
  failure_.reset();
  status_ = 204;
  EXPECT_EQ(get("/things/a").code(), "api.internal");
}

TEST_F(Server, tells_browsers_not_to_misuse_what_it_says) {
  for (const Got& got : {get("/things/a"), get("/nothing"), send(*server_, {.target = "/things/a", .may = ""})}) {
    EXPECT_EQ(got.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(got.header("Cache-Control"), "no-store");
    EXPECT_THAT(got.header("Content-Security-Policy"), HasSubstr("default-src 'none'"));
    EXPECT_EQ(got.header("X-Frame-Options"), "DENY");
  }
}

TEST_F(Server, records_every_change_and_every_look_at_content) {
  EXPECT_EQ(get("/things/a").status, 200);
  EXPECT_EQ(put(R"({"state":"started"})").status, 200);
  EXPECT_EQ(get("/secret").body, "hush");
  EXPECT_THAT(gatekeeper_.acts,
              testing::ElementsAre("ada/test thing.change /things/a", "ada/test thing.look /secret"));
  gatekeeper_.deaf = true;
  EXPECT_EQ(get("/secret").code(), "api.internal") << "nobody would know who has seen it";
}

TEST_F(Server, records_what_it_begins_where_change_and_record_are_not_one_commit) {
  const auto remove = [&](const std::string& query) {
    return send(*server_, {.method = "DELETE", .target = "/things/a" + query});
  };
  EXPECT_EQ(remove("").status, 200);
  EXPECT_EQ(remove("?dry-run=true").status, 200);
  failure_ = Error{ErrorCode{"test.gone", ErrorClass::NotFound}, "gone", {}, {}};
  EXPECT_EQ(remove("").status, 404);
  const std::string act = "ada/test thing.remove /things/a";
  EXPECT_THAT(gatekeeper_.acts,
              testing::ElementsAre(act + " begun", act, act + "?dry-run=true", act + " begun", act + " refused"));
  failure_.reset();
  removed_ = 0;
  gatekeeper_.deaf = true;
  EXPECT_EQ(remove("").code(), "api.internal");
  EXPECT_EQ(removed_, 0) << "what cannot be recorded is not begun";
}

TEST_F(Server, writes_text_that_is_not_utf8_so_that_json_stays_json) {
  failure_ = Error{ErrorCode{"test.gone", ErrorClass::NotFound}, "there is no '\xff\xfe\r\n'", {}, {}};
  EXPECT_EQ(get("/things/a").json()["status"], 404);
}

class Descriptions : public testing::Test {
 protected:
  std::string with(const std::string& from, const std::string& to) const {
    std::string text = described();
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  }
  std::string error_of(const std::string& text,
                       std::vector<std::string> ids = {"open", "secret", "show", "change", "remove"}) {
    Actions actions;
    for (const std::string& id : ids) {
      actions[id] = [](Call&) -> Result<net::HttpResponse> { return net::HttpResponse{}; };
    }
    const auto made = api::Server::create(text, std::move(actions), gatekeeper_);
    return made ? std::string() : made.error().to_string();
  }
  WordGatekeeper gatekeeper_;
};

TEST_F(Descriptions, say_nothing_that_nobody_enforces) {
  EXPECT_EQ(error_of(described()), "");
  EXPECT_THAT(error_of(with("maxItems: 2,", "uniqueItems: true,")), HasSubstr("uniqueItems"));
  EXPECT_THAT(error_of(with("x-permission: view", "x-permission: everything")), HasSubstr("everything"));
  EXPECT_THAT(error_of(with("x-permission: view", "x-other: view")), HasSubstr("who may"));
  EXPECT_THAT(error_of(with("      x-audit: thing.look\n", "")), HasSubstr("x-audit"));
  EXPECT_THAT(error_of(with("in: header", "in: cookie")), HasSubstr("cookie"));
  EXPECT_THAT(error_of(with("schemas/State'", "schemas/Other'")), HasSubstr("refers to nothing"));
  EXPECT_THAT(error_of(with("{type: string, enum: [started, stopped]}", "{$ref: '#/components/schemas/Other'}")),
              HasSubstr("refers to nothing"));
  EXPECT_THAT(error_of(with("any: {}", "any: {type: object, properties: {a: {$ref: '#/components/schemas/Loop'}}}\n")
                           .append("    Loop: {type: array, items: {$ref: '#/components/schemas/Loop'}}\n")),
              HasSubstr("circle"));
  EXPECT_THAT(error_of("{ a: ["), HasSubstr("api.bad-description"));
}

TEST_F(Descriptions, name_what_there_is_and_nothing_else) {
  EXPECT_THAT(error_of(described(), {"open", "secret", "show", "remove"}), HasSubstr("change"));
  EXPECT_THAT(error_of(described(), {"open", "secret", "show", "change", "remove", "more"}), HasSubstr("more"));
}

TEST(Utf8, is_told_from_other_octets) {
  for (const char* good : {"", "a", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  for (const char* bad : {"\x80", "\xC3", "\xC0\x80", "\xE2\x82", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF8\x88\x80\x80\x80", "a\xFF"}) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
  }
  EXPECT_EQ(characters("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"), 4U);
}

}  // namespace
}  // namespace sealgate::api::tests
