/* SPDX-License-Identifier: Apache-2.0 */
/* Its table ends before the functions. */
#include "faulty.h"

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("short_struct", "org.tenon.tests.short_struct");
  module.struct_size = 64;
  return &module;
}
