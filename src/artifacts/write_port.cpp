// Ports with everything that belongs to them.

#include "artifacts/write_artifact.h"

namespace sealgate::artifacts {
namespace {

void write(Writer& out, const FileReceiveSettings& file) {
  const FileReceiveSettings usual;
  out.line("folder", file.folder);
  if (file.masks.size() == 1) {
    out.line("mask", file.masks.front());
  } else {
    out.names("mask", file.masks);
  }
  out.names("exclude", file.exclude);
  out.unless("ignore_case", file.ignore_case, usual.ignore_case);
  out.unless("polling_interval", file.polling_interval, usual.polling_interval);
  out.unless("stable_for", file.stable_for, usual.stable_for);
  out.text("marker", file.marker);
  out.unless("rename_while_reading", file.rename_while_reading, usual.rename_while_reading);
  out.unless("skip_read_only", file.skip_read_only, usual.skip_read_only);
  out.unless("batch_size", file.batch_size, usual.batch_size);
  if (file.batch_bytes != usual.batch_bytes) out.size("batch_bytes", file.batch_bytes);
  out.unless("readers", file.readers, usual.readers);
}

void write(Writer& out, const HttpReceiveSettings& http) {
  const HttpReceiveSettings usual;
  out.line("path", http.path);
  out.text("listener", http.listener);
  std::vector<std::string> ways;
  for (const HttpAuthentication way : http.authentication) ways.emplace_back(to_string(way));
  out.names("authentication", ways);
  if (http.client_certificate != usual.client_certificate) {
    out.line("client_certificate", to_string(http.client_certificate));
  }
  out.names("content_types", http.content_types);
  out.names("allowed_clients", http.allowed_clients);
  out.unless("requests_per_second", http.requests_per_second, usual.requests_per_second);
  out.unless("suspend_failed_requests", http.suspend_failed_requests, usual.suspend_failed_requests);
  out.unless("return_correlation_handle", http.return_correlation_handle, usual.return_correlation_handle);
  if (http.maximum_body != usual.maximum_body) out.size("maximum_body", http.maximum_body);
}

void write(Writer& out, const FileSendSettings& file) {
  const FileSendSettings usual;
  out.text("folder", file.folder);
  if (!file.folder.empty()) out.line("file_name", file.file_name);
  if (file.copy_mode != usual.copy_mode) out.line("copy_mode", to_string(file.copy_mode));
  out.text("temporary_folder", file.temporary_folder);
  out.unless("create_folder", file.create_folder, usual.create_folder);
}

void write(Writer& out, const HttpSendSettings& http) {
  const HttpSendSettings usual;
  out.text("url", http.url);
  out.unless("chunked", http.chunked, usual.chunked);
  out.unless("timeout", http.timeout, usual.timeout);
  out.text("content_type", http.content_type);
  if (http.authentication != usual.authentication) out.line("authentication", to_string(http.authentication));
  out.text("user", http.user);
  out.text("password_source", http.password_source);
  out.text("affiliate_application", http.affiliate_application);
  if (http.client_certificate) out.line("client_certificate", *http.client_certificate);
  CertificateAssignments trusted;
  for (const Thumbprint& one : http.trusted_certificates) trusted.push_back({one});
  out.assignments("trusted_certificates", trusted);
  if (http.minimum_tls != usual.minimum_tls) out.line("minimum_tls", to_string(http.minimum_tls));
  out.unless("check_server_name", http.check_server_name, usual.check_server_name);
  out.unless("http2", http.http2, usual.http2);
  out.text("proxy", http.proxy);
  out.text("proxy_user", http.proxy_user);
  out.text("proxy_password_source", http.proxy_password_source);
  out.unless("redirects", http.redirects, usual.redirects);
  out.unless("expect_continue", http.expect_continue, usual.expect_continue);
  out.unless("gzip_request", http.gzip_request, usual.gzip_request);
  out.unless("gzip_response", http.gzip_response, usual.gzip_response);
  if (http.maximum_response != usual.maximum_response) out.size("maximum_response", http.maximum_response);
  out.unless("connect_timeout", http.connect_timeout, usual.connect_timeout);
  out.unless("tls_timeout", http.tls_timeout, usual.tls_timeout);
  out.unless("stall_timeout", http.stall_timeout, usual.stall_timeout);
  out.unless("answer_timeout", http.answer_timeout, usual.answer_timeout);
}

void write_check(Writer& out, std::string_view key, const std::optional<SoapCheck>& check) {
  if (!check) return;
  const SoapCheck usual;
  out.open(key);
  out.line("require_signature", check->require_signature);
  out.unless("require_encryption", check->require_encryption, usual.require_encryption);
  out.unless("require_timestamp", check->require_timestamp, usual.require_timestamp);
  out.unless("maximum_age", check->maximum_age, usual.maximum_age);
  out.unless("clock_skew", check->clock_skew, usual.clock_skew);
  if (!check->users.empty()) {
    out.open("users");
    for (const SoapUser& user : check->users) {
      out.open_item();
      out.line("name", user.name);
      out.line("password_file", user.password_file);
      out.close();
    }
    out.close();
  }
  out.close();
}

void write_seal(Writer& out, std::string_view key, const std::optional<SoapSeal>& seal) {
  if (!seal) return;
  const SoapSeal usual;
  out.open(key);
  out.line("sign", seal->sign);
  out.unless("encrypt", seal->encrypt, usual.encrypt);
  if (seal->cipher != usual.cipher) out.line("cipher", to_string(seal->cipher));
  out.unless("lifetime", seal->lifetime, usual.lifetime);
  if (seal->user) {
    out.open("user");
    out.line("name", seal->user->name);
    out.line("password_file", seal->user->password_file);
    out.unless("password_digest", seal->password_digest, usual.password_digest);
    out.close();
  }
  out.close();
}

void write(Writer& out, const SoapReceiveSettings& soap) {
  const SoapReceiveSettings usual;
  write(out, soap.http);
  if (soap.version != usual.version) out.line("version", to_string(soap.version));
  out.names("understood_headers", soap.understood_headers);
  out.unless("service", soap.service, usual.service);
  out.text("public_address", soap.public_address);
  out.names("schemas", soap.schemas);
  write_check(out, "security", soap.security);
  write_seal(out, "response_security", soap.response_security);
  if (soap.operations.empty()) return;
  out.open("operations");
  for (const SoapOperation& operation : soap.operations) {
    out.open_item();
    out.line("name", operation.name);
    out.text("action", operation.action);
    out.text("request", operation.request);
    out.text("response", operation.response);
    out.close();
  }
  out.close();
}

void write(Writer& out, const SoapSendSettings& soap) {
  const SoapSendSettings usual;
  write(out, soap.http);
  out.unless("use_soap12", soap.use_soap12, usual.use_soap12);
  out.text("action", soap.action);
  out.names("headers", soap.headers);
  out.names("understood_headers", soap.understood_headers);
  if (soap.maximum_body != usual.maximum_body) out.size("maximum_body", soap.maximum_body);
  write_seal(out, "security", soap.security);
  write_check(out, "answer_security", soap.answer_security);
}

template <typename Transport>
void write_transport(Writer& out, const Transport& transport) {
  out.line("adapter", adapter_name(transport));
  out.open("settings");
  std::visit([&](const auto& settings) { write(out, settings); }, transport);
  out.close();
}

void write(Writer& out, const std::optional<ServiceWindow>& window) {
  if (!window) return;
  out.open("service_window");
  out.line("start", format_clock(window->start_minute));
  out.line("stop", format_clock(window->stop_minute));
  std::vector<std::string> days;
  for (const auto day : window->days) days.emplace_back(weekday_word(day));
  out.names("days", days);
  out.line("time_zone", window->time_zone);
  out.close();
}

void write(Writer& out, const Tracking& tracking) {
  if (tracking == Tracking{}) return;
  out.open("tracking");
  out.line("events", tracking.events);
  std::vector<std::string> bodies;
  for (const TrackingPoint& point : kTrackingPoints) {
    if (tracking.*point.flag) bodies.emplace_back(point.word);
  }
  out.names("bodies", bodies);
  out.close();
}

template <typename Pipeline>
void write_response(Writer& out, const Pipeline& pipeline) {
  if (pipeline == Pipeline{}) return;
  out.open("response_pipeline");
  write(out, pipeline);
  out.close();
}

void write_delivery(Writer& out, const SendPort& port) {
  const SendPort usual;
  write(out, port.retry);
  if (port.backup) {
    out.open("backup");
    write_transport(out, port.backup->transport);
    write(out, port.backup->retry);
    write(out, port.backup->service_window);
    out.close();
  }
  write(out, port.service_window);
  out.unless("priority", port.priority, usual.priority);
  if (port.ordered_delivery) {
    out.open("ordered_delivery");
    out.line("on_failure", to_string(*port.ordered_delivery));
    out.close();
  }
  out.unless("maximum_concurrency", port.maximum_concurrency, usual.maximum_concurrency);
  if (port.circuit_breaker) {
    out.open("circuit_breaker");
    out.line("failures", port.circuit_breaker->failures);
    out.line("pause", port.circuit_breaker->pause);
    out.close();
  }
}

}  // namespace

void write(Writer& out, const RetryPolicy& retry) {
  const RetryPolicy usual;
  out.line("retry_count", retry.count);
  out.line("retry_interval", retry.interval);
  if (retry.backoff != usual.backoff) out.line("backoff", to_string(retry.backoff));
  out.unless("maximum_retry_interval", retry.maximum_interval, usual.maximum_interval);
}

void write(Writer& out, const ReceivePort& port) {
  const ReceivePort usual;
  const ReceiveLocation usual_location;
  out.line("authentication", to_string(port.authentication));
  out.unless("two_way", port.two_way, usual.two_way);
  out.unless("route_failed_messages", port.route_failed_messages, usual.route_failed_messages);
  out.names("maps", port.maps);
  out.names("response_maps", port.response_maps);
  write(out, port.tracking);
  if (port.locations.empty()) return;
  out.open("locations");
  for (const ReceiveLocation& location : port.locations) {
    out.open_item();
    out.line("name", location.name);
    out.text("description", location.description);
    out.line("enabled", location.enabled);
    out.line("host", location.host);
    write_transport(out, location.transport);
    write(out, location.pipeline);
    out.unless("maximum_unauthenticated", location.maximum_unauthenticated, usual_location.maximum_unauthenticated);
    write(out, location.service_window);
    write(out, location.revocation);
    out.unless("issue_sso_ticket", location.issue_sso_ticket, usual_location.issue_sso_ticket);
    write_response(out, location.response_pipeline);
    out.assignments("response_encryption_certificates", location.response_encryption_certificates);
    out.unless("response_timeout", location.response_timeout, usual_location.response_timeout);
    out.close();
  }
  out.close();
}

void write(Writer& out, const SendPort& port) {
  const SendPort usual;
  out.line("state", to_string(port.state));
  out.line("host", port.host);
  out.text("party", port.party);
  out.text("filter", messaging::to_text(port.filter));
  out.unless("dynamic", port.dynamic, usual.dynamic);
  out.unless("two_way", port.two_way, usual.two_way);
  if (!port.dynamic || port.transport != usual.transport) write_transport(out, port.transport);
  write(out, port.pipeline);
  out.assignments("encryption_certificates", port.encryption_certificates);
  out.assignments("signing_certificates", port.signing_certificates);
  write(out, port.revocation);
  out.names("maps", port.maps);
  write_delivery(out, port);
  write_response(out, port.response_pipeline);
  out.names("response_maps", port.response_maps);
  out.unless("route_failed_messages", port.route_failed_messages, usual.route_failed_messages);
  out.unless("acknowledge", port.acknowledge, usual.acknowledge);
  write(out, port.tracking);
}

void write(Writer& out, const SendPortGroup& group) {
  out.line("state", to_string(group.state));
  out.text("filter", messaging::to_text(group.filter));
  out.names("send_ports", group.send_ports);
}

}  // namespace sealgate::artifacts
