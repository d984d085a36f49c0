// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/diagnostics.hpp"
#include "config/document.hpp"

namespace tenon::config {

// Adds what a further file of a configuration says: its tables join those of the same name; its
// server.modules, server.listen and [[site]] are put behind what is there. Any other key that both
// have is a finding that names both places.
void combine(TableNode& into, TableNode&& from, Diagnostics& diagnostics);

}  // namespace tenon::config
