#pragma once
// A message: a context and ordered parts, one of which is the body part. Contents are not here: a part refers to a
// Body, which pumps its bytes into a Sink whenever somebody wants them, in constant memory.

#include <memory>
#include <string>
#include <vector>

#include "base/sink.h"
#include "messaging/context.h"
#include "messaging/ids.h"

namespace sealgate::messaging {

/// The content of a part: immutable, readable any number of times and from any thread. Shared, because parts of
/// several messages and work items may refer to the same content.
class Body {
 public:
  Body() = default;
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;
  virtual ~Body() = default;
  virtual std::uint64_t size() const = 0;
  /// 32 bytes.
  virtual const Bytes& sha256() const = 0;
  /// Pushes all of the content into `sink` and does not call its finish(): the content may be a piece of a larger
  /// stream.
  virtual Result<> copy_to(Sink& sink) const = 0;
};
using BodyRef = std::shared_ptr<const Body>;

/// Takes content that has no message yet. Nothing of it is visible before a message refers to it and is published; a
/// writer or a body that is dropped before that leaves nothing behind, also after kill -9.
class BodyWriter : public Sink {
 public:
  /// After finish(): the content. Call once.
  virtual BodyRef take() = 0;
};

struct Part {
  std::string name = {};          ///< BizTalk's part name; "body" for the body part when nothing better is known
  std::string content_type = {};  ///< with parameters, as received or to be sent; may be empty
  /// Without any folder; may be empty. Comes from outside: never use it as a path as it is.
  std::string file_name = {};
  MessageContext properties = {};  ///< MIME.ContentID, MIME.ContentDescription, ...
  BodyRef body = {};               ///< never null in a published message
};

inline constexpr std::size_t kMaximumParts = 1000;

struct Message {
  MessageId id = {};  ///< empty until published (the box fills it in), unless the maker wants a certain one
  MessageContext context = {};
  std::vector<Part> parts = {};
  std::size_t body_index = 0;  ///< of the body part, from 0; meaningless without parts

  const Part* body_part() const { return body_index < parts.size() ? &parts[body_index] : nullptr; }
};

}  // namespace sealgate::messaging
