// Receive ports with their locations, send ports, and groups of them.

#include "artifacts/errors.h"
#include "artifacts/read_artifact.h"
#include "artifacts/read_parts.h"
#include "messaging/message_box.h"

namespace sealgate::artifacts {
namespace {

/// Settings that only a two-way port has would be silently without effect on another.
void refuse_on_one_way(Fields& fields, std::string_view key) {
  if (!fields.has(key)) return;
  fields.known(key);
  fields.bad_value(key, "'" + std::string(key) + "' belongs to two-way ports, and this port is one-way",
                   "remove it, or set 'two_way: true'", kContradiction);
}

bool carries_files(std::string_view adapter) {
  return adapter == "FILE" || adapter == "SFTP";
}

void refuse_two_way_file(Fields& fields, std::string_view adapter) {
  if (fields.reading().failed() || !carries_files(adapter)) return;
  fields.bad_value("adapter", "the " + std::string(adapter) + " adapter has no answers, but the port is two-way",
                   "use adapter HTTP, or make the port one-way", kContradiction);
}

void refuse_ticket_of_file(Fields& fields, const ReceiveLocation& location) {
  const std::string adapter(adapter_name(location.transport));
  if (fields.reading().failed() || !location.issue_sso_ticket || !carries_files(adapter)) return;
  fields.bad_value("issue_sso_ticket",
                   "the " + adapter + " adapter authenticates nobody, so there is nobody to give a ticket to",
                   "use adapter HTTP, or remove 'issue_sso_ticket'", kContradiction);
}

ReceiveLocation read_location(Fields& fields, bool two_way) {
  ReceiveLocation location;
  fields.name("name", location.name, Need::Required);
  fields.text("description", location.description);
  fields.boolean("enabled", location.enabled);
  fields.name("host", location.host, Need::Required);
  location.transport = read_receive_transport(fields);
  location.pipeline = read_receive_pipeline(fields);
  fields.integer("maximum_unauthenticated", location.maximum_unauthenticated, 0, 1'000'000);
  location.service_window = read_service_window(fields);
  read_revocation_policy(fields, "revocation", location.revocation);
  fields.boolean("issue_sso_ticket", location.issue_sso_ticket);
  refuse_ticket_of_file(fields, location);
  if (two_way) {
    refuse_two_way_file(fields, adapter_name(location.transport));
    if (auto response = fields.map("response_pipeline")) {
      location.response_pipeline = read_send_pipeline(*response);
      response->no_other_keys();
    }
    fields.assignments("response_encryption_certificates", location.response_encryption_certificates);
    fields.duration("response_timeout", location.response_timeout, std::chrono::seconds(1), std::chrono::hours(24));
  } else {
    for (const auto* key : {"response_pipeline", "response_encryption_certificates", "response_timeout"}) {
      refuse_on_one_way(fields, key);
    }
  }
  fields.no_other_keys();
  return location;
}

void read_state(Fields& fields, SendPortState& state) {
  fields.choice("state", state, {SendPortState::Bound, SendPortState::Stopped, SendPortState::Started});
}

messaging::Filter read_filter(Fields& fields) {
  const auto text = fields.scalar("filter");
  if (!text) return {};
  auto filter = messaging::parse_filter(*text);
  if (!filter) {
    fields.bad_value("filter", "the filter is wrong at its " + filter.error().where + ": " + filter.error().what,
                     filter.error().remedy, kBadFilter);
    return {};
  }
  return std::move(*filter);
}

void read_response(Fields& fields, SendPort& port) {
  if (port.two_way) {
    if (auto response = fields.map("response_pipeline")) {
      port.response_pipeline = read_receive_pipeline(*response);
      response->no_other_keys();
    }
    fields.names("response_maps", port.response_maps);
  } else {
    refuse_on_one_way(fields, "response_pipeline");
    refuse_on_one_way(fields, "response_maps");
  }
}

/// Settings that exclude each other.
void check_delivery(Fields& fields, const SendPort& port) {
  if (fields.reading().failed()) return;
  if (port.backup && port.dynamic) {
    return fields.bad_value("backup", "a dynamic port has no backup transport", "remove 'backup', or 'dynamic'",
                            kContradiction);
  }
  if (port.backup && port.ordered_delivery) {
    return fields.bad_value("backup", "a backup transport would break the order of an ordered port",
                            "remove 'backup', or 'ordered_delivery'", kContradiction);
  }
  if (port.backup && port.two_way && carries_files(adapter_name(port.backup->transport))) {
    return fields.bad_value("backup", "files have no answers, but the port is two-way",
                            "use adapter HTTP in 'backup', or make the port one-way", kContradiction);
  }
  if (port.ordered_delivery && port.retry.count > 0 && port.retry.interval == Duration(0)) {
    return fields.bad_value("retry_interval", "an ordered port waits for its head, so it must not retry at once",
                            "write a retry_interval of 1s or more, or retry_count 0", kContradiction);
  }
  if (port.ordered_delivery && port.maximum_concurrency > 1) {
    fields.bad_value("maximum_concurrency", "an ordered port sends one message at a time",
                     "remove 'maximum_concurrency', or 'ordered_delivery'", kContradiction);
  }
}

}  // namespace

ReceivePort read_receive_port(Fields& fields) {
  ReceivePort port;
  fields.name("name", port.name, Need::Required);
  fields.text("description", port.description);
  fields.choice("authentication", port.authentication,
                {Authentication::None, Authentication::Drop, Authentication::Keep});
  fields.boolean("two_way", port.two_way);
  fields.boolean("route_failed_messages", port.route_failed_messages);
  fields.names("maps", port.maps);
  if (port.two_way) {
    fields.names("response_maps", port.response_maps);
  } else {
    refuse_on_one_way(fields, "response_maps");
  }
  port.tracking = read_tracking(fields, true, port.two_way);
  for (Fields& entry : fields.maps("locations")) port.locations.push_back(read_location(entry, port.two_way));
  fields.no_other_keys();
  return port;
}

SendPort read_send_port(Fields& fields) {
  SendPort port;
  fields.name("name", port.name, Need::Required);
  fields.text("description", port.description);
  read_state(fields, port.state);
  fields.name("host", port.host, Need::Required);
  fields.boolean("dynamic", port.dynamic);
  fields.boolean("two_way", port.two_way);
  port.transport = port.dynamic ? read_dynamic_transport(fields) : read_send_transport(fields);
  if (port.two_way && fields.has("adapter")) refuse_two_way_file(fields, adapter_name(port.transport));
  port.pipeline = read_send_pipeline(fields);
  fields.assignments("encryption_certificates", port.encryption_certificates);
  read_signing_certificates(fields, port.signing_certificates);
  read_revocation_policy(fields, "revocation", port.revocation);
  port.filter = read_filter(fields);
  fields.names("maps", port.maps);
  port.retry = read_retry(fields);
  port.backup = read_backup(fields);
  port.service_window = read_service_window(fields);
  fields.integer("priority", port.priority, messaging::kHighestPriority, messaging::kLowestPriority);
  port.ordered_delivery = read_ordered_delivery(fields);
  fields.integer("maximum_concurrency", port.maximum_concurrency, 0, 256);
  port.circuit_breaker = read_circuit_breaker(fields);
  fields.boolean("route_failed_messages", port.route_failed_messages);
  fields.boolean("acknowledge", port.acknowledge);
  read_response(fields, port);
  port.tracking = read_tracking(fields, port.two_way, true);
  fields.name("party", port.party, Need::Optional);
  fields.no_other_keys();
  check_delivery(fields, port);
  return port;
}

SendPortGroup read_send_port_group(Fields& fields) {
  SendPortGroup group;
  fields.name("name", group.name, Need::Required);
  fields.text("description", group.description);
  read_state(fields, group.state);
  group.filter = read_filter(fields);
  fields.names("send_ports", group.send_ports);
  fields.no_other_keys();
  return group;
}

}  // namespace sealgate::artifacts
