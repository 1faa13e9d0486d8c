#pragma once
// A wire between client and server that can be cut at the worst moment: before a request arrives, or after it was
// done and before the answer arrives.

#include <atomic>
#include <filesystem>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "io/file.h"

namespace sealgate::store::postgres::testing_support {

class CuttingProxy {
 public:
  /// Listens as PostgreSQL would in a folder of its own and hands over to the one in `server`.
  explicit CuttingProxy(const std::filesystem::path& server);
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;
  ~CuttingProxy();

  enum class Cut {
    None,
    Request,  ///< what the client sends next never arrives
    Answer    ///< it arrives and is answered, but the answer does not
  };
  /// For the next traffic on any connection, or when `passing` requests have passed; then the wire is whole again for
  /// new ones.
  void cut_next(Cut cut, int passing = 0) {
    passing_ = passing;
    next_ = cut;
  }
  int cuts() const { return cuts_; }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  void accept_all();
  void carry(io::FileDescriptor client, io::FileDescriptor server);

  std::filesystem::path folder_;
  std::filesystem::path server_;
  io::FileDescriptor listener_;
  std::atomic<Cut> next_{Cut::None};
  std::atomic<int> passing_{0};
  std::atomic<int> cuts_{0};
  std::atomic<bool> ended_{false};
  std::mutex mutex_;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace sealgate::store::postgres::testing_support
