/* SPDX-License-Identifier: Apache-2.0 */
/* Claims the name of another module. */
#include "faulty.h"

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("duplicate_name", "org.tenon.tests.duplicate_name");
  module.name = "healthy";
  return &module;
}
