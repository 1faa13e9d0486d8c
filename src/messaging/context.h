#pragma once
// The context of a message: typed properties beside its content, under BizTalk's names ("BTS.ReceivePortName"; the
// registry is property_names.h). A promoted property takes part in routing, a written one is only carried along.
// Writing over a promoted property makes it a written one. A property that is absent is different from an empty one.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

namespace sealgate::messaging {

using PropertyValue = std::variant<std::string, std::int64_t, bool, Time>;

enum class PropertyType { Text, Integer, Boolean, DateTime };

PropertyType type_of(const PropertyValue& value);
/// "text", "integer", "boolean", "date-time".
std::string_view to_string(PropertyType type);
/// As people read it: text as it is, numbers in decimal, true/false, RFC 3339.
std::string to_text(const PropertyValue& value);

struct Property {
  PropertyValue value;
  bool promoted = false;
  friend bool operator==(const Property&, const Property&) = default;
};

/// At most this many properties and this many bytes of text in a promoted one; written text is bounded by
/// kMaximumWrittenText. Checked where a context enters the message box.
inline constexpr std::size_t kMaximumProperties = 1024;
inline constexpr std::size_t kMaximumPromotedText = 256;
inline constexpr std::size_t kMaximumWrittenText = std::size_t{256} * 1024;

/// The name of a property. Copies share it, and a registered name is the registry's own: a message has some thirty
/// properties and its context is copied on every step of its way.
class PropertyName {
 public:
  explicit PropertyName(std::string_view name);
  /// Lives as long as any copy of this name.
  std::string_view text() const { return text_; }
  friend bool operator==(const PropertyName& a, const PropertyName& b) { return a.text_ == b.text_; }

 private:
  std::shared_ptr<const std::string> own_;  ///< null: registered
  std::string_view text_;
};

class MessageContext;
/// messaging.bad-context for anything that encode_context() did not write.
Result<MessageContext> decode_context(ByteView bytes);

class MessageContext {
 public:
  struct Entry {
    PropertyName name;
    Property property;
  };

  void promote(std::string_view name, PropertyValue value) { set(name, std::move(value), true); }
  void write(std::string_view name, PropertyValue value) { set(name, std::move(value), false); }
  void remove(std::string_view name);

  /// nullptr when absent. Valid until the next change.
  const Property* find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// The text of a text property; empty optional when absent or of another type.
  std::optional<std::string> text(std::string_view name) const;
  /// Same, "" when absent: for logs and listings.
  std::string text_or_empty(std::string_view name) const { return text(name).value_or(""); }
  std::optional<std::int64_t> integer(std::string_view name) const;
  std::optional<bool> boolean(std::string_view name) const;
  std::optional<Time> time(std::string_view name) const;

  /// In no order. Valid until the next change.
  const std::vector<Entry>& properties() const { return properties_; }
  /// By name. Valid until the next change.
  std::vector<const Entry*> sorted() const;
  std::size_t size() const { return properties_.size(); }
  /// messaging.too-many-properties, messaging.property-too-long.
  Result<> check_limits() const;
  /// Makes it fit: too long promoted text is only written, too long text cut, names that cannot be and properties
  /// past the limit dropped. For a message that must be kept although something about it is wrong.
  void trim_to_limits();
  /// The same properties, whatever the order they came in.
  friend bool operator==(const MessageContext& a, const MessageContext& b);
  friend Result<MessageContext> decode_context(ByteView bytes);

 private:
  void set(std::string_view name, PropertyValue value, bool promoted);
  /// Of a name that it does not have.
  void add(std::string_view name, PropertyValue value, bool promoted);

  std::vector<Entry> properties_;  ///< names differ; some thirty, so that looking at each is the quickest way
};

/// The stored form: versioned, byte-exact whatever the values hold, equal for equal contexts.
Bytes encode_context(const MessageContext& context);

}  // namespace sealgate::messaging
