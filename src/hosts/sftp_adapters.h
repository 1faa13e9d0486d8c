#pragma once
// What ports and locations say about SFTP, as the adapter takes it.

#include "adapters/sftp/sftp_receiver.h"
#include "adapters/sftp/sftp_sender.h"
#include "artifacts/transports.h"
#include "hosts/adapter_table.h"

namespace sealgate::hosts {

adapters::sftp::SftpSendOptions sftp_send_options(const AdapterServices& services,
                                                  const artifacts::SftpSendSettings& settings, const Sender& sender);
adapters::sftp::SftpReceiveOptions sftp_receive_options(const std::string& location,
                                                        const artifacts::SftpReceiveSettings& settings);

}  // namespace sealgate::hosts
