#pragma once
// Helpers of the tests of crypto/.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/key.h"

namespace sealgate::crypto::test {

inline Bytes unhex(std::string_view text) {
  const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10); };
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<Byte>(digit(text[i]) << 4 | digit(text[i + 1])));
  }
  return bytes;
}

/// Repeatable bytes that look like nothing in particular.
inline Bytes pattern(std::size_t size, unsigned seed = 1) {
  Bytes bytes(size);
  std::uint32_t state = seed * 2654435761U + 12345U;
  for (Byte& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<Byte>(state >> 24);
  }
  return bytes;
}

template <typename T>
T must(Result<T> result) {
  EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().to_string());
  if (!result) std::abort();
  return std::move(result).value();
}
inline void must(Result<> result) {
  ASSERT_TRUE(result.has_value()) << result.error().to_string();
}

template <typename T>
std::string error_id(const Result<T>& result) {
  return result ? std::string("no error") : std::string(result.error().code.id);
}

/// A folder of this test's own, removed afterwards.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sealgate-crypto-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { std::filesystem::remove_all(path_); }
  std::string file(std::string_view name) const { return (path_ / name).string(); }
  void write(std::string_view name, ByteView bytes) const {
    std::ofstream(file(name), std::ios::binary) << as_text(bytes);
  }
  /// Runs `openssl ARGUMENTS` in this folder; true when it succeeded.
  bool openssl(const std::string& arguments) const {
    const std::string command = "cd '" + path_.string() + "' && openssl " + arguments + " >openssl.out 2>openssl.err";
    return std::system(command.c_str()) == 0;
  }

 private:
  std::filesystem::path path_;
};

inline Bytes read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// Keys that are made once for the whole program.
inline const PrivateKey& rsa_key() {
  static const PrivateKey key = must(generate_rsa(2048));
  return key;
}
inline const PrivateKey& other_rsa_key() {
  static const PrivateKey key = must(generate_rsa(2048));
  return key;
}
inline const PrivateKey& dsa_key() {
  static const PrivateKey key = must(generate_dsa(1024));
  return key;
}

}  // namespace sealgate::crypto::test
