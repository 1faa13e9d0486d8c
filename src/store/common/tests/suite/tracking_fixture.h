#pragma once
// Records for the tests of the tracking log.

#include "store/common/tests/suite/box_fixture.h"
#include "store/common/tests/suite/tracking_suite.h"

namespace sealgate::store::testing_support {

inline messaging::TrackingRecord record_at(std::int64_t second, messaging::TrackingEvent event, std::string message,
                                           messaging::TrackingDetails details = {}) {
  messaging::TrackingRecord record;
  record.at = at(second);
  record.event = event;
  record.message = messaging::MessageId(std::move(message));
  record.port = event == messaging::TrackingEvent::Sent ? "Out" : "In";
  record.party = "Contoso";
  record.instance = "node-1";
  record.details = std::move(details);
  return record;
}

inline void append(tracking::TrackingStorage& storage, const std::vector<messaging::TrackingRecord>& records) {
  const auto written = storage.write([&](tracking::TrackingRows& rows) -> Result<> {
    for (const auto& record : records) SG_TRY(rows.append(messaging::encode_record(record)));
    return {};
  });
  ASSERT_TRUE(written) << written.error().to_string();
}

/// Messages m1, m2, ... received, `seals` times `each` of them; one seal for each time.
inline void fill(TrackingBackend& backend, messaging::TrackingLog& log, int seals, int each) {
  int number = 0;
  for (int i = 0; i < seals; ++i) {
    std::vector<messaging::TrackingRecord> records;
    for (int j = 0; j < each; ++j) {
      ++number;
      records.push_back(record_at(number, messaging::TrackingEvent::Received, "m" + std::to_string(number)));
    }
    append(backend.storage(), records);
    ASSERT_EQ(log.seal(at(number)).value(), static_cast<std::uint64_t>(each));
  }
}

inline messaging::Verification verified(messaging::TrackingLog& log, const Bytes& anchor = {}) {
  auto result = log.verify(anchor, {});
  EXPECT_TRUE(result) << result.error().to_string();
  return std::move(*result);
}

inline std::string messages_of(const std::vector<messaging::TrackingRecord>& records) {
  std::string text;
  for (const auto& record : records) text += (text.empty() ? "" : " ") + record.message.text();
  return text;
}

}  // namespace sealgate::store::testing_support
