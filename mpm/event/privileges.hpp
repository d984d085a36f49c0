// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/cpp/result.hpp>

#include <sys/types.h>

namespace tenon::mpm {

// As whom a child runs.
struct Identity {
  bool change = false;  // false: as the control process does, and nothing below means anything
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups;  // supplementary ones
  std::string name;           // of the user
};

// Which of the two names is wrong, and why.
struct IdentityFault {
  bool of_group = false;
  std::string text;
};

// Names, or numbers where the system has no such name. An empty `group` is the user's own, an empty
// `user` the control process' own.
Result<Identity, IdentityFault> find_identity(const std::string& user, const std::string& group);

// What giving up rights failed at, and errno; null: nothing.
struct RightsFault {
  const char* step = nullptr;
  int error = 0;
};

// Becomes that user, for good. A process that is not root afterwards has no capability and can gain
// none, not even by a program that is set-uid. Calls nothing that takes a lock or memory: it may
// run between fork() and exec().
RightsFault give_up_rights(const Identity& identity);

}  // namespace tenon::mpm
