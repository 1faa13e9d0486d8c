#pragma once
// Sockets of the loopback interface for the load generator and the sink. What fails here ends the program: a
// benchmark has nobody to report to.

#include <cstdint>
#include <string>

namespace sealgate::bench {

[[noreturn]] void give_up(const std::string& why);

/// Non-blocking, connected, without Nagle's delay; -1 when nobody listens.
int connect_to(std::uint16_t port);
/// Non-blocking, listening on a free port, which `port` gets.
int listen_anywhere(std::uint16_t& port);
/// The next waiting connection, non-blocking; -1 when there is none.
int accept_one(int listener);

/// Registers for reading, and for writing too when asked. `tag` comes back with each event.
void watch(int epoll, int fd, void* tag, bool writing, bool is_new);

/// The value of "--name" in the arguments, else `fallback`.
std::uint64_t number_option(int argc, char** argv, const std::string& name, std::uint64_t fallback);
std::string text_option(int argc, char** argv, const std::string& name, const std::string& fallback);

/// Processor seconds of this process so far.
double processor_seconds();

}  // namespace sealgate::bench
