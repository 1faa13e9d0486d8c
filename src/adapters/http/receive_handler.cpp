#include "adapters/http/receive_handler.h"

#include <algorithm>

#include "adapters/http/errors.h"
#include "adapters/http/mime_fields.h"
#include "base/log.h"
#include "base/text.h"
#include "net/http_problem.h"

namespace sealgate::adapters::http {

namespace {

using net::HttpResponse;

HttpResponse try_again(std::chrono::seconds after) {
  HttpResponse response = net::problem(503, kNotNow, "nothing can be taken now, try again");
  response.headers.add("Retry-After", std::to_string(after.count()));
  return response;
}

/// For an error of the submitter: nothing was kept.
HttpResponse from_error(const Error& error, const HttpLocation& location, std::chrono::seconds retry_after) {
  // "Not now" holds for every request for a while, and the submitter has said why once.
  const bool not_now = error.code.error_class == ErrorClass::Transport;
  log(not_now ? LogLevel::Debug : LogLevel::Warning, "an HTTP request was not taken",
      {{"location", location.name}, {"reason", error.to_string()}});
  switch (error.code.error_class) {
    case ErrorClass::Transport:
    case ErrorClass::Environment:
    case ErrorClass::Conflict:
      return try_again(retry_after);
    case ErrorClass::NotFound:
      return net::problem(404, kNoLocation, "there is no such location");
    case ErrorClass::Usage:
    case ErrorClass::Malformed:
    case ErrorClass::Decrypt:
    case ErrorClass::Signature:
    case ErrorClass::Trust:
    case ErrorClass::Revocation:
    case ErrorClass::Policy:
      return net::problem(500, kNotAccepted, "the message was not accepted");
  }
  return net::problem(500, kNotAccepted, "the message was not accepted");
}

/// For ids that we made: no characters that JSON would escape. Anything else is dropped.
std::string json_safe(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') safe.push_back(c);
  }
  return safe;
}

HttpResponse accepted(const HttpLocation& location, const SubmitOutcome& outcome, const char* status) {
  HttpResponse response;
  response.status = 202;
  if (!location.return_message_id) return response;
  const std::string id = json_safe(outcome.message_id);
  response.headers.add("Sealgate-Message-Id", id);
  response.headers.add("Content-Type", "application/json");
  response.body = "{\"message_id\":\"" + id + "\",\"status\":\"" + status + "\"" +
                  (outcome.duplicate ? ",\"duplicate\":true}\n" : "}\n");
  return response;
}

HttpResponse from_outcome(const HttpLocation& location, const SubmitOutcome& outcome) {
  switch (outcome.kind) {
    case SubmitKind::Accepted:
      return accepted(location, outcome, "accepted");
    case SubmitKind::Suspended:
      // Who waits for a response must learn that none will come.
      if (location.suspend_failed_requests && !location.two_way) return accepted(location, outcome, "suspended");
      return net::problem(500, kNotAccepted, "the message was not accepted");
    case SubmitKind::AuthenticationFailed: {
      HttpResponse response = net::problem(401, kUnauthenticated, "the sender is not known here");
      // RFC 9110, 11.6.1 demands a challenge; ours is the signature or the client certificate of the message.
      response.headers.add("WWW-Authenticate", "Certificate realm=\"sealgate\"");
      return response;
    }
    case SubmitKind::Rejected:
      return net::problem(500, kNotAccepted, "the message was not accepted");
  }
  return net::problem(500, kNotAccepted, "the message was not accepted");
}

HttpResponse from_reply(const Reply& reply) {
  HttpResponse response;
  for (const ContextEntry& field : reply.headers) {
    // The server adds its own.
    const bool ours = iequals(field.name, "Date") || iequals(field.name, "Content-Length");
    if (!ours) response.headers.add(field.name, field.value);
  }
  response.body = reply.body;
  return response;
}

/// The stored form of an answer as HTTP: the header block of an entity becomes header fields.
Result<HttpResponse> make_answer(const Answer& answer) {
  HttpResponse response;
  std::uint64_t skip = 0;
  if (answer.form == BodyForm::MimeEntity) {
    EntityHeadReader reader;
    const auto pumped = answer.content->replay(reader);
    if (!reader.complete()) {
      if (!pumped) return fail(pumped.error());
      return fail(kBadMimeEntity, "the answer has no header block");
    }
    SG_TRY_ASSIGN(auto head, reader.head());
    response.headers = std::move(head.fields);
    skip = head.size;
  } else if (!answer.content_type.empty()) {
    response.headers.add("Content-Type", answer.content_type);
  }
  response.more_size = answer.content->size() - skip;
  response.more = [content = answer.content, skip](std::uint64_t offset, std::size_t most) {
    return content->read(skip + offset, most);
  };
  return response;
}

class LaterAnswer final : public net::LaterResponse {
 public:
  LaterAnswer(std::shared_ptr<PendingAnswer> pending, std::shared_ptr<const HttpLocation> location,
              std::string message_id, std::chrono::seconds retry_after)
      : pending_(std::move(pending)),
        location_(std::move(location)),
        message_id_(std::move(message_id)),
        retry_after_(retry_after) {}
  void on_ready(std::function<void()> ready) override { pending_->on_ready(std::move(ready)); }
  HttpResponse take() override {
    const Answer answer = pending_->take();
    if (answer.kind != Answer::Kind::Response) {
      log(LogLevel::Warning, "a request got no response",
          {{"location", location_->name}, {"message", message_id_}, {"reason", answer.reason}});
    }
    switch (answer.kind) {
      case Answer::Kind::Response:
        break;
      case Answer::Kind::Failed:
        return net::problem(500, kNoAnswer, "the request could not be answered");
      case Answer::Kind::TimedOut:
        return net::problem(504, kNoAnswer, "no response came in time");
      case Answer::Kind::Stopping:
        return try_again(retry_after_);
    }
    auto response = make_answer(answer);
    if (!response) {
      log(LogLevel::Error, "a response cannot be sent",
          {{"location", location_->name}, {"message", message_id_}, {"reason", response.error().to_string()}});
      return net::problem(500, kNoAnswer, "the request could not be answered");
    }
    if (location_->return_message_id) response->headers.add("Sealgate-Message-Id", json_safe(message_id_));
    return std::move(*response);
  }

 private:
  std::shared_ptr<PendingAnswer> pending_;
  std::shared_ptr<const HttpLocation> location_;
  std::string message_id_;
  std::chrono::seconds retry_after_;
};

/// "application/xml" by itself, by "application/*" or by "*/*".
bool is_taken(const HttpLocation& location, const std::string* content_type) {
  const auto& types = location.access.content_types;
  if (types.empty()) return true;
  const std::string type = content_type == nullptr ? std::string() : net::media_type(*content_type);
  return std::ranges::any_of(types, [&](std::string_view wanted) {
    if (wanted == "*/*" || wanted == type) return true;
    return wanted.ends_with("/*") && type.starts_with(wanted.substr(0, wanted.size() - 1));
  });
}

HttpResponse wrong_method() {
  HttpResponse response = net::problem(405, kMethod, "this location takes POST only");
  response.headers.add("Allow", "POST");
  return response;
}

HttpResponse wrong_type(const HttpLocation& location) {
  HttpResponse response = net::problem(415, kContentType, "this location does not take this type of content");
  std::string accepted;
  for (const std::string& type : location.access.content_types) accepted += (accepted.empty() ? "" : ", ") + type;
  response.headers.add("Accept", accepted);
  return response;
}

bool is_confidential(std::string_view name) {
  return iequals(name, "Authorization") || iequals(name, "Proxy-Authorization") || iequals(name, "Cookie");
}

ContextEntries make_context(const net::HttpRequest& request, const std::string& user, bool entity) {
  std::string lines;
  for (const net::HttpHeader& field : request.headers) {
    if (!is_confidential(field.name)) lines.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  ContextEntries context{{"BTS.InboundTransportType", "HTTP"},
                         {"BTS.InboundTransportLocation", request.path},
                         {"HTTP.HttpMethod", request.method},
                         {"HTTP.InboundHttpHeaders", std::move(lines)},
                         {"HTTP.RemoteAddress", request.remote_address},
                         {"HTTP.RequestPath", request.path},
                         {"HTTP.MimeEntity", entity ? "true" : "false"}};
  if (const std::string* type = request.headers.find("Content-Type")) context.push_back({"HTTP.ContentType", *type});
  if (!request.query.empty()) context.push_back({"HTTP.QueryString", request.query});
  if (!user.empty()) context.push_back({"BTS.WindowsUser", user});
  if (request.client_certificate) {
    context.push_back({"HTTP.ClientCertificateThumbprint", request.client_certificate->sha1_thumbprint});
    context.push_back({"HTTP.ClientCertificateSha256", request.client_certificate->sha256_thumbprint});
  }
  const std::string* given = request.headers.find("Sealgate-Delivery-Id");
  if (given == nullptr) given = request.headers.find("Message-ID");
  if (given != nullptr && !given->empty()) {
    std::string_view id = *given;
    if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
    context.push_back({"HTTP.DeliveryId", std::string(id)});
  }
  return context;
}

/// What a flavour knows better goes in front.
void replace(ContextEntries& context, ContextEntries better) {
  std::erase_if(context, [&better](const ContextEntry& entry) {
    return std::ranges::find(better, entry.name, &ContextEntry::name) != better.end();
  });
  for (ContextEntry& entry : better) context.push_back(std::move(entry));
}

class Exchange final : public net::HttpExchange {
 public:
  Exchange(Submitter& submitter, std::shared_ptr<const HttpLocation> location, SubmitRequest request,
           std::string head, std::chrono::seconds retry_after, std::function<void(const SubmitOutcome&)> observe)
      : submitter_(submitter),
        location_(std::move(location)),
        request_(std::move(request)),
        head_(std::move(head)),
        retry_after_(retry_after),
        observe_(std::move(observe)) {}

  std::optional<HttpResponse> write(ByteView block) override {
    if (!submission_) {
      // Only now: an empty body never becomes a message.
      auto begun = submitter_.begin(std::move(request_));
      if (!begun) return from_error(begun.error(), *location_, retry_after_);
      submission_ = std::move(*begun);
      const auto headed = submission_->write(as_bytes(head_));
      if (!headed) return from_error(headed.error(), *location_, retry_after_);
    }
    received_ += block.size();
    if (location_->max_body_bytes > 0 && received_ > location_->max_body_bytes) {
      return net::problem(413, kBodyTooLarge, "the body is larger than this location takes");
    }
    const auto written = submission_->write(block);
    if (!written) return from_error(written.error(), *location_, retry_after_);
    return std::nullopt;
  }

  HttpResponse finish() override {
    if (!submission_) return net::problem(400, kEmptyBody, "the body is empty");
    const auto finished = submission_->finish();
    if (!finished) return from_error(finished.error(), *location_, retry_after_);
    const auto outcome = submission_->commit();
    if (!outcome) return from_error(outcome.error(), *location_, retry_after_);
    if (!outcome->reason.empty()) {
      log(LogLevel::Warning, "an HTTP message failed",
          {{"location", location_->name}, {"message", outcome->message_id}, {"reason", outcome->reason}});
    }
    if (observe_) observe_(*outcome);
    if (outcome->reply != nullptr) return from_reply(*outcome->reply);
    if (outcome->answer == nullptr) return from_outcome(*location_, *outcome);
    HttpResponse response;
    response.later = std::make_shared<LaterAnswer>(outcome->answer, location_, outcome->message_id, retry_after_);
    return response;
  }

 private:
  Submitter& submitter_;
  std::shared_ptr<const HttpLocation> location_;  // may be removed or replaced meanwhile
  SubmitRequest request_;
  std::string head_;
  std::chrono::seconds retry_after_;
  std::function<void(const SubmitOutcome&)> observe_;
  std::unique_ptr<Submission> submission_;
  std::uint64_t received_ = 0;
};

}  // namespace

std::map<std::string, Error> ReceiveHandler::set_locations(std::vector<HttpLocation> locations) {
  std::map<std::string, std::shared_ptr<const HttpLocation>> by_path;
  std::map<std::string, Error> left_out;
  for (HttpLocation& location : locations) {
    if (!location.path.starts_with('/')) {
      left_out.insert_or_assign(location.name, Error(kBadPath, "the path of an HTTP location must start with /",
                                                     location.name, "write /orders, for example"));
    } else if (const auto taken = by_path.find(location.path); taken != by_path.end()) {
      left_out.insert_or_assign(
          location.name, Error(kPathTaken, "the path " + location.path + " belongs to another location",
                               location.name, "choose another path, or remove location " + taken->second->name));
    } else {
      std::string path = location.path;
      by_path.emplace(std::move(path), std::make_shared<const HttpLocation>(std::move(location)));
    }
  }
  const std::lock_guard lock(mutex_);
  by_path_.swap(by_path);
  return left_out;
}

std::shared_ptr<const HttpLocation> ReceiveHandler::find(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : found->second;
}

net::HttpBegin ReceiveHandler::begin(net::HttpRequest request) {
  auto location = find(request.path);
  if (!location) {
    if (fallback_ != nullptr) return fallback_->begin(std::move(request));
    return net::problem(404, kNoLocation, "there is no such location");
  }
  const auto flavour = location->flavour;
  if (flavour == nullptr && request.method != "POST") return wrong_method();
  auto admission = access_.admit(request, *location);
  if (admission.refusal) return std::move(*admission.refusal);
  if (flavour == nullptr) return begin_at(std::move(location), {std::move(request), {}, {}}, admission.user);
  return flavour->begin(
      std::move(request),
      [this, location = std::move(location), user = admission.user](FlavouredRequest flavoured) -> net::HttpBegin {
        if (flavoured.request.method != "POST") return wrong_method();
        return begin_at(location, std::move(flavoured), user);
      });
}

net::HttpBegin ReceiveHandler::begin_at(std::shared_ptr<const HttpLocation> location, FlavouredRequest flavoured,
                                        const std::string& user) {
  const net::HttpRequest& request = flavoured.request;
  const std::string* coding = request.headers.find("Content-Encoding");
  if (coding != nullptr && !iequals(*coding, "identity")) {
    HttpResponse response = net::problem(415, kContentCoding, "send the body without Content-Encoding");
    response.headers.add("Accept-Encoding", "identity");
    return response;
  }
  if (!request.has_body()) return net::problem(400, kEmptyBody, "the body is empty");
  if (location->max_body_bytes > 0 && request.content_length.value_or(0) > location->max_body_bytes) {
    return net::problem(413, kBodyTooLarge, "the body is larger than this location takes");
  }
  // What they mean for the entity must not depend on which one a reader takes.
  const auto is_type = [](const net::HttpHeader& field) { return iequals(field.name, "Content-Type"); };
  if (std::ranges::count_if(request.headers, is_type) > 1) {
    return net::problem(400, kAmbiguousHeader, "there is more than one Content-Type");
  }
  const std::string* type = request.headers.find("Content-Type");
  const bool entity = location->mime_headers == MimeHeaders::Always ||
                      (location->mime_headers == MimeHeaders::Auto && type != nullptr && is_entity_type(*type));
  if (!is_taken(*location, type)) return wrong_type(*location);
  SubmitRequest submit{location->name, make_context(request, user, entity), {}};
  replace(submit.context, std::move(flavoured.context));
  return std::make_unique<Exchange>(submitter_, std::move(location), std::move(submit),
                                    entity ? make_entity_head(request.headers) : std::string(), retry_after_,
                                    std::move(flavoured.observe));
}

}  // namespace sealgate::adapters::http
