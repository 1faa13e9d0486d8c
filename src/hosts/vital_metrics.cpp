#include "hosts/vital_metrics.h"

#include <algorithm>

#include "hosts/metric_label.h"

namespace sealgate::hosts {

std::string vital_metrics(std::string_view version, std::string_view host_instance, bool ready,
                          const Pulses& pulses) {
  std::string text =
      "# HELP sealgate_info Which program and which host instance this is; always 1.\n"
      "# TYPE sealgate_info gauge\n";
  text += "sealgate_info{version=\"" + metric_label(version) + "\",host_instance=\"" + metric_label(host_instance) +
          "\"} 1\n";
  text +=
      "# HELP sealgate_ready Whether a message would be accepted now: what /health/ready answers.\n"
      "# TYPE sealgate_ready gauge\n";
  text += std::string("sealgate_ready ") + (ready ? "1\n" : "0\n");
  text +=
      "# HELP sealgate_loop_silent_seconds Seconds since a loop of the program last went round.\n"
      "# TYPE sealgate_loop_silent_seconds gauge\n";
  const auto now = std::chrono::steady_clock::now();
  for (const Pulse& pulse : pulses.all()) {
    const auto silent = std::chrono::duration_cast<std::chrono::milliseconds>(now - std::min(now, pulse.beaten()));
    text += "sealgate_loop_silent_seconds{loop=\"" + pulse.loop() + "\"} " +
            std::to_string(static_cast<double>(silent.count()) / 1000) + "\n";
  }
  return text;
}

}  // namespace sealgate::hosts
