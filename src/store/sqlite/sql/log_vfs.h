#pragma once
// Few large writes to SQLite's write-ahead log in the place of many small ones.
//
// SQLite writes a commit frame by frame, and each frame in two calls: a head of 24 bytes, then the page. A message is
// thirty calls, every second of which goes to parts of the log's pages that the one before touched. This layer
// ("VFS", https://www.sqlite.org/vfs.html) lies on that of the operating system, holds the frames of a transaction
// back, and writes them in one call. Everything else (locks, shared memory, the database itself) goes past it.
//
// What the readers and the disk see is what they would see without it:
// - The frame that ends a transaction (it carries the commit mark) is written, with all before it, within the call
//   that hands it over. That is before SQLite syncs the log, and before it shows the frames to other connections. So
//   what is held back always belongs to a transaction that is still open, which nobody but its writer can see.
// - It is written before its writer does anything else with the log: reads, measures, cuts, syncs or closes it, or
//   writes at another place.
// - It does not outlive the lock of the writer: another one may write at the same place afterwards.
// - A write that fails is reported by the call that it was for, with its own code. What SQLite was told is written
//   stays held, and the next of these calls tries again; only a transaction that is rolled back lets it go.
// - What does not look like the frames of a growing log is never held back.

struct sqlite3_vfs;

namespace sealgate::store::sql {

/// For sqlite3_open_v2(). Registered with the first call; thread-safe. A null pointer, which is the layer of the
/// operating system itself, when SQLite does not have it.
const char* log_vfs();

/// The same on the layer `below` by a name of its own, for tests. Both strings and layers stay with SQLite for good:
/// `name` and `below` must live as long as the process. A code of SQLite.
int register_log_vfs(const char* name, sqlite3_vfs* below);

}  // namespace sealgate::store::sql
