#pragma once
// Whether the key that a server shows is the one it must have. Asked by libcurl before anything of ours is told.

#include <curl/curl.h>

#include <optional>
#include <string>

#include "adapters/sftp/server.h"
#include "base/error.h"

namespace sealgate::adapters::sftp {

class HostKeyCheck {
 public:
  /// `server` must outlive it.
  explicit HostKeyCheck(const Server& server) : server_(server) {}
  /// For the next transfer of `easy`, which must not outlive this. adapter.sftp.host-key-unknown when there is
  /// nothing to compare with.
  Result<> install(CURL* easy);
  /// Why the last key was refused.
  const std::optional<Error>& refusal() const { return refusal_; }

 private:
  static int judge(void* self, int type, const char* key, std::size_t size);
  static int judge_known(CURL* easy, const curl_khkey* known, const curl_khkey* found, curl_khmatch match,
                         void* self);
  void refuse(ErrorCode code, const char* what, const char* remedy, const std::string& type,
              const std::string& fingerprint);

  const Server& server_;
  std::optional<Error> refusal_;
};

/// "SHA256:" and the digest of a public key in SSH's wire format, in base64 without padding.
std::string fingerprint_of(ByteView key);

}  // namespace sealgate::adapters::sftp
