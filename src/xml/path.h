#pragma once
// The part of XPath that can be followed in a stream: an absolute path of child steps to one element, attribute or
// text, as BizTalk's schema editor writes them:
//
//   /o:Order/o:Total    /Order/@id    /Order/Note/text()
//   /*[local-name()='Order' and namespace-uri()='urn:orders']/*[local-name()='Total' and namespace-uri()='']
//   /o:Order/@*[local-name()='id' and namespace-uri()='']
//
// A name without prefix has no namespace. local-name() alone takes any namespace.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "xml/events.h"

namespace sealgate::xml {

struct PathStep {
  std::string local = {};
  std::string uri = {};
  bool any_namespace = false;

  bool matches(const Name& name) const { return name.local == local && (any_namespace || name.uri == uri); }
};

/// A value; the empty one leads nowhere.
class Path {
 public:
  enum class End { Element, Attribute, Text };

  Path() = default;
  /// xml.bad-path, `where` is "column N" (from 1). `namespaces`: by prefix.
  static Result<Path> parse(std::string_view text, const std::map<std::string, std::string>& namespaces);

  bool empty() const { return elements_.empty(); }
  const std::string& text() const { return text_; }
  End end() const { return end_; }
  /// From the root element on; the element that the attribute or text belongs to is the last.
  const std::vector<PathStep>& elements() const { return elements_; }
  const PathStep& attribute() const { return attribute_; }
  friend bool operator==(const Path& a, const Path& b) { return a.text_ == b.text_; }

 private:
  std::string text_;
  std::vector<PathStep> elements_;
  PathStep attribute_;
  End end_ = End::Element;
};

/// Finds the values of some paths in one document as its events go by. The first node in document order counts. An
/// element's value is all the text in it, at any depth; text() is the text directly in it.
class PathMatcher {
 public:
  /// `paths` must outlive it. A value past `value_limit` bytes is cut there and marked.
  PathMatcher(std::vector<const Path*> paths, std::size_t value_limit);

  void start_element(const StartElement& element);
  void end_element();
  void text(std::string_view text);

  /// In the order of the paths; absent when there is no such node.
  const std::optional<std::string>& value(std::size_t path) const { return states_[path].value; }
  bool was_cut(std::size_t path) const { return states_[path].cut; }

 private:
  struct State {
    const Path* path;
    std::size_t matched = 0;  ///< leading steps that the open elements fit
    bool open = false;        ///< the node is open, its text is collected
    std::optional<std::string> value = {};
    bool cut = false;
  };
  void keep(State& state, std::string_view text) const;

  std::vector<State> states_;
  std::size_t limit_;
  std::size_t depth_ = 0;
  std::size_t open_ = 0;
};

}  // namespace sealgate::xml
