#pragma once
// Dynamic send ports: the message says where it goes. BTS.OutboundTransportLocation is the address, its prefix
// (file://, http://, https://) names the adapter unless BTS.OutboundTransportType does. The adapters of recent
// addresses are kept.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/common/adapter.h"
#include "artifacts/artifacts.h"
#include "messaging/context.h"

namespace sealgate::hosts {

using SendAdapterMaker =
    std::function<std::shared_ptr<adapters::SendAdapter>(const artifacts::SendTransport& transport)>;

/// Where this message goes by this port: the port's settings where they are of the same adapter, with the message's
/// address. A file address is file:// and an absolute path; a path that ends with "/" is a folder, and the name comes
/// from the settings. Macros like %MessageID% work in it, so it is not percent-decoded.
/// hosts.no-address, hosts.bad-address.
Result<artifacts::SendTransport> dynamic_transport(const artifacts::SendPort& port,
                                                   const messaging::MessageContext& context);

/// The adapters of one dynamic port. Thread-safe.
class DynamicAdapters {
 public:
  /// At most `at_once` messages are in transmission to one address at a time.
  DynamicAdapters(SendAdapterMaker make, std::size_t at_once) : make_(std::move(make)), at_once_(at_once) {}

  /// One of the places of a destination, free again when this is destroyed. Must not outlive its DynamicAdapters.
  class Place {
   public:
    Place(DynamicAdapters& owner, std::string key, std::shared_ptr<adapters::SendAdapter> adapter)
        : owner_(owner), key_(std::move(key)), adapter_(std::move(adapter)) {}
    ~Place() { owner_.leave(key_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    adapters::SendAdapter& adapter() const { return *adapter_; }

   private:
    DynamicAdapters& owner_;
    std::string key_;
    std::shared_ptr<adapters::SendAdapter> adapter_;
  };
  /// Null when the destination has all it may.
  std::unique_ptr<Place> enter(const artifacts::SendTransport& transport);
  /// As SendAdapter::cancel(), for all of them.
  void cancel();
  /// Addresses whose adapters are kept.
  std::size_t kept() const;

  static constexpr std::size_t kKept = 256;

 private:
  struct Entry {
    std::shared_ptr<adapters::SendAdapter> adapter;
    std::size_t in_use = 0;
    std::uint64_t last_use = 0;
  };
  void leave(const std::string& key);
  void forget_oldest();

  SendAdapterMaker make_;
  const std::size_t at_once_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::uint64_t uses_ = 0;
  bool cancelled_ = false;
};

}  // namespace sealgate::hosts
