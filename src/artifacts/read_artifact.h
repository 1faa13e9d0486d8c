#pragma once
// Reading of each kind from its fields. Faults go into the Reading of the fields.

#include "artifacts/yaml_fields.h"

namespace sealgate::artifacts {

Group read_group(Fields& fields);
Host read_host(Fields& fields);
Party read_party(Fields& fields);
Schema read_schema(Fields& fields);
Map read_map(Fields& fields);
Pipeline read_pipeline(Fields& fields);
ReceivePort read_receive_port(Fields& fields);
SendPort read_send_port(Fields& fields);
SendPortGroup read_send_port_group(Fields& fields);
Agreement read_agreement(Fields& fields);

/// By the word under "kind"; empty after a fault.
std::optional<Artifact> read_artifact(Fields& fields);

}  // namespace sealgate::artifacts
