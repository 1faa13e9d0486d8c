#include "io/secret_source.h"

#include <algorithm>
#include <cstdlib>

namespace sealgate::io {
namespace {

using Kind = PrivateFileFailure::Kind;

constexpr std::string_view kFile = "file:";
constexpr std::string_view kCredential = "credential:";

tl::unexpected<SecretFailure> refuse(Kind kind, std::string what, std::string place) {
  return tl::unexpected(SecretFailure{kind, std::move(what), std::move(place)});
}

/// `path` becomes that of the file.
tl::expected<Secret, SecretFailure> read_whole(std::string& path, std::size_t limit) {
  auto owner = PrivateFileOwner::Caller;
  if (path.starts_with(kFile)) {
    path = path.substr(kFile.size());
    if (path.starts_with("//")) path = path.substr(2);
  } else if (path.starts_with(kCredential)) {
    const std::string name = path.substr(kCredential.size());
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe): never set here
    if (folder == nullptr || name.empty() || name.find('/') != std::string::npos) {
      return refuse(Kind::Missing, "is not there", path);
    }
    path = std::string(folder) + "/" + name;
    owner = PrivateFileOwner::System;
  }
  if (!path.starts_with('/')) return refuse(Kind::Missing, "needs an absolute path", path);
  auto content = read_private_file(path, limit, owner);
  if (!content) return refuse(content.error().kind, content.error().what, path);
  if (content->empty()) return refuse(Kind::Missing, "is empty", path);
  return std::move(*content);
}

}  // namespace

tl::expected<Secret, SecretFailure> read_secret(const std::string& source, std::size_t limit) {
  std::string path = source;
  auto content = read_whole(path, limit);
  if (!content) return content;
  const std::string_view text = content->text();
  content->resize(std::min(text.find_first_of("\r\n"), text.size()));
  if (content->empty()) return refuse(Kind::Missing, "is empty", path);
  return std::move(*content);
}

tl::expected<Secret, SecretFailure> read_secret_file(const std::string& source, std::size_t limit) {
  std::string path = source;
  return read_whole(path, limit);
}

bool is_secret_source(std::string_view text) {
  if (text.starts_with(kFile)) return text.substr(kFile.size()).starts_with('/');
  const bool named = text.starts_with(kCredential) && text.size() > kCredential.size();
  return named && text.find('/') == std::string_view::npos;
}

}  // namespace sealgate::io
