// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <mutex>
#include <string>
#include <utility>

#include <tenon/module.h>
#include <tenon/section.h>

#include "log/log.hpp"
#include "module/blocking.hpp"
#include "module/metrics.hpp"
#include "module/offers.hpp"
#include "module/timers.hpp"

namespace tenon::module {

// What modules do beside requests.
struct Runtime {
  Offers offers;
  Metrics metrics;
  Timers timers;
  BlockingWork blocking;
};

// What the functions of the host table work on; one for all modules of the process.
struct Services {
  Log* log = nullptr;
  const tenon_section* section = nullptr;  // null outside a child: status is not offered
  std::string mpm;                         // name of the chosen MPM
  Runtime runtime;
};

}  // namespace tenon::module

// One loaded module as the host table sees it: the kernel's side of the opaque pointer.
struct tenon_self {
  // Which [control] function of the module runs now.
  enum class Stage { None, Load, Check, Create };

  tenon::module::Services* services = nullptr;
  std::string name;
  std::atomic<Stage> stage{Stage::None};

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

namespace tenon::module {

// For as long as a [control] function of the module runs.
class InStage {
 public:
  InStage(tenon_self& self, tenon_self::Stage stage) : self_(self) { self_.stage = stage; }
  ~InStage() { self_.stage = tenon_self::Stage::None; }
  InStage(const InStage&) = delete;
  InStage& operator=(const InStage&) = delete;

 private:
  tenon_self& self_;
};

}  // namespace tenon::module
