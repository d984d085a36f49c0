// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tenon/status.h>

#include "module/registry.hpp"

namespace tenon::module {

// The table behind "tenon.draft.status/1": reads the section that the child shares with the
// control process. Outside a child its functions answer TENON_E_STATE.
const tenon_status_api& status_api();

// [control] Writes in the section whose hooks are counted in which slots; before they are.
void name_modules(const Registry& registry, tenon_section* section);

}  // namespace tenon::module
