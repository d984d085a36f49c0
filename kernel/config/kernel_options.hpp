// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "config/config.hpp"
#include "config/document.hpp"

namespace tenon::config {

// The option tables of [server.limits], [server.timeouts] and [server.log], in this order.
const std::vector<OptionTable>& kernel_tables();

// [server.limits], [server.timeouts] and [server.log], read by the same tables of options, types
// and limits that modules have. A null table leaves the defaults.
Limits read_limits(const TableNode* table, Diagnostics& diagnostics);
Timeouts read_timeouts(const TableNode* table, Diagnostics& diagnostics);
Log read_log(const TableNode* table, const std::string& data_root, Diagnostics& diagnostics);

}  // namespace tenon::config
