/* SPDX-License-Identifier: Apache-2.0 */
/* hangs_at_start.c - never returns from load. */
#include "faulty.h"

static volatile int for_ever = 1;

static tenon_status TENON_CALL load(tenon_self* self, const tenon_host* host) {
  (void)self;
  (void)host;
  while (for_ever) {
  }
  return TENON_OK;
}

TENON_EXPORT const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("hangs_at_start", "test.tenon.hangs_at_start");
  module.load = load;
  return &module;
}
