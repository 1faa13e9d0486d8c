#pragma once
// The operations of openapi.yaml, asked of a gateway by HTTPS, or of the same functions in this process over an
// opened store. Whoever asks cannot tell which: answers, errors and their codes are the same.

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/place.h"
#include "net/http_headers.h"

namespace sealgate::cli {

using Json = nlohmann::ordered_json;

/// `text` for one segment of a path, or for a value of a query.
std::string percent_encoded(std::string_view text);

struct ApiRequest {
  std::string method = "GET";
  std::string path = {};  ///< "/messages", below the API; names in it are percent_encoded()
  std::vector<std::pair<std::string, std::string>> query = {};
  std::string body = {};
  std::string body_type = "application/json";
  std::string accept = "application/json";
  std::string if_match = {};
};

struct ApiAnswer {
  int status = 0;
  net::HttpHeaders headers = {};
  std::string body = {};
};

/// Not thread-safe.
class ApiClient {
 public:
  /// A gateway, or the store, as `place` says. net.bad-url, cli.no-token, cli.other-certificate; what opening a store
  /// says.
  static Result<std::unique_ptr<ApiClient>> open(const Place& place);
  virtual ~ApiClient() = default;
  ApiClient(const ApiClient&) = delete;
  ApiClient& operator=(const ApiClient&) = delete;

  /// Any 2xx answer. A problem is its error, with the code and the class that the gateway gave it, and all its
  /// `faults` when it names several; cli.bad-answer for what is no answer of an API.
  Result<ApiAnswer> send(const ApiRequest& request, std::vector<Error>* faults = nullptr);
  /// Its JSON.
  Result<Json> json(const ApiRequest& request, std::vector<Error>* faults = nullptr);
  /// Up to `limit` items of a list, over as many pages as it takes. `more`: there are others.
  Result<std::vector<Json>> items(ApiRequest request, std::size_t limit, bool& more);
  /// The same from `cursor` on; empty: from the start. It becomes that of the next ones; empty: there are none.
  Result<std::vector<Json>> items(ApiRequest request, std::size_t limit, std::string& cursor);

 protected:
  ApiClient() = default;

 private:
  virtual Result<ApiAnswer> exchange(const ApiRequest& request, const std::string& target) = 0;
};

/// An error as the API tells it; `status` of its answer counts where it does not say its class.
Error error_of(const Json& fault, int status = 422);

/// One step of a path.
inline std::string segment(std::string_view text) {
  return "/" + percent_encoded(text);
}

}  // namespace sealgate::cli
