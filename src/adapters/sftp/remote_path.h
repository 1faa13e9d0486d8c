#pragma once
// Paths on the server. One that begins with "/" counts from its root, any other from the home of the user.

#include <string>
#include <string_view>

namespace sealgate::adapters::sftp {

std::string join(std::string_view folder, std::string_view name);
/// What comes behind "sftp://host:port" for libcurl.
std::string url_path(std::string_view path);
/// As an argument of libcurl's quote commands.
std::string command_argument(std::string_view path);

/// True for the name of one file in a folder: no "/", no control character, not "." or "..", at most 255 bytes.
/// Servers list what they like; nothing else is ever asked for.
bool is_plain_name(std::string_view name);

}  // namespace sealgate::adapters::sftp
