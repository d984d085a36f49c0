// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tenon/status.h>

namespace tenon::module {

// The table behind "tenon.draft.status/1": reads the section that the child shares with the
// control process. Outside a child its functions answer TENON_E_STATE.
const tenon_status_api& status_api();

}  // namespace tenon::module
