#pragma once
// How the tracking log behaves on every backend. A backend provides a TrackingBackend; the suite runs on it as it is,
// and once more with the database closed and opened again between any two steps.

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "store/common/tracking/sealed_log.h"

namespace sealgate::store {

/// The tables of one log over some database that outlives it.
class TrackingBackend {
 public:
  TrackingBackend() = default;
  TrackingBackend(const TrackingBackend&) = delete;
  TrackingBackend& operator=(const TrackingBackend&) = delete;
  virtual ~TrackingBackend() = default;
  virtual tracking::TrackingStorage& storage() = 0;
  /// The old storage dies.
  virtual void reopen() = 0;
  /// What somebody does to the database behind our back.
  virtual void run(const std::string& sql) = 0;
  /// For the key file.
  virtual const std::filesystem::path& folder() const = 0;
};

struct TrackingMode {
  std::string name;
  std::function<std::unique_ptr<TrackingBackend>()> make;
  bool reopen_each_step = false;
};

class TrackingSuite : public testing::TestWithParam<TrackingMode> {
 protected:
  void SetUp() override {
    backend_ = GetParam().make();
    make_log();
  }
  /// The log for the next step of a test.
  messaging::TrackingLog& log() {
    if (GetParam().reopen_each_step) {
      log_.reset();
      backend_->reopen();
      make_log();
    }
    return *log_;
  }
  TrackingBackend& backend() { return *backend_; }
  std::filesystem::path key_file() const { return tracking::tracking_key_path(backend_->folder()); }

 private:
  void make_log() { log_ = tracking::make_tracking_log(backend_->storage(), key_file()); }
  std::unique_ptr<TrackingBackend> backend_;
  std::unique_ptr<messaging::TrackingLog> log_;
};

}  // namespace sealgate::store
