/* SPDX-License-Identifier: Apache-2.0 */
/* Built with newer headers. */
#include "faulty.h"

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("wrong_minor", "org.tenon.tests.wrong_minor");
  module.abi_minor = TENON_ABI_MINOR + 41;
  return &module;
}
