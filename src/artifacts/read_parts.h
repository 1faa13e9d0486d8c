#pragma once
// Parts that several kinds share, read from the fields of the document or mapping they stand in.

#include "artifacts/yaml_fields.h"

namespace sealgate::artifacts {

inline constexpr Duration kLongest{std::chrono::hours(24 * 365)};

ReceiveTransport read_receive_transport(Fields& fields);
SendTransport read_send_transport(Fields& fields);
/// Of a dynamic port: may be absent, and has no address.
SendTransport read_dynamic_transport(Fields& fields);

FileReceiveSettings read_file_receive(Fields& fields);
FileSendSettings read_file_send(Fields& fields, bool dynamic);
HttpSendSettings read_http_send(Fields& fields, bool dynamic);
SftpReceiveSettings read_sftp_receive(Fields& fields);
SftpSendSettings read_sftp_send(Fields& fields, bool dynamic);
/// Empty is none.
void check_secret_source(Fields& fields, std::string_view key, const std::string& source);
/// BizTalk's limit for the URI of a port or location.
void check_address_length(Fields& fields, std::string_view key, const std::string& address);
/// An absolute path without "." and "..".
void check_folder(Fields& fields, std::string_view key, const std::string& folder);
/// One component, without a folder.
void check_file_name(Fields& fields, std::string_view key, const std::string& name);
/// A word between percent signs that is no macro would stand in the names of files for ever.
void check_file_macros(Fields& fields, std::string_view key, const std::string& pattern);
/// A dynamic port takes its address from the message: one that is written here would be silently without effect.
void refuse_address(Fields& fields, std::string_view key);
/// The fields of SOAP, and those of HTTP by `read_http`.
SoapReceiveSettings read_soap_receive(Fields& fields, HttpReceiveSettings (*read_http)(Fields&));
SoapSendSettings read_soap_send(Fields& fields, bool dynamic, HttpSendSettings (*read_http)(Fields&, bool));

ReceivePipelineSettings read_receive_pipeline(Fields& fields);
SendPipelineSettings read_send_pipeline(Fields& fields);

/// A list of networks of IP addresses.
void read_networks(Fields& fields, std::string_view key, std::vector<std::string>& out);
/// listeners, realm, users.
void read_doors(Fields& fields, Host& host);

/// signing_certificates, or the older word signing_certificate: one or a list.
void read_signing_certificates(Fields& fields, CertificateAssignments& out);
/// `revocation: require`, of a party, a location or a port.
void read_revocation_policy(Fields& fields, std::string_view key, std::optional<RevocationPolicy>& out);
RevocationSettings read_revocation(Fields& fields);
ExpirySettings read_expiry(Fields& fields);
PathSettings read_path(Fields& fields);

/// retry_count, retry_interval, backoff, maximum_retry_interval.
RetryPolicy read_retry(Fields& fields);
std::optional<ServiceWindow> read_service_window(Fields& fields);
std::optional<BackupTransport> read_backup(Fields& fields);
std::optional<OrderedFailure> read_ordered_delivery(Fields& fields);
std::optional<CircuitBreaker> read_circuit_breaker(Fields& fields);
/// `receives` and `sends`: whether the port has pipelines of that direction, whose bodies can be kept.
Tracking read_tracking(Fields& fields, bool receives, bool sends);

}  // namespace sealgate::artifacts
