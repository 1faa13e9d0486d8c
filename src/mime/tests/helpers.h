#pragma once
// Feeding push parsers in pieces: every size must give the same result.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/sink.h"

namespace sealgate::mime::testing {

inline const std::vector<std::size_t>& chunk_sizes() {
  static const std::vector<std::size_t> sizes = {1, 2, 3, 7, 31, 64, 1000, static_cast<std::size_t>(-1)};
  return sizes;
}

/// Writes `data` in pieces of `chunk` bytes; does not finish.
inline Result<> feed(Sink& sink, std::string_view data, std::size_t chunk) {
  while (!data.empty()) {
    const std::string_view piece = data.substr(0, chunk);
    // A copy of exactly this size, so that address sanitizer sees any reading past it.
    const Bytes copy = to_bytes(piece);
    SG_TRY(sink.write(copy));
    data.remove_prefix(piece.size());
  }
  return {};
}

inline Result<> feed_all(Sink& sink, std::string_view data, std::size_t chunk) {
  SG_TRY(feed(sink, data, chunk));
  return sink.finish();
}

/// A fixed sequence: a failure repeats.
inline std::mt19937& random_source() {
  static std::mt19937 source(20261121);
  return source;
}

inline std::size_t random_below(std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_source());
}

inline std::string random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random_below(256));
  return bytes;
}

/// `count` words of `words`, one after the other.
inline std::string random_words(const std::vector<std::string>& words, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += words[random_below(words.size())];
  return text;
}

/// Text that a failed comparison can print.
inline std::string visible(std::string_view text) {
  return ::testing::PrintToString(std::string(text.substr(0, 400)));
}

}  // namespace sealgate::mime::testing
