/* SPDX-License-Identifier: Apache-2.0 */
/* Wants to run before cycle_a, which wants to run before it. */
#include "faulty.h"

static const char* const first[] = {"org.tenon.tests.cycle_a", NULL};
static const tenon_hook access_hooks[] = {
    {sizeof(tenon_hook), TENON_PH_ACCESS, TENON_RUN_LOOP, 0, first, NULL, pass}};

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("cycle_b", "org.tenon.tests.cycle_b");
  module.hooks = access_hooks;
  return &module;
}
