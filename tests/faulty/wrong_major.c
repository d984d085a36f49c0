/* SPDX-License-Identifier: Apache-2.0 */
/* Built for an ABI that this server does not speak. */
#include "faulty.h"

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("wrong_major", "org.tenon.tests.wrong_major");
  module.abi_major = TENON_ABI_MAJOR + 7;
  return &module;
}
