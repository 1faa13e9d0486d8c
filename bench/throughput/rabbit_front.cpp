// A rival: RabbitMQ behind the same HTTP front. Persistent messages to a durable queue, answered 202 after the
// broker's confirm; a consumer posts them on and acknowledges after the 200. Several connections each way, requests
// pipelined.
//
// usage: sealgate_bench_rabbit PORT-OF-BROKER URL [--workers 32] [--senders 8] [--connections 2]

#include <amqp.h>
#include <amqp_tcp_socket.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "bench/throughput/front.h"
#include "bench/throughput/loopback.h"

namespace {

using namespace sealgate;
using namespace sealgate::bench;

constexpr amqp_channel_t kChannel = 1;
constexpr const char* kQueue = "sealgate-bench";
constexpr std::size_t kBatch = 64;        ///< published before the confirms are read
constexpr std::uint16_t kPrefetch = 256;  ///< delivered by the broker and not acknowledged
constexpr suseconds_t kLook = 2'000;      ///< microseconds a consumer waits before it sends acknowledgements

amqp_bytes_t text_bytes(const char* text) {
  return amqp_cstring_bytes(text);
}

/// Nothing came while it waited, which is no failure.
bool is_timeout(const amqp_rpc_reply_t* reply) {
  return reply->reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION && reply->library_error == AMQP_STATUS_TIMEOUT;
}

/// One connection with one channel. Used by one thread.
class Channel {
 public:
  explicit Channel(std::uint16_t port) : connection_(amqp_new_connection()) {
    amqp_socket_t* socket = amqp_tcp_socket_new(connection_);
    if (socket == nullptr || amqp_socket_open(socket, "127.0.0.1", port) != 0) give_up("no broker");
    must(amqp_login(connection_, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest"), "login");
    amqp_channel_open(connection_, kChannel);
    must("channel");
    amqp_queue_declare(connection_, kChannel, text_bytes(kQueue), 0, 1, 0, 0, amqp_empty_table);
    must("queue");
  }
  ~Channel() { amqp_destroy_connection(connection_); }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  amqp_connection_state_t get() const { return connection_; }
  void must(const char* what) const { must(amqp_get_rpc_reply(connection_), what); }
  static void must(const amqp_rpc_reply_t& reply, const char* what) {
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) give_up(std::string("the broker refused: ") + what);
  }

 private:
  amqp_connection_state_t connection_;
};

/// Publishes what the front's threads bring, many at a time, and lets them go when the broker has confirmed.
class Publisher {
 public:
  Publisher(std::uint16_t port, std::size_t connections) {
    for (std::size_t at = 0; at < connections; ++at) threads_.emplace_back([this, port] { work(port); });
  }
  ~Publisher() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    has_work_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  bool publish(Bytes body) {
    Waiting waiting{std::move(body), {}, false};
    std::unique_lock lock(mutex_);
    queue_.push_back(&waiting);
    has_work_.notify_one();
    waiting.confirmed.wait(lock, [&] { return waiting.done; });
    ++confirmed_;
    return true;
  }

  std::uint64_t confirmed() {
    const std::lock_guard lock(mutex_);
    return confirmed_;
  }

 private:
  struct Waiting {
    Bytes body;
    std::condition_variable confirmed;
    bool done;
  };

  void work(std::uint16_t port) {
    const Channel channel(port);
    amqp_confirm_select(channel.get(), kChannel);
    channel.must("confirms");
    std::uint64_t tag = 0;  // of the last message published
    std::vector<Waiting*> batch;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        has_work_.wait(lock, [this] { return !queue_.empty() || ended_; });
        if (ended_) return;
        while (!queue_.empty() && batch.size() < kBatch) {
          batch.push_back(queue_.front());
          queue_.pop_front();
        }
      }
      for (const Waiting* one : batch) send(channel, one->body);
      tag += batch.size();
      wait_for_confirms(channel, tag, batch.size());
      {
        const std::lock_guard lock(mutex_);
        for (Waiting* one : batch) {
          one->done = true;
          one->confirmed.notify_one();
        }
      }
      batch.clear();
    }
  }

  static void send(const Channel& channel, const Bytes& body) {
    amqp_basic_properties_t properties{};
    properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
    properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
    amqp_bytes_t bytes{};
    bytes.len = body.size();
    bytes.bytes = const_cast<Byte*>(body.data());  // the library only reads
    if (amqp_basic_publish(channel.get(), kChannel, amqp_empty_bytes, text_bytes(kQueue), 0, 0, &properties, bytes) !=
        AMQP_STATUS_OK) {
      give_up("publish");
    }
  }

  /// All up to `last`, of which `count` are open. A confirm speaks for one message or for all before it.
  static void wait_for_confirms(const Channel& channel, std::uint64_t last, std::size_t count) {
    std::set<std::uint64_t> open;
    for (std::uint64_t tag = last - count + 1; tag <= last; ++tag) open.insert(tag);
    while (!open.empty()) {
      amqp_frame_t frame;
      if (amqp_simple_wait_frame(channel.get(), &frame) != AMQP_STATUS_OK) give_up("confirm");
      if (frame.frame_type != AMQP_FRAME_METHOD || frame.payload.method.id != AMQP_BASIC_ACK_METHOD) {
        give_up("the broker sent something else than a confirm");
      }
      const auto* ack = static_cast<const amqp_basic_ack_t*>(frame.payload.method.decoded);
      if (ack->multiple != 0) {
        open.erase(open.begin(), open.upper_bound(ack->delivery_tag));
      } else {
        open.erase(ack->delivery_tag);
      }
      amqp_maybe_release_buffers(channel.get());
    }
  }

  std::mutex mutex_;
  std::condition_variable has_work_;
  std::deque<Waiting*> queue_;
  std::uint64_t confirmed_ = 0;
  bool ended_ = false;
  std::vector<std::thread> threads_;
};

/// One consuming connection: takes deliveries in, sends acknowledgements out, all on its own thread.
class Consumer {
 public:
  Consumer(std::uint16_t port, std::uint64_t index, std::function<void(Deliveries::Item)> arrived)
      : index_(index), arrived_(std::move(arrived)), thread_([this, port] { work(port); }) {}
  ~Consumer() {
    ended_ = true;
    thread_.join();
  }
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  void delivered(std::uint64_t tag) {
    const std::lock_guard lock(mutex_);
    done_.push_back(tag);
  }

  /// Items carry the consumer in the lowest byte.
  static constexpr unsigned kIndexBits = 8;

 private:
  void work(std::uint16_t port) {
    const Channel channel(port);
    amqp_basic_qos(channel.get(), kChannel, 0, kPrefetch, 0);
    channel.must("prefetch");
    amqp_basic_consume(channel.get(), kChannel, text_bytes(kQueue), amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
    channel.must("consume");
    while (!ended_) {
      amqp_maybe_release_buffers(channel.get());
      amqp_envelope_t envelope;
      const timeval wait{0, kLook};
      const amqp_rpc_reply_t reply = amqp_consume_message(channel.get(), &envelope, &wait, 0);
      if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
        const auto* bytes = static_cast<const Byte*>(envelope.message.body.bytes);
        arrived_({envelope.delivery_tag << kIndexBits | index_, Bytes(bytes, bytes + envelope.message.body.len)});
        amqp_destroy_envelope(&envelope);
      } else if (!is_timeout(&reply)) {
        give_up("consume");
      }
      acknowledge(channel);
    }
  }

  void acknowledge(const Channel& channel) {
    std::vector<std::uint64_t> done;
    {
      const std::lock_guard lock(mutex_);
      done.swap(done_);
    }
    for (const std::uint64_t tag : done) {
      if (amqp_basic_ack(channel.get(), kChannel, tag, 0) != AMQP_STATUS_OK) give_up("ack");
    }
  }

  std::uint64_t index_;
  std::function<void(Deliveries::Item)> arrived_;
  std::mutex mutex_;
  std::vector<std::uint64_t> done_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

/// What the consumers took in and nobody has posted yet.
class Arrivals {
 public:
  void push(Deliveries::Item item) {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(item));
    changed_.notify_one();
  }
  bool pop(Deliveries::Item& item) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !queue_.empty() || ended_; });
    if (ended_) return false;
    item = std::move(queue_.front());
    queue_.pop_front();
    return true;
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Deliveries::Item> queue_;
  bool ended_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  errno = 0;
  if (argc < 3) give_up("usage: sealgate_bench_rabbit PORT URL [--workers N] [--senders N] [--connections N]");
  block_stop_signals();
  const auto port = static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10));
  const std::size_t connections = number_option(argc, argv, "--connections", 2);
  Publisher publisher(port, connections);
  Arrivals arrivals;
  std::vector<std::unique_ptr<Consumer>> consumers;
  for (std::uint64_t at = 0; at < connections; ++at) {
    consumers.push_back(
        std::make_unique<Consumer>(port, at, [&arrivals](Deliveries::Item item) { arrivals.push(std::move(item)); }));
  }
  Front front([&publisher](Bytes body) { return publisher.publish(std::move(body)); },
              [&publisher] { return "{\"committed\":" + std::to_string(publisher.confirmed()) + "}"; });
  const Deliveries deliveries(
      argv[2], number_option(argc, argv, "--senders", 8),
      [&arrivals](Deliveries::Item& item) { return arrivals.pop(item); },
      [&consumers](std::uint64_t id) {
        consumers[id & ((1U << Consumer::kIndexBits) - 1)]->delivered(id >> Consumer::kIndexBits);
      });
  const int status = serve_front(front, number_option(argc, argv, "--workers", 32));
  arrivals.end();
  return status;
}
