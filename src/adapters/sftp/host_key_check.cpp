#include "adapters/sftp/host_key_check.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "adapters/sftp/errors.h"
#include "crypto/digest.h"
#include "mime/base64.h"

namespace sealgate::adapters::sftp {
namespace {

/// The name of its algorithm, which a key in wire format begins with (RFC 4253, 6.6).
std::string type_of(ByteView key) {
  constexpr std::size_t kLongest = 64;
  if (key.size() < 4) return "unknown";
  const std::size_t size = (static_cast<std::size_t>(key[0]) << 24U) | (static_cast<std::size_t>(key[1]) << 16U) |
                           (static_cast<std::size_t>(key[2]) << 8U) | static_cast<std::size_t>(key[3]);
  if (size > kLongest || size > key.size() - 4) return "unknown";
  const std::string_view name = as_text(key.subspan(4, size));
  const bool printable = std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7F; });
  return printable ? std::string(name) : "unknown";
}

}  // namespace

std::string fingerprint_of(ByteView key) {
  const auto digest = crypto::digest(crypto::DigestAlgorithm::Sha256, key);
  if (!digest) return {};
  std::string text = "SHA256:" + mime::base64_encode(digest->view());
  text.resize(text.find_last_not_of("=\r\n") + 1);
  return text;
}

Result<> HostKeyCheck::install(CURL* easy) {
  refusal_.reset();
  const HostKeys& keys = server_.host_keys;
  if (!keys.check || !keys.fingerprints.empty()) {
    curl_easy_setopt(easy, CURLOPT_SSH_HOSTKEYFUNCTION, &HostKeyCheck::judge);
    curl_easy_setopt(easy, CURLOPT_SSH_HOSTKEYDATA, this);
    return {};
  }
  // libcurl would go on with an empty list, which refuses everybody without saying why.
  if (keys.known_hosts.empty() || ::access(keys.known_hosts.c_str(), R_OK) != 0) {
    return fail(kHostKeyUnknown, "the list of known host keys cannot be read", keys.known_hosts,
                "create it, for example from `ssh-keyscan` after comparing the fingerprints with the partner");
  }
  curl_easy_setopt(easy, CURLOPT_SSH_KNOWNHOSTS, keys.known_hosts.c_str());
  curl_easy_setopt(easy, CURLOPT_SSH_KEYFUNCTION, &HostKeyCheck::judge_known);
  curl_easy_setopt(easy, CURLOPT_SSH_KEYDATA, this);
  return {};
}

void HostKeyCheck::refuse(ErrorCode code, const char* what, const char* remedy, const std::string& type,
                          const std::string& fingerprint) {
  refusal_ = Error{code, std::string(what) + ": it shows " + fingerprint + " (" + type + ")", server_.url(), remedy};
}

int HostKeyCheck::judge(void* self, int, const char* key, std::size_t size) {
  auto& check = *static_cast<HostKeyCheck*>(self);
  const HostKeys& keys = check.server_.host_keys;
  if (!keys.check) return CURLKHMATCH_OK;
  const ByteView bytes = as_bytes(std::string_view(key, size));
  const std::string shown = fingerprint_of(bytes);
  if (!shown.empty() && std::ranges::find(keys.fingerprints, shown) != keys.fingerprints.end()) return CURLKHMATCH_OK;
  check.refuse(kHostKeyUnknown, "the server's key is none of those in host_keys",
               "ask the partner by another way whether it is theirs; if so, add it to host_keys", type_of(bytes),
               shown);
  return CURLKHMATCH_MISMATCH;
}

int HostKeyCheck::judge_known(CURL*, const curl_khkey*, const curl_khkey* found, curl_khmatch match, void* self) {
  if (match == CURLKHMATCH_OK) return CURLKHSTAT_FINE;
  auto& check = *static_cast<HostKeyCheck*>(self);
  const std::size_t size = found->len != 0 ? found->len : std::strlen(found->key);
  const ByteView bytes = as_bytes(std::string_view(found->key, size));
  if (match == CURLKHMATCH_MISMATCH) {
    check.refuse(kHostKeyChanged, "the server's key is another one than in known_hosts: somebody may be in between",
                 "ask the partner by another way whether they changed it; if so, replace it in the file",
                 type_of(bytes), fingerprint_of(bytes));
  } else {
    check.refuse(kHostKeyUnknown, "known_hosts does not know the server",
                 "ask the partner by another way whether the key is theirs; if so, add it to the file",
                 type_of(bytes), fingerprint_of(bytes));
  }
  return CURLKHSTAT_REJECT;
}

}  // namespace sealgate::adapters::sftp
