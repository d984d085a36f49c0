// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mutex>
#include <string>
#include <utility>

#include <tenon/module.h>
#include <tenon/section.h>

#include "log/log.hpp"

namespace tenon::module {

// What the functions of the host table work on; one for all modules of the process.
struct Services {
  Log* log = nullptr;
  const tenon_section* section = nullptr;  // null outside a child: status is not offered
  std::string mpm;                         // name of the chosen MPM
};

}  // namespace tenon::module

// One loaded module as the host table sees it: the kernel's side of the opaque pointer.
struct tenon_self {
  const tenon::module::Services* services = nullptr;
  std::string name;

  void note_error(std::string_view text) {
    const std::lock_guard<std::mutex> lock(mutex_);
    error_ = text;
  }
  // What the last failing callback said; empty: it gave no reason. Forgets it.
  std::string take_error() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::exchange(error_, {});
  }

 private:
  std::mutex mutex_;  // a module may call set_error from any of its threads
  std::string error_;
};
