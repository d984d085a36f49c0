/* SPDX-License-Identifier: Apache-2.0 */
/* Is not called as its file is. */
#include "faulty.h"

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("wrong_name", "org.tenon.tests.wrong_name");
  module.name = "another_name";
  return &module;
}
