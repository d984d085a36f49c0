// SPDX-License-Identifier: Apache-2.0
#include "module/order.hpp"

#include <algorithm>
#include <string_view>

namespace tenon::module {
namespace {

using Graph = std::vector<std::vector<bool>>;  // [a][b]: a must run before b

bool names(const char* const* ids, const std::string& id) {
  for (; ids != nullptr && *ids != nullptr; ++ids) {
    if (id == *ids) return true;
  }
  return false;
}

Graph build_graph(const std::vector<HookWish>& wishes) {
  const size_t count = wishes.size();
  Graph first(count, std::vector<bool>(count, false));
  for (size_t a = 0; a < count; ++a) {
    for (size_t b = 0; b < count; ++b) {
      if (a == b) continue;
      if (names(wishes[a].before, wishes[b].id)) first[a][b] = true;
      if (names(wishes[a].after, wishes[b].id)) first[b][a] = true;
    }
  }
  return first;
}

bool must_wait(const Graph& first, const std::vector<bool>& done, size_t index) {
  for (size_t other = 0; other < done.size(); ++other) {
    if (!done[other] && first[other][index]) return true;
  }
  return false;
}

// Of what is left, one ring: whoever is left waits for somebody who is left, so walking backwards
// from any of them must come round.
std::vector<std::string> find_cycle(
    const std::vector<HookWish>& wishes, const Graph& first, const std::vector<bool>& done
) {
  std::vector<size_t> walk;
  size_t at = static_cast<size_t>(std::find(done.begin(), done.end(), false) - done.begin());
  while (std::find(walk.begin(), walk.end(), at) == walk.end()) {
    walk.push_back(at);
    size_t waits_for = 0;
    while (done[waits_for] || !first[waits_for][at]) {
      ++waits_for;
    }
    at = waits_for;
  }
  walk.erase(walk.begin(), std::find(walk.begin(), walk.end(), at));
  std::sort(walk.begin(), walk.end());  // in the order of `modules`, so that the text is stable
  std::vector<std::string> ids;
  for (const size_t index : walk) {
    ids.push_back(wishes[index].id);
  }
  return ids;
}

}  // namespace

HookOrder order_hooks(const std::vector<HookWish>& wishes) {
  const Graph first = build_graph(wishes);
  std::vector<bool> done(wishes.size(), false);
  HookOrder result;
  while (result.order.size() < wishes.size()) {
    size_t next = 0;
    while (next < wishes.size() && (done[next] || must_wait(first, done, next))) {
      ++next;
    }
    if (next == wishes.size()) {
      result.cycle = find_cycle(wishes, first, done);
      return result;
    }
    done[next] = true;
    result.order.push_back(next);
  }
  return result;
}

}  // namespace tenon::module
