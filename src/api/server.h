#pragma once
// The API as a handler of net/http_server.h. Each request goes the same way: which operation; who asks, and may they;
// what they accept; the parameters; the body and its type, size and form. Only then the function that does it is
// called, and its answer goes out with headers that keep browsers from misusing it. An answer with a status that the
// description does not name is a defect: it becomes a 500 and is logged.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "api/call.h"
#include "api/router.h"
#include "net/http_server.h"

namespace sealgate::api {

/// Does one operation; thread-safe.
using Action = std::function<Result<net::HttpResponse>(Call& call)>;
/// By operationId.
using Actions = std::map<std::string, Action>;

struct ServerOptions {
  /// Bytes of bodies that are held at a time, over all requests; past it 429.
  std::uint64_t max_held = std::uint64_t{64} * 1024 * 1024;
  /// Paths outside of the API (the console); nullptr: 404. Outlives the server.
  net::HttpHandler* others = nullptr;
};

class Server final : public net::HttpHandler {
 public:
  /// api.bad-description when an operation has no action, or an action no operation.
  static Result<std::unique_ptr<Server>> create(std::string_view description, Actions actions, Gatekeeper& gatekeeper,
                                                ServerOptions options = {});
  net::HttpBegin begin(net::HttpRequest request) override;
  const Description& description() const { return description_; }

 private:
  class Exchange;
  struct Work;
  Server(Description description, Actions actions, Gatekeeper& gatekeeper, ServerOptions options);
  Result<Work> check(const net::HttpRequest& request, std::chrono::seconds& wait) const;
  Result<> admit(const net::HttpRequest& request, const access::Principal* who, std::chrono::seconds& wait) const;
  net::HttpResponse run(const net::HttpRequest& request, Work work, std::string body) const;
  std::string subject_of(const net::HttpRequest& request) const;
  void note_change(const access::Principal& who, const Act& act) const;
  static net::HttpResponse refuse(const Operation* operation, const Error& error,
                                  const std::vector<Error>& faults = {},
                                  std::chrono::seconds wait = std::chrono::seconds(5));

  const Description description_;
  const Router router_{description_};
  const Actions actions_;
  Gatekeeper& gatekeeper_;
  const ServerOptions options_;
  std::atomic<std::uint64_t> held_{0};
};

}  // namespace sealgate::api
