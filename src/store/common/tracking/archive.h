#pragma once
// The oldest part of the log as JSON lines: for each seal one line {"seal": …} and then one line for each of its
// records.

#include "store/common/tracking/tracking_rows.h"

namespace sealgate::store::tracking {

/// As messaging::TrackingLog::archive().
Result<messaging::TrackingArchive> write_archive(TrackingStorage& storage, const messaging::TrackingPart& part,
                                                 Sink& sink);

/// Takes an archive line by line and proves that its records are what its seals hold, and that these follow each
/// other. finish() fails for an archive that is cut off; messaging.tracking-broken for all faults.
class ArchiveVerifier final : public Sink {
 public:
  Result<> write(ByteView bytes) override;
  Result<> finish() override;
  /// After finish(). With the hash of the seal before the first one, for who has the archive before it.
  const messaging::TrackingArchive& found() const { return found_; }
  const Bytes& previous() const { return previous_; }

 private:
  Result<> take_line(std::string_view line);
  Result<> take_record(const messaging::TrackingRecord& record);
  Result<> end_seal();
  tl::unexpected<Error> broken(std::string what) const;

  std::string pending_;
  std::int64_t line_ = 0;
  std::optional<messaging::TrackingSeal> seal_;
  Bytes raw_;
  std::int64_t records_ = 0;
  Bytes previous_;
  messaging::TrackingArchive found_;
};

}  // namespace sealgate::store::tracking
