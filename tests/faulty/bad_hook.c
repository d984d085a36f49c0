/* SPDX-License-Identifier: Apache-2.0 */
/* Wants to run in a phase that does not exist. */
#include "faulty.h"

static const tenon_hook bad_hooks[] = {
    {sizeof(tenon_hook), 99, TENON_RUN_LOOP, 0, NULL, NULL, pass}};

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("bad_hook", "org.tenon.tests.bad_hook");
  module.hooks = bad_hooks;
  return &module;
}
