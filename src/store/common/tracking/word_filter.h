#pragma once
// A Bloom filter over the words of a sealed block: says "surely not here" or "perhaps". Stored with the block, so
// that a search opens the few blocks that can hold what is looked for, and appending costs no index. Not part of the
// chain: verify() compares it with the records.

#include <string_view>
#include <vector>

#include "messaging/tracking.h"

namespace sealgate::store::tracking {

/// The same for words that differ in the case of ASCII letters only.
std::uint64_t word_hash(std::string_view word);

/// Hashes of every whole text in the record that a query can ask for.
void collect_words(const messaging::TrackingRecord& record, std::vector<std::uint64_t>& hashes);

/// 12 bits a different word: one in 300 blocks is opened for nothing.
Bytes make_filter(std::vector<std::uint64_t> hashes);
/// True for a filter that is damaged: better to look than to miss.
bool may_hold(ByteView filter, std::uint64_t hash);

}  // namespace sealgate::store::tracking
