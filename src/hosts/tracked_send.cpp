#include "hosts/tracked_send.h"

#include "crypto/digest.h"
#include "hosts/outbound.h"
#include "hosts/tracking_bodies.h"

namespace sealgate::hosts {
namespace {

/// What goes over the wire, to be kept.
class WireBody final : public messaging::Body {
 public:
  WireBody(const io::Spool& spool, ByteView sha256) : spool_(spool), sha256_(sha256.begin(), sha256.end()) {}
  std::uint64_t size() const override { return spool_.size(); }
  const Bytes& sha256() const override { return sha256_; }
  Result<> copy_to(Sink& sink) const override { return spool_.copy_to(sink); }

 private:
  const io::Spool& spool_;
  Bytes sha256_;
};

}  // namespace

Result<> run_tracked_send(const SendEnvironment& environment, const artifacts::Host& host,
                          const pipeline::SendUse& use, const artifacts::Tracking& tracking,
                          const messaging::Message& message, io::Spool& spool, messaging::TrackingDetails& details) {
  const Configuration& configuration = environment.configuration;
  const Time now = environment.clock.now();
  if (tracking.before_send_pipeline) {
    SG_TRY(keep_parts(configuration.tracking, "before-send-pipeline", message, now, details));
  }
  const pipeline::Environment pipeline_environment{configuration.artifacts.set, *configuration.certificates,
                                                   environment.box, now, &details};
  crypto::MultiDigest digests({crypto::DigestAlgorithm::Sha256});
  crypto::DigestSink digest(digests);
  TeeSink both(digest, spool);
  CuttableSink target(both, environment.cut);
  SG_TRY(pipeline::run_send_pipeline(pipeline_environment, host, use, message, target));
  SG_TRY_ASSIGN(const crypto::DigestValue value, digests.value(crypto::DigestAlgorithm::Sha256));
  details.emplace_back("bytes", std::to_string(spool.size()));
  details.emplace_back("sha256", to_hex(value.view()));
  if (!tracking.after_send_pipeline) return {};
  return keep_body(configuration.tracking, "after-send-pipeline", WireBody(spool, value.view()), now, details);
}

Result<messaging::BodyRef> run_tracked_send(const SendEnvironment& environment, const artifacts::Host& host,
                                            const pipeline::SendUse& use, const artifacts::Tracking& tracking,
                                            const messaging::Message& message, pipeline::As2Departure& departure,
                                            messaging::TrackingDetails& details) {
  const Configuration& configuration = environment.configuration;
  const Time now = environment.clock.now();
  if (tracking.before_send_pipeline) {
    SG_TRY(keep_parts(configuration.tracking, "before-send-pipeline", message, now, details));
  }
  pipeline::Environment pipeline_environment{configuration.artifacts.set, *configuration.certificates,
                                             environment.box, now, &details};
  pipeline_environment.departure = &departure;
  SG_TRY_ASSIGN(const auto writer, environment.box.create_body());
  CuttableSink target(*writer, environment.cut);
  SG_TRY(pipeline::run_send_pipeline(pipeline_environment, host, use, message, target));
  messaging::BodyRef body = writer->take();
  details.emplace_back("bytes", std::to_string(body->size()));
  details.emplace_back("sha256", to_hex(body->sha256()));
  if (!tracking.after_send_pipeline) return body;
  SG_TRY(keep_body(configuration.tracking, "after-send-pipeline", *body, now, details));
  return body;
}

}  // namespace sealgate::hosts
