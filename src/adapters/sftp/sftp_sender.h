#pragma once
// SFTP send: writes each message to a folder of the partner's server under a name made from macros
// (adapters/common/file_name.h). Delivered means that the server has all of it under that name.
//
// The content goes to a hidden file ".sealgate-<delivery id>.tmp" in the same folder, its size is compared, and then
// it gets its name at once: nobody sees half a file, and what a cut left behind is overwritten by the next attempt.
//
// Twice the same delivery makes one file, also when the answer to the renaming was lost: before it, a note with the
// name is kept in the store. An attempt that finds its note takes the temporary file out of the way of a renaming
// that may still be under way, by a renaming of its own to the next serial. If that succeeds, the file had not got
// its name; if there is no temporary file any more, it had, and the message is delivered.
//
// Date and time in the name are those of the delivery's beginning. Only when a file of another message has that name
// already, they are those of the attempt.
//
// The protocol cannot rename over an existing file: to overwrite, that is removed first, and for an instant neither
// is there.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/common/adapter.h"
#include "adapters/common/file_name.h"
#include "adapters/sftp/delivery_notes.h"
#include "adapters/sftp/remote.h"
#include "base/clock.h"

namespace sealgate::adapters::sftp {

struct SftpSendOptions {
  Server server;
  Connect connect;     ///< to it
  std::string folder;  ///< must exist; from the root with "/", else from the home of the user
  std::string file_name = "%MessageID%.xml";
  /// An existing file is replaced; false: it is an error (RetryLater: someone may take it away).
  bool overwrite = false;
  Destination destination = {};
  /// Asked before each attempt; errors as those of a CredentialSource.
  std::function<Result<Login>(const OutboundMessage&)> login;
  std::shared_ptr<DeliveryNotes> notes;
};

/// Details of an outcome: SFTP.SentFileName (the URL of the file).
class SftpSender final : public SendAdapter {
 public:
  /// `clock` must outlive the adapter.
  SftpSender(SftpSendOptions options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}
  /// At most eight at a time, each on a connection of its own: servers refuse who logs in too often at once.
  SendOutcome send(OutboundMessage& message) override;
  void cancel() override;

 private:
  struct Upload {
    int serial = 0;
    bool complete = false;
    std::string delivered_as;  ///< not empty: by an earlier attempt, under this name
  };
  /// A connection that waits for its next message.
  struct Idle {
    std::unique_ptr<Remote> remote;
    Login login;
    std::chrono::steady_clock::time_point since;
  };

  Result<std::string> send_by(const Login& login, OutboundMessage& message);
  /// The name of the delivered file.
  Result<std::string> deliver(Remote& remote, OutboundMessage& message);
  Result<Upload> look_back(Remote& remote, const OutboundMessage& message);
  Result<std::string> choose_name(Remote& remote, const OutboundMessage& message);
  Result<> upload(Remote& remote, OutboundMessage& message, const std::string& temporary);
  Result<> give_name(Remote& remote, const OutboundMessage& message, const std::string& temporary,
                     const std::string& target);
  std::string path(const std::string& name) const;
  std::string full_name(const std::string& path) const { return options_.server.url(path); }
  /// Waits for one of the connections that there may be; false: cancelled.
  bool take_place();
  void leave_place();
  std::unique_ptr<Remote> take_idle(const Login& login);
  void give_back(std::unique_ptr<Remote> remote, const Login& login);

  SftpSendOptions options_;
  const Clock& clock_;
  std::atomic<bool> cancelled_{false};
  std::mutex mutex_;
  std::condition_variable left_;
  std::size_t in_use_ = 0;
  std::vector<Idle> idle_;  ///< the most recently used last
};

}  // namespace sealgate::adapters::sftp
