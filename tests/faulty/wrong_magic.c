/* SPDX-License-Identifier: Apache-2.0 */
/* Returns something that is no tenon_module. */
#include "faulty.h"

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("wrong_magic", "org.tenon.tests.wrong_magic");
  module.magic = TENON_MPM_MAGIC;
  return &module;
}
