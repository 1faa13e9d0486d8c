#pragma once
// Between the header fields of HTTP and the header block of a MIME entity: the rule of http_receiver.h and its mirror
// in http_sender.h.

#include <string>
#include <string_view>

#include "base/sink.h"
#include "net/http_headers.h"

namespace sealgate::adapters::http {

/// MIME-Version, Content-Type, Content-Transfer-Encoding, Content-Disposition, Content-ID, Content-Description.
bool is_mime_field(std::string_view name);

/// True for multipart/* and application/(x-)pkcs7-mime: types whose body means nothing without its header fields.
bool is_entity_type(std::string_view content_type);

/// The MIME fields among `headers`, one line each with CRLF, and the empty line.
std::string make_entity_head(const net::HttpHeaders& headers);

/// The head of an entity: its MIME fields, unfolded, and how many bytes it takes with its empty line.
struct EntityHead {
  net::HttpHeaders fields;
  std::uint64_t size = 0;
};

/// Collects the head of the entity that is pumped into it and stops the pump there with kHeadComplete.
class EntityHeadReader final : public Sink {
 public:
  static constexpr std::size_t kMaxHead = std::size_t{64} * 1024;
  static constexpr ErrorCode kHeadComplete{"adapter.http.head-complete", ErrorClass::Usage};

  Result<> write(ByteView bytes) override;
  /// The message ended inside of its head.
  Result<> finish() override;
  bool complete() const { return complete_; }
  /// adapter.http.bad-mime-entity when it is no header block.
  Result<EntityHead> head() const;

 private:
  std::string text_;
  std::size_t line_start_ = 0;
  bool complete_ = false;
};

/// Drops the first `count` bytes, passes on the rest.
class SkippingSink final : public Sink {
 public:
  SkippingSink(std::uint64_t count, Sink& target) : left_(count), target_(target) {}
  Result<> write(ByteView bytes) override;
  Result<> finish() override { return target_.finish(); }

 private:
  std::uint64_t left_;
  Sink& target_;
};

}  // namespace sealgate::adapters::http
