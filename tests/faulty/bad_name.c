/* SPDX-License-Identifier: Apache-2.0 */
/* Its name does not fit into the configuration. */
#include "faulty.h"

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("bad_name", "org.tenon.tests.bad_name");
  module.name = "Bad-Name";
  return &module;
}
