#pragma once
// Writing of each kind, the counterpart of read_artifact.h: everything after kind, name and description.

#include "artifacts/yaml_writer.h"

namespace sealgate::artifacts {

void write(Writer& out, const Group& group);
void write(Writer& out, const Host& host);
void write(Writer& out, const Party& party);
void write(Writer& out, const ReceivePipelineSettings& pipeline);
void write(Writer& out, const SendPipelineSettings& pipeline);
/// Nothing when it is what holds without being written.
void write(Writer& out, const RevocationSettings& revocation);
void write(Writer& out, const ExpirySettings& warnings);
void write(Writer& out, const PathSettings& path);
void write(Writer& out, const std::optional<RevocationPolicy>& policy);
void write(Writer& out, const RetryPolicy& retry);
void write(Writer& out, const SftpReceiveSettings& sftp);
void write(Writer& out, const SftpSendSettings& sftp);
void write(Writer& out, const Schema& schema);
void write(Writer& out, const Map& map);
void write(Writer& out, const Pipeline& pipeline);
void write(Writer& out, const ReceivePort& port);
void write(Writer& out, const SendPort& port);
void write(Writer& out, const SendPortGroup& group);
void write(Writer& out, const Agreement& agreement);

}  // namespace sealgate::artifacts
