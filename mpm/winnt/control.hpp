// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include <tenon/mpm.h>

#include "common/control_observer.hpp"
#include "winnt/console.hpp"
#include "winnt/inbox.hpp"

namespace tenon::mpm {

// The control process: runs until the server is stopped. Returns the exit code.
std::int32_t control_main(const tenon_control_host& host);

// The same for a service, which others ask by `inbox` and watch.
std::int32_t control_main(
    const tenon_control_host& host,
    Inbox& inbox,
    const ControlObservers& observers,
    Console::Owner owner
);

}  // namespace tenon::mpm
