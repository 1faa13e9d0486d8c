// sealgate tracking: what happened to each message, and the proof that the log was not changed.

#include "cli/tracking_command.h"

#include <array>

#include "cli/subcommands.h"

namespace sealgate::cli {
namespace {

constexpr std::array kMembers = {
    Command{"list", "Search the log: by time, message, port, party, certificate, file, address, text",
            run_tracking_list},
    Command{"show", "The journey of one message, step by step", run_tracking_show},
    Command{"verify", "Recompute the chain of hashes of the log or of an archive", run_tracking_verify},
    Command{"head", "The hash the log ends with, to be noted elsewhere", run_tracking_head},
    Command{"archive", "Move the old part of the log to a file", run_tracking_archive},
    Command{"body", "Write a tracked body to a file", run_tracking_body},
};

constexpr Family kFamily{
    "tracking", "The journeys of messages", kMembers,
    "Events: received, refused, unroutable, routed, attempted, sent, suspended, resumed, resent,\n"
    "terminated, acknowledged, body-stored, dropped, credentials-asked, credentials-changed, repeated."};

}  // namespace

int run_tracking(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
