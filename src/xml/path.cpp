#include "xml/path.h"

#include "xml/errors.h"

namespace sealgate::xml {
namespace {

constexpr std::size_t kLongest = 8192;
constexpr std::size_t kMostSteps = 200;

bool is_name_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || byte >= 0x80;
}

class PathText {
 public:
  PathText(std::string_view text, const std::map<std::string, std::string>& namespaces)
      : text_(text), namespaces_(namespaces) {}

  bool at_end() const { return at_ == text_.size(); }
  bool take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  void skip_blanks() {
    while (!at_end() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }
  tl::unexpected<Error> fault(std::string what) const {
    return fail(kBadPath, std::move(what), "column " + std::to_string(at_ + 1),
                "write absolute child steps such as /o:Order/o:Total, /Order/@id or "
                "/*[local-name()='Order' and namespace-uri()='urn:orders']");
  }

  /// name, prefix:name or *[local-name()='..' and namespace-uri()='..'].
  Result<PathStep> step() {
    if (take("*")) return tests();
    const std::size_t start = at_;
    SG_TRY_ASSIGN(std::string first, name());
    if (!take(":")) return PathStep{std::move(first), {}, false};
    const auto uri = namespaces_.find(first);
    if (uri == namespaces_.end()) {
      at_ = start;
      return fault("the prefix '" + first + "' is not among the namespaces");
    }
    SG_TRY_ASSIGN(std::string local, name());
    return PathStep{std::move(local), uri->second, false};
  }

 private:
  Result<std::string> name() {
    const std::size_t start = at_;
    while (!at_end() && is_name_byte(text_[at_])) ++at_;
    const bool good =
        at_ > start && text_[start] != '-' && text_[start] != '.' && (text_[start] < '0' || text_[start] > '9');
    if (!good) {
      at_ = start;
      return fault("a name is expected here");
    }
    return std::string(text_.substr(start, at_ - start));
  }

  Result<std::string> literal() {
    skip_blanks();
    if (!take("=")) return fault("'=' is expected here");
    skip_blanks();
    const char quote = at_end() ? '\0' : text_[at_];
    if (quote != '\'' && quote != '"') return fault("a text in quotes is expected here");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return fault("the quote is not closed");
    std::string value(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return value;
  }

  Result<PathStep> tests() {
    if (!take("[")) return fault("a step for any name is not understood; name the element");
    PathStep step;
    step.any_namespace = true;
    for (;;) {
      skip_blanks();
      if (step.local.empty() && take("local-name()")) {
        SG_TRY_ASSIGN(step.local, literal());
        if (step.local.empty()) return fault("the name is empty");
      } else if (step.any_namespace && take("namespace-uri()")) {
        SG_TRY_ASSIGN(step.uri, literal());
        step.any_namespace = false;
      } else {
        return fault("only local-name()='..' and namespace-uri()='..', once each, are understood here");
      }
      skip_blanks();
      if (take("]")) break;
      if (!take("and")) return fault("'and' or ']' is expected here");
    }
    if (step.local.empty()) return fault("the name of the element is missing: local-name()='..'");
    return step;
  }

  std::string_view text_;
  const std::map<std::string, std::string>& namespaces_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Path> Path::parse(std::string_view text, const std::map<std::string, std::string>& namespaces) {
  PathText rest(text, namespaces);
  if (text.size() > kLongest) return rest.fault("the path is longer than 8192 characters");
  Path path;
  path.text_ = std::string(text);
  while (!rest.at_end()) {
    if (path.end_ != End::Element) return rest.fault("nothing can follow an attribute or text()");
    if (!rest.take("/")) return rest.fault("'/' is expected here");
    if (path.elements_.size() == kMostSteps) return rest.fault("the path has more than 200 steps");
    if (!path.empty() && rest.take("text()")) {
      path.end_ = End::Text;
    } else if (!path.empty() && rest.take("@")) {
      path.end_ = End::Attribute;
      SG_TRY_ASSIGN(path.attribute_, rest.step());
    } else {
      SG_TRY_ASSIGN(PathStep step, rest.step());
      path.elements_.push_back(std::move(step));
    }
  }
  if (path.empty()) return rest.fault("the path is empty");
  return path;
}

PathMatcher::PathMatcher(std::vector<const Path*> paths, std::size_t value_limit) : limit_(value_limit) {
  for (const Path* path : paths) states_.push_back(State{path});
}

void PathMatcher::keep(State& state, std::string_view text) const {
  if (!state.value) state.value.emplace();
  const std::size_t room = limit_ - state.value->size();
  state.cut = state.cut || text.size() > room;
  state.value->append(text.substr(0, room));
}

void PathMatcher::start_element(const StartElement& element) {
  ++depth_;
  for (State& state : states_) {
    const auto& steps = state.path->elements();
    if (state.value || state.matched != depth_ - 1 || depth_ > steps.size() ||
        !steps[depth_ - 1].matches(element.name)) {
      continue;
    }
    state.matched = depth_;
    if (depth_ != steps.size()) continue;
    if (state.path->end() != Path::End::Attribute) {
      state.open = true;
      ++open_;
      keep(state, {});
      continue;
    }
    for (const Attribute& attribute : element.attributes) {
      if (!state.path->attribute().matches(attribute.name)) continue;
      keep(state, attribute.value);
      break;
    }
  }
}

void PathMatcher::end_element() {
  --depth_;
  for (State& state : states_) {
    if (state.matched <= depth_) continue;
    state.matched = depth_;
    if (state.open) --open_;
    state.open = false;
  }
}

void PathMatcher::text(std::string_view text) {
  if (open_ == 0) return;
  for (State& state : states_) {
    // text() is of the element itself, which is the innermost one then.
    if (state.open && (state.path->end() == Path::End::Element || state.path->elements().size() == depth_)) {
      keep(state, text);
    }
  }
}

}  // namespace sealgate::xml
