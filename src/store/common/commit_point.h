#pragma once
// Named moments of a change where a crash must do no harm. A store passes each of them; a test that sets the hook
// ends the process there and looks at what is left. Outside of tests the hook is null and a point costs one
// comparison.
//
// Names are "operation.what-has-happened": "publish.files-linked", "batch.committed".

#include <string_view>

namespace sealgate::store {

using CommitPointHook = void (*)(std::string_view name);

/// Set it while nothing is written. Called on the thread that writes, which need not be the caller's.
inline CommitPointHook commit_point_hook = nullptr;

inline void commit_point(std::string_view name) {
  if (commit_point_hook != nullptr) commit_point_hook(name);
}

}  // namespace sealgate::store
