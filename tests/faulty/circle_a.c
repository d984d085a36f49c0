/* SPDX-License-Identifier: Apache-2.0 */
/* Needs what another module offers, which needs what this one offers. */
#include "services.h"

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = service_module(
      "circle_a", "org.tenon.tests.circle_a", "org.tenon.tests.a/1", "org.tenon.tests.b/1"
  );
  return &module;
}
