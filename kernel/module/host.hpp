// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tenon/module.h>

namespace tenon::module {

// The table that every module is loaded with; lives for ever.
const tenon_host& host_table();

// An optional interface by its id, or null. Modules reach it through tenon_host::query.
const void* find_interface(const char* id);

}  // namespace tenon::module
