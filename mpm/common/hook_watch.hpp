// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <tenon/section.h>

namespace tenon::mpm {

// Finds hooks that run for too long, by the slots of the shared section. One in an I/O thread holds
// up every connection of that thread; one in the pool only takes a thread away.
class HookWatch {
 public:
  struct Finding {
    std::string text;
    bool ends_child = false;
  };
  static constexpr std::uint32_t kNever = UINT32_MAX;

  HookWatch() = default;
  HookWatch(const tenon_section& section, std::uint64_t timeout_ns);

  // Milliseconds between looks; kNever: nothing is watched.
  std::uint32_t look_every_ms() const;
  std::vector<Finding> look(std::uint64_t now_ns);

 private:
  const tenon_section* section_ = nullptr;
  std::uint64_t timeout_ns_ = 0;
  std::vector<std::uint64_t> reported_;  // per thread: when the hook started that was named
};

}  // namespace tenon::mpm
