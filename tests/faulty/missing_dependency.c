/* SPDX-License-Identifier: Apache-2.0 */
/* Needs a DLL that is taken away after the build. */
#include "faulty.h"

int vanished(void);

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("missing_dependency", "org.tenon.tests.missing_dependency");
  module.struct_size += (uint32_t)vanished();
  return &module;
}
