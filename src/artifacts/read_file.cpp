// Settings of the FILE adapter.

#include "artifacts/errors.h"
#include "artifacts/file_macros.h"
#include "artifacts/read_parts.h"

namespace sealgate::artifacts {
namespace {

constexpr std::size_t kMaximumName = 255;
constexpr std::size_t kMaximumMasks = 32;
constexpr std::uint64_t kSmallestBatch = 1024;

bool is_one_component(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos;
}

void read_masks(Fields& fields, std::string_view key, std::vector<std::string>& out, bool single) {
  fields.texts(key, out, kMaximumName, is_one_component,
               "write masks of names without folders, each once, such as *.xml and order-??.edi", single);
  if (!fields.reading().failed() && out.size() > kMaximumMasks) {
    fields.bad_value(key, "'" + std::string(key) + "' has more than 32 masks", "use wider masks");
  }
}

}  // namespace

void check_folder(Fields& fields, std::string_view key, const std::string& folder) {
  const bool absolute = folder.starts_with('/');
  const std::string slashed = folder + "/";
  const bool climbs = slashed.find("/../") != std::string::npos || slashed.find("/./") != std::string::npos;
  if (!fields.reading().failed() && (!absolute || climbs)) {
    fields.bad_value(key, "'" + std::string(key) + "' must be an absolute path without '.' and '..'",
                     "write the path from the root");
  }
}

void check_file_name(Fields& fields, std::string_view key, const std::string& name) {
  if (fields.reading().failed() || is_one_component(name)) return;
  fields.bad_value(key, "'" + std::string(key) + "' must be a file name without a folder",
                   "put the folder into 'folder'");
}

void check_file_macros(Fields& fields, std::string_view key, const std::string& pattern) {
  if (fields.reading().failed()) return;
  const std::string_view unknown = unknown_file_macro(pattern);
  if (unknown.empty()) return;
  std::string macros;
  for (const std::string_view macro : kFileMacros) {
    macros.append(macros.empty() ? "%" : ", %").append(macro).append("%");
  }
  fields.bad_value(key, "'" + std::string(key) + "' holds %" + std::string(unknown) + "%, which is no macro",
                   "use " + macros + ", written exactly so");
}

FileReceiveSettings read_file_receive(Fields& fields) {
  FileReceiveSettings file;
  fields.text("folder", file.folder, Need::Required);
  std::vector<std::string> masks;
  read_masks(fields, "mask", masks, true);
  if (!masks.empty()) {
    file.masks = std::move(masks);
  } else if (!fields.reading().failed() && fields.has("mask")) {
    fields.bad_value("mask", "'mask' names no mask", "write *.xml, or leave it out for all files");
  }
  read_masks(fields, "exclude", file.exclude, true);
  fields.boolean("ignore_case", file.ignore_case);
  fields.duration("polling_interval", file.polling_interval, Duration(50), kLongest);
  fields.duration("stable_for", file.stable_for, Duration(0), std::chrono::hours(24));
  fields.text("marker", file.marker);
  fields.boolean("rename_while_reading", file.rename_while_reading);
  fields.boolean("skip_read_only", file.skip_read_only);
  fields.integer("batch_size", file.batch_size, 1, 256);
  fields.size("batch_bytes", file.batch_bytes);
  fields.integer("readers", file.readers, 1, 16);
  fields.no_other_keys();
  check_folder(fields, "folder", file.folder);
  if (!fields.reading().failed() && file.batch_bytes < kSmallestBatch) {
    fields.bad_value("batch_bytes", "'batch_bytes' is below 1KiB", "give at least 1KiB, or leave it out");
  }
  if (!fields.reading().failed() && fields.has("marker") && !is_one_component(file.marker)) {
    fields.bad_value("marker", "'marker' must be the ending that the name of a marker has", "write .done");
  }
  for (const std::string& mask : file.masks) check_address_length(fields, "folder", file.folder + "/" + mask);
  return file;
}

FileSendSettings read_file_send(Fields& fields, bool dynamic) {
  FileSendSettings file;
  if (dynamic) {
    refuse_address(fields, "folder");
    refuse_address(fields, "file_name");
  } else {
    fields.text("folder", file.folder, Need::Required);
    fields.text("file_name", file.file_name);
  }
  fields.choice("copy_mode", file.copy_mode,
                {FileCopyMode::Append, FileCopyMode::Overwrite, FileCopyMode::CreateNew});
  fields.text("temporary_folder", file.temporary_folder);
  fields.boolean("create_folder", file.create_folder);
  fields.no_other_keys();
  if (fields.has("temporary_folder")) check_folder(fields, "temporary_folder", file.temporary_folder);
  if (!fields.reading().failed() && fields.has("temporary_folder") && file.copy_mode == FileCopyMode::Append) {
    fields.bad_value("temporary_folder", "'temporary_folder' has no effect with 'copy_mode: append'",
                     "leave it out: what is appended is written where it stays", kContradiction);
  }
  if (dynamic) return file;
  check_folder(fields, "folder", file.folder);
  check_file_name(fields, "file_name", file.file_name);
  check_file_macros(fields, "file_name", file.file_name);
  check_address_length(fields, "folder", file.folder + "/" + file.file_name);
  return file;
}

}  // namespace sealgate::artifacts
