// Text form of filters: see filter.h.

#include <array>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "messaging/errors.h"
#include "messaging/filter.h"
#include "messaging/property_names.h"

namespace sealgate::messaging {
namespace {

struct OperatorName {
  FilterOperator op;
  std::string_view name;
  std::string_view symbol;
};

// Longer symbols before their prefixes: the scanner takes the first that fits.
constexpr std::array kOperators{
    OperatorName{FilterOperator::Equals, "Equals", "=="},
    OperatorName{FilterOperator::NotEquals, "NotEquals", "!="},
    OperatorName{FilterOperator::LessThanOrEquals, "LessThanOrEquals", "<="},
    OperatorName{FilterOperator::GreaterThanOrEquals, "GreaterThanOrEquals", ">="},
    OperatorName{FilterOperator::LessThan, "LessThan", "<"},
    OperatorName{FilterOperator::GreaterThan, "GreaterThan", ">"},
    OperatorName{FilterOperator::BitwiseAnd, "BitwiseAnd", "&"},
    OperatorName{FilterOperator::Exists, "Exists", "exists"},
};

struct Token {
  enum class Kind { Word, Quoted, Symbol, End } kind = Kind::End;
  std::string text;
  std::size_t column = 1;
};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-' || c == ':' || c == '+' || c == '/' || c == '#' || static_cast<unsigned char>(c) >= 0x80;
}

tl::unexpected<Error> bad(std::size_t column, std::string what, std::string remedy) {
  return fail(kBadFilter, std::move(what), "column " + std::to_string(column), std::move(remedy));
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Result<Token> next() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    Token token;
    token.column = at_ + 1;
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    if (c == '"' || c == '\'') return quoted(std::move(token), c);
    if (is_word(c)) {
      token.kind = Token::Kind::Word;
      while (at_ < text_.size() && is_word(text_[at_])) token.text += text_[at_++];
      return token;
    }
    for (const OperatorName& candidate : kOperators) {
      if (text_.substr(at_).starts_with(candidate.symbol)) {
        token.kind = Token::Kind::Symbol;
        token.text = candidate.symbol;
        at_ += candidate.symbol.size();
        return token;
      }
    }
    const std::string found = c > ' ' && c < 0x7f ? "'" + std::string(1, c) + "'" : std::string("this character");
    return bad(token.column, "the filter cannot be read at " + found,
               c == '=' ? "write == to compare" : "put text in double quotes");
  }

 private:
  Result<Token> quoted(Token token, char quote) {
    token.kind = Token::Kind::Quoted;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == quote) {
        ++at_;
        return token;
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size() && (text_[at_ + 1] == quote || text_[at_ + 1] == '\\')) ++at_;
      token.text += text_[at_];
    }
    return bad(token.column, "the quoted text has no end", "close it with " + std::string(1, quote));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<FilterOperator> parse_operator(const Token& token) {
  for (const OperatorName& candidate : kOperators) {
    if (token.kind == Token::Kind::Symbol && token.text == candidate.symbol) return candidate.op;
    if (token.kind == Token::Kind::Word && iequals(token.text, candidate.name)) return candidate.op;
  }
  return std::nullopt;
}

/// Empty for a property of the user's own, whose type the value tells.
Result<std::optional<PropertyType>> property_type(const Token& name) {
  if (const PropertyDefinition* definition = find_property_definition(name.text)) {
    if (definition->promotion == Promotion::Written) {
      return bad(name.column, name.text + " is never promoted, so no filter can see it",
                 "filter on another property");
    }
    return definition->type;
  }
  if (is_reserved_namespace(name.text)) {
    std::string remedy = "check its spelling; names are case-sensitive";
    for (const PropertyDefinition& definition : property_definitions()) {
      if (iequals(definition.name, name.text)) remedy = "write " + std::string(definition.name);
    }
    return bad(name.column, "there is no property " + name.text, remedy);
  }
  const std::size_t dot = name.text.find('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == name.text.size()) {
    return bad(name.column, "'" + name.text + "' is not the name of a property",
               "write namespace and name, for example BTS.ReceivePortName");
  }
  return std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, number);
  return problem == std::errc() && rest == end ? std::optional(number) : std::nullopt;
}

/// The type that a value has by how it is written.
Result<PropertyType> written_type(const Token& token) {
  if (token.kind == Token::Kind::Quoted) return PropertyType::Text;
  if (iequals(token.text, "true") || iequals(token.text, "false")) return PropertyType::Boolean;
  if (parse_integer(token.text)) return PropertyType::Integer;
  if (parse_rfc3339(token.text)) return PropertyType::DateTime;
  const char first = token.text.front();
  if ((first >= '0' && first <= '9') || first == '-' || first == '+') {
    return bad(token.column, "'" + token.text + "' is neither a whole number of 64 bits nor a time",
               "put text in double quotes; write a time as 2026-11-21T07:30:00Z");
  }
  return PropertyType::Text;
}

Result<PropertyValue> parse_value(const Token& token, PropertyType type, const std::string& property) {
  const std::string expected = property + " holds " + std::string(to_string(type));
  switch (type) {
    case PropertyType::Text:
      return PropertyValue(token.text);
    case PropertyType::Integer: {
      const auto number = parse_integer(token.text);
      if (!number) return bad(token.column, expected, "write a whole number");
      return PropertyValue(*number);
    }
    case PropertyType::Boolean:
      if (iequals(token.text, "true")) return PropertyValue(true);
      if (iequals(token.text, "false")) return PropertyValue(false);
      return bad(token.column, expected, "write true or false");
    case PropertyType::DateTime: {
      auto time = parse_rfc3339(token.text);
      if (!time) return bad(token.column, expected, "write a time as 2026-11-21T07:30:00Z");
      return PropertyValue(*time);
    }
  }
  return bad(token.column, expected, {});
}

Result<FilterStatement> parse_statement(Scanner& scanner, const Token& name) {
  if (name.kind != Token::Kind::Word) {
    return bad(name.column, "the name of a property is expected here",
               "for example BTS.ReceivePortName == \"Orders\"");
  }
  FilterStatement statement;
  statement.property = name.text;
  SG_TRY_ASSIGN(const std::optional<PropertyType> registered, property_type(name));
  SG_TRY_ASSIGN(const Token op_token, scanner.next());
  const auto op = parse_operator(op_token);
  if (!op) {
    return bad(op_token.column, "an operator is expected after " + name.text,
               "one of == != < <= > >= & exists, or BizTalk's names of them");
  }
  statement.op = *op;
  if (*op == FilterOperator::Exists) return statement;
  SG_TRY_ASSIGN(const Token value, scanner.next());
  if (value.kind != Token::Kind::Word && value.kind != Token::Kind::Quoted) {
    return bad(value.column, "a value is expected here", "write it in double quotes");
  }
  PropertyType type = PropertyType::Text;
  if (registered) {
    type = *registered;
  } else {
    SG_TRY_ASSIGN(type, written_type(value));
  }
  if (!is_for(*op, type)) {
    return bad(op_token.column,
               std::string(to_string(*op)) + " is not for values of type " + std::string(to_string(type)) +
                   ", as in " + name.text,
               *op == FilterOperator::BitwiseAnd ? "it is for integers" : "use == or !=");
  }
  SG_TRY_ASSIGN(statement.value, parse_value(value, type, name.text));
  return statement;
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

bool is_for(FilterOperator op, PropertyType type) {
  switch (op) {
    case FilterOperator::Equals:
    case FilterOperator::NotEquals:
    case FilterOperator::Exists:
      return true;
    case FilterOperator::LessThan:
    case FilterOperator::LessThanOrEquals:
    case FilterOperator::GreaterThan:
    case FilterOperator::GreaterThanOrEquals:
      return type != PropertyType::Boolean;
    case FilterOperator::BitwiseAnd:
      return type == PropertyType::Integer;
  }
  return false;
}

std::string_view to_string(FilterOperator op) {
  for (const OperatorName& candidate : kOperators) {
    if (candidate.op == op) return candidate.name;
  }
  return "";
}

Result<Filter> parse_filter(std::string_view text) {
  Filter filter;
  Scanner scanner(text);
  SG_TRY_ASSIGN(Token token, scanner.next());
  if (token.kind == Token::Kind::End) return filter;
  filter.groups.emplace_back();
  for (std::size_t count = 1;; ++count) {
    if (count > kMaximumFilterStatements) {
      return bad(token.column, "the filter has too many statements",
                 "at most " + std::to_string(kMaximumFilterStatements) + " are allowed");
    }
    SG_TRY_ASSIGN(FilterStatement statement, parse_statement(scanner, token));
    filter.groups.back().push_back(std::move(statement));
    SG_TRY_ASSIGN(token, scanner.next());
    if (token.kind == Token::Kind::End) return filter;
    const bool word = token.kind == Token::Kind::Word;
    if (word && iequals(token.text, "or")) {
      filter.groups.emplace_back();
    } else if (!word || !iequals(token.text, "and")) {
      return bad(token.column, "'and', 'or' or the end of the filter is expected here",
                 "text with blanks needs quotes");
    }
    SG_TRY_ASSIGN(token, scanner.next());
  }
}

std::string to_text(const Filter& filter) {
  std::string text;
  for (const FilterGroup& group : filter.groups) {
    bool first_of_group = true;
    for (const FilterStatement& statement : group) {
      if (!text.empty()) text += first_of_group ? " or " : " and ";
      first_of_group = false;
      text += statement.property;
      for (const OperatorName& candidate : kOperators) {
        if (candidate.op == statement.op) text += " " + std::string(candidate.symbol);
      }
      if (statement.op == FilterOperator::Exists) continue;
      const bool quoted = type_of(statement.value) == PropertyType::Text;
      text += " " + (quoted ? quote(to_text(statement.value)) : to_text(statement.value));
    }
  }
  return text;
}

}  // namespace sealgate::messaging
