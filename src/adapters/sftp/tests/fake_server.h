#pragma once
// A server in memory that loses its connection at whatever call it is told to, before or after it did what was asked.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "adapters/sftp/errors.h"
#include "adapters/sftp/remote.h"

namespace sealgate::adapters::sftp::tests {

class FakeServer {
 public:
  struct File {
    std::string content;
    std::int64_t modified = 0;
  };
  enum class Lost { Nothing, Request, Answer };

  std::map<std::string, File> files;  ///< by path
  std::vector<std::string> listed;    ///< names that it lists besides those of its files
  std::int64_t now = 1'000;
  int calls = 0;
  int logins = 0;
  int cut_at = 0;  ///< number of the call that fails
  Lost lost = Lost::Nothing;
  bool overwrites = false;  ///< a rename replaces what is there
  bool refuses_rename = false;
  bool refuses_remove = false;
  std::string closed_folder = "nowhere";               ///< nothing gets a name in it
  std::uint64_t quota = ~std::uint64_t{0};             ///< bytes of one file; the rest vanishes without a word
  std::function<void(const std::string&)> on_call;     ///< before each call: its name and path
  std::function<void(const std::string&)> on_renamed;  ///< the new name

  Connect connect();
  void put(const std::string& path, const std::string& content) { files[path] = {content, now}; }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& [path, file] : files) all.push_back(path);
    return all;
  }
};

class FakeRemote final : public Remote {
 public:
  explicit FakeRemote(FakeServer& server) : server_(server) {}

  Result<> list(const std::string& folder, const std::function<void(std::string_view)>& take) override {
    SG_TRY(arrive("list " + folder));
    for (const auto& [path, file] : server_.files) {
      if (path.starts_with(folder + "/")) take(std::string_view(path).substr(folder.size() + 1));
    }
    for (const std::string& name : server_.listed) take(name);
    return answer();
  }
  Result<std::optional<RemoteFile>> status(const std::string& path) override {
    SG_TRY(arrive("status " + path));
    SG_TRY(answer());
    const auto found = server_.files.find(path);
    if (found == server_.files.end()) return std::nullopt;
    return RemoteFile{found->second.content.size(), found->second.modified, true};
  }
  Result<> read(const std::string& path, Sink& sink) override {
    SG_TRY(arrive("read " + path));
    const auto found = server_.files.find(path);
    if (found == server_.files.end()) return fail(kNotFound, "no such file", path);
    const std::string content = found->second.content;
    const bool half = is_cut();
    SG_TRY(sink.write(as_bytes(std::string_view(content).substr(0, half ? content.size() / 2 : content.size()))));
    return answer();
  }
  Result<> write(const std::string& path, std::uint64_t, const std::function<Result<>(Sink&)>& pump) override {
    SG_TRY(arrive("write " + path));
    BufferSink sink;
    const auto pumped = pump(sink);
    std::string content(as_text(sink.bytes()));
    if (is_cut()) content.resize(content.size() / 2);
    if (content.size() > server_.quota) content.resize(server_.quota);
    server_.put(path, content);
    SG_TRY(pumped);
    return answer();
  }
  Result<bool> rename(const std::string& from, const std::string& to) override {
    SG_TRY(arrive("rename " + from));
    const auto found = server_.files.find(from);
    const bool refused = server_.refuses_rename || to.starts_with(server_.closed_folder + "/") ||
                         found == server_.files.end() || (server_.files.contains(to) && !server_.overwrites);
    if (!refused) {
      auto file = std::move(found->second);
      server_.files.erase(found);
      server_.files[to] = std::move(file);
      if (server_.on_renamed) server_.on_renamed(to);
    }
    SG_TRY(answer());
    return !refused;
  }
  Result<bool> remove(const std::string& path) override {
    SG_TRY(arrive("remove " + path));
    const bool removed = !server_.refuses_remove && server_.files.erase(path) > 0;
    SG_TRY(answer());
    return removed;
  }

 private:
  bool is_cut() const { return server_.calls == server_.cut_at && server_.lost == FakeServer::Lost::Answer; }
  Result<> arrive(const std::string& what) {
    ++server_.calls;
    if (server_.on_call) server_.on_call(what);
    if (server_.calls == server_.cut_at && server_.lost == FakeServer::Lost::Request) return cut();
    return {};
  }
  Result<> answer() const {
    if (is_cut()) return cut();
    return {};
  }
  static Result<> cut() { return fail(kConnectionLost, "the connection broke"); }

  FakeServer& server_;
};

inline Connect FakeServer::connect() {
  return [this](const Login&, const std::atomic<bool>&) -> Result<std::unique_ptr<Remote>> {
    ++logins;
    return std::make_unique<FakeRemote>(*this);
  };
}

}  // namespace sealgate::adapters::sftp::tests
