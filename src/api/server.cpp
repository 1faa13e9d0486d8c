#include "api/server.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "api/errors.h"
#include "api/problem.h"
#include "base/log.h"

namespace sealgate::api {

/// What is known of a request when its head was checked.
struct Server::Work {
  Route route;
  access::Principal caller = access::Principal::local({});  ///< nobody may be asked of an open operation
  std::string accepted;
  Parameters parameters;
  const BodyType* body_type = nullptr;
};

namespace {

Error too_large(const Operation& operation) {
  return Error{kBodyTooLarge, "the body is larger than " + std::to_string(operation.max_body) + " bytes", "body",
               "send less at a time"};
}

/// The permission that would have been enough, for the remedy.
std::string wanted(const Operation& operation) {
  std::string words;
  for (const Permission one : operation.permissions)
    words += (words.empty() ? "" : " or ") + std::string(to_string(one));
  return words;
}

std::optional<Error> error_of(const Result<net::HttpResponse>& result) {
  return result ? std::nullopt : std::optional(result.error());
}

}  // namespace

/// Gathers the body, of which there may be at most so much.
class Server::Exchange final : public net::HttpExchange {
 public:
  Exchange(Server& server, net::HttpRequest request, Work work)
      : server_(server), request_(std::move(request)), work_(std::move(work)) {}
  ~Exchange() override { server_.held_ -= body_.size(); }

  std::optional<net::HttpResponse> write(ByteView block) override {
    const Operation& operation = *work_.route.operation;
    if (body_.size() + block.size() > operation.max_body) return refuse(&operation, too_large(operation));
    if ((server_.held_ += block.size()) > server_.options_.max_held) {
      server_.held_ -= block.size();
      return refuse(&operation, {kTooManyRequests, "too much is being sent at a time", {}, "try again later"});
    }
    body_.append(as_text(block));
    return std::nullopt;
  }

  net::HttpResponse finish() override {
    std::string body;
    server_.held_ -= body_.size();
    body.swap(body_);
    return server_.run(request_, std::move(work_), std::move(body));
  }

 private:
  Server& server_;
  net::HttpRequest request_;
  Work work_;
  std::string body_;
};

Server::Server(Description description, Actions actions, Gatekeeper& gatekeeper, ServerOptions options)
    : description_(std::move(description)),
      actions_(std::move(actions)),
      gatekeeper_(gatekeeper),
      options_(options) {}

Result<std::unique_ptr<Server>> Server::create(std::string_view text, Actions actions, Gatekeeper& gatekeeper,
                                               ServerOptions options) {
  SG_TRY_ASSIGN(Description description, Description::read(text));
  const auto bad = [](const std::string& what, const std::string& where) {
    return fail(kBadDescription, what, where, "this is a defect of the program");
  };
  for (const Operation& operation : description.operations) {
    if (!actions.contains(operation.id)) return bad("nothing does this operation", operation.id);
  }
  for (const auto& [id, action] : actions) {
    if (std::ranges::find(description.operations, id, &Operation::id) == description.operations.end()) {
      return bad("this operation is not described", id);
    }
  }
  return std::unique_ptr<Server>(new Server(std::move(description), std::move(actions), gatekeeper, options));
}

net::HttpResponse Server::refuse(const Operation* operation, const Error& error, const std::vector<Error>& faults,
                                 std::chrono::seconds wait) {
  int status = status_of(error.code);
  if (operation != nullptr && !operation->documents(status)) {
    // Reading something that turns out to be damaged, for example.
    log(LogLevel::Error, "an operation of the API failed as it should not",
        {{"operation", operation->id}, {"reason", error.to_string()}});
    status = 500;
  }
  net::HttpResponse response = problem_of(status, error, faults, wait);
  if (error.code == kMethodNotAllowed) response.headers.add("Allow", error.where);
  add_security_headers(response);
  return response;
}

Result<> Server::admit(const net::HttpRequest& request, const access::Principal* who,
                       std::chrono::seconds& wait) const {
  const auto pause = gatekeeper_.admit(request, who);
  if (pause <= std::chrono::milliseconds(0)) return {};
  wait = std::chrono::ceil<std::chrono::seconds>(pause);
  return fail(kTooManyRequests, "too many requests in a short time", who == nullptr ? std::string() : who->who(),
              "wait " + std::to_string(wait.count()) + " s, and ask less often");
}

Result<Server::Work> Server::check(const net::HttpRequest& request, std::chrono::seconds& wait) const {
  Work work;
  SG_TRY_ASSIGN(work.route, router_.find(request.method, request.target));
  const Operation& operation = *work.route.operation;
  if (operation.open_to_all) {
    SG_TRY(admit(request, nullptr, wait));
  } else {
    auto caller = gatekeeper_.identify(request);
    SG_TRY(admit(request, caller ? &*caller : nullptr, wait));
    if (!caller) return fail(caller.error());
    work.caller = std::move(*caller);
    const auto& any = operation.permissions;
    if (!any.empty() && std::ranges::none_of(any, [&](Permission one) { return work.caller.allows(one); })) {
      return fail(kForbidden, work.caller.who() + " may not do this", operation.id,
                  "somebody with the permission " + wanted(operation) + " may");
    }
  }
  SG_TRY_ASSIGN(work.accepted, negotiate(operation, request));
  SG_TRY_ASSIGN(work.parameters, read_parameters(operation, work.route.values, request));
  if (request.has_body()) {
    if (operation.bodies.empty()) return fail(kBadBody, "this operation takes no body", "body", "leave it out");
    SG_TRY_ASSIGN(work.body_type, body_type_of(operation, request));
    if (request.content_length.value_or(0) > operation.max_body) return fail(too_large(operation));
  } else if (operation.body_required) {
    return fail(kBadBody, "the body is missing", "body", "send " + operation.bodies.front().media_type);
  }
  return work;
}

net::HttpBegin Server::begin(net::HttpRequest request) {
  if (!request.target.starts_with(description_.base_path + "/") && options_.others != nullptr) {
    return options_.others->begin(std::move(request));
  }
  std::chrono::seconds wait(5);
  auto work = check(request, wait);
  if (!work) {
    const auto route = router_.find(request.method, request.target);
    return refuse(route ? route->operation : nullptr, work.error(), {}, wait);
  }
  return std::make_unique<Exchange>(*this, std::move(request), std::move(*work));
}

std::string Server::subject_of(const net::HttpRequest& request) const {
  return request.target.substr(description_.base_path.size());
}

void Server::note_change(const access::Principal& who, const Act& act) const {
  if (const auto noted = gatekeeper_.record(who, act); !noted) {
    log(LogLevel::Error, "a change was made and cannot be recorded",
        {{"by", who.who()}, {"action", act.action}, {"reason", noted.error().to_string()}});
  }
}

net::HttpResponse Server::run(const net::HttpRequest& request, Work work, std::string body) const {
  const Operation& operation = *work.route.operation;
  Call call{operation,     request, work.caller, std::move(work.parameters), {}, std::move(body), {},
            work.accepted, {},      false};
  if (work.body_type != nullptr) {
    call.body_type = work.body_type->media_type;
    if (call.body_type == "application/json") {
      auto json = read_json(call.body, work.body_type->schema, call.faults);
      if (!json) return refuse(&operation, json.error(), call.faults);
      call.json = std::move(*json);
    } else if (call.body_type == "application/yaml" && !is_utf8(call.body)) {
      return refuse(&operation, {kBadBody, "the body is no text in UTF-8", "body", "send it in UTF-8"});
    }
  }
  // What ends between the change and its record has left this.
  const bool begins = operation.recorded_begun && !call.parameters.flag("dry-run");
  if (begins || operation.recorded_before || operation.shows_content()) {
    const auto noted = gatekeeper_.record(work.caller, {operation.audit, subject_of(request), {}, begins});
    if (!noted) return refuse(&operation, noted.error());
  }
  auto result = actions_.at(operation.id)(call);
  if (operation.changes() && !operation.records_itself && !operation.recorded_before && !(result && call.recorded))
    note_change(work.caller, {operation.audit, subject_of(request), error_of(result)});
  if (!result) return refuse(&operation, result.error(), call.faults);
  if (result->later == nullptr && !operation.documents(result->status)) {
    return refuse(&operation, {kInternal, "an answer is not as described", operation.id, "report this"});
  }
  add_security_headers(*result);
  return std::move(*result);
}

}  // namespace sealgate::api
