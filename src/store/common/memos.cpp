#include "store/common/memos.h"

#include "store/common/errors.h"

namespace sealgate::store {

Result<> check_memo(const Memo& memo) {
  if (!memo.key.empty() && memo.key.size() <= kMaxMemoKey && memo.value.size() <= kMaxMemoValue) return {};
  return fail(
      kBadMemo,
      "a memo with a key of " + std::to_string(memo.key.size()) + " and a value of " +
          std::to_string(memo.value.size()) + " bytes cannot be kept",
      memo.key.substr(0, kMaxMemoKey),
      "a key has 1 to " + std::to_string(kMaxMemoKey) + " bytes, a value at most " + std::to_string(kMaxMemoValue));
}

}  // namespace sealgate::store
