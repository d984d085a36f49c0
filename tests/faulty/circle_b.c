/* SPDX-License-Identifier: Apache-2.0 */
/* The other one. */
#include "services.h"

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = service_module(
      "circle_b", "org.tenon.tests.circle_b", "org.tenon.tests.b/1", "org.tenon.tests.a/1"
  );
  return &module;
}
