/* SPDX-License-Identifier: Apache-2.0 */
/* Claims the id of another module. */
#include "faulty.h"

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("duplicate_id", "org.tenon.tests.duplicate_id");
  module.id = "org.tenon.tests.healthy";
  return &module;
}
