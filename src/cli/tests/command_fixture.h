#pragma once
// Runs a command in this process and catches what it prints.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "cli/command.h"

namespace sealgate::cli {

struct Outcome {
  int status = -1;
  std::string out;
  std::string err;
};

class CommandTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "sealgate-cli-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  static Outcome run(int (*command)(const Args&), const Args& args) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Outcome outcome;
    outcome.status = command(args);
    outcome.out = testing::internal::GetCapturedStdout();
    outcome.err = testing::internal::GetCapturedStderr();
    return outcome;
  }

  const std::filesystem::path& folder() const { return folder_; }
  /// A data folder that nobody made yet.
  std::string data() const { return (folder_ / "data").string(); }

 private:
  std::filesystem::path folder_;
};

}  // namespace sealgate::cli
