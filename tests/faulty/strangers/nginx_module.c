/* SPDX-License-Identifier: Apache-2.0 */
/* What an nginx module exports. */
#include <tenon/abi.h>

extern TENON_EXPORT int ngx_modules[];
int ngx_modules[1] = {0};
