// The operations of the API in this process, over an opened store: the same checks and the same functions, as the
// user who runs the command, who is asked for no permission.

#include "api/operations/operations.h"
#include "cli/api_transports.h"
#include "cli/audit_trail.h"
#include "cli/errors.h"
#include "cli/version.h"

namespace sealgate::cli {
namespace {

class LocalGatekeeper final : public api::Gatekeeper {
 public:
  explicit LocalGatekeeper(store::Store& store) : store_(store) {}
  Result<access::Principal> identify(const net::HttpRequest&) override { return local_principal(); }
  std::chrono::milliseconds admit(const net::HttpRequest&, const access::Principal*) override { return {}; }
  Result<> record(const access::Principal&, const api::Act& act) override {
    return cli::record(store_, {{act.action, act.subject, {}, {}, {}}}, act.outcome());
  }

 private:
  store::Store& store_;
};

class InProcess final : public ApiClient {
 public:
  InProcess(std::unique_ptr<store::Store> store, const StoreChoice& choice)
      : store_(std::move(store)),
        services_(
            std::make_shared<api::Services>(*store_, api::ServiceOptions{{choice.data, choice.url}, kVersion, {}})),
        live_{std::make_shared<api::StatusBoard>(services_), nullptr},
        gate_(store_->access(), store_->clock()),
        gatekeeper_(*store_) {
    live_.events = std::make_shared<api::EventHub>([board = live_.board] { return board->look(); });
  }
  ~InProcess() override { live_.events->stop(); }
  InProcess(const InProcess&) = delete;
  InProcess& operator=(const InProcess&) = delete;

  Result<> start() {
    SG_TRY_ASSIGN(server_, api::Server::create(api::description_text(), api::make_actions(services_, live_, gate_),
                                               gatekeeper_));
    return {};
  }

 private:
  Result<ApiAnswer> exchange(const ApiRequest& request, const std::string& target) override {
    net::HttpRequest asked;
    asked.method = request.method;
    asked.target = target;
    asked.path = target.substr(0, target.find('?'));
    if (const auto mark = target.find('?'); mark != std::string::npos) asked.query = target.substr(mark + 1);
    asked.headers.add("Accept", request.accept);
    if (!request.if_match.empty()) asked.headers.add("If-Match", request.if_match);
    if (!request.body.empty()) {
      asked.headers.add("Content-Type", request.body_type);
      asked.content_length = request.body.size();
    }
    auto begun = server_->begin(std::move(asked));
    net::HttpResponse answer;
    if (auto* at_once = std::get_if<net::HttpResponse>(&begun)) {
      answer = std::move(*at_once);
    } else {
      auto& open = *std::get<std::unique_ptr<net::HttpExchange>>(begun);
      auto early = request.body.empty() ? std::nullopt : open.write(as_bytes(request.body));
      answer = early ? std::move(*early) : open.finish();
    }
    for (std::uint64_t at = 0; answer.more && at < answer.more_size;) {
      SG_TRY_ASSIGN(const Bytes block, answer.more(at, std::size_t{256} * 1024));
      if (block.empty()) return fail(kBadAnswer, "the answer ends too soon", target, "try again");
      answer.body.append(as_text(block));
      at += block.size();
    }
    return ApiAnswer{answer.status, std::move(answer.headers), std::move(answer.body)};
  }

  std::unique_ptr<store::Store> store_;
  std::shared_ptr<api::Services> services_;
  api::Live live_;
  access::Gate gate_;
  LocalGatekeeper gatekeeper_;
  std::unique_ptr<api::Server> server_;
};

}  // namespace

Result<std::unique_ptr<ApiClient>> open_in_process(const StoreChoice& choice) {
  SG_TRY_ASSIGN(auto store, open_chosen_store(choice, false));
  auto client = std::make_unique<InProcess>(std::move(store), choice);
  SG_TRY(client->start());
  return client;
}

}  // namespace sealgate::cli
