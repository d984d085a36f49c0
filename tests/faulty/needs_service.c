/* SPDX-License-Identifier: Apache-2.0 */
/* Needs a service in its load() already. */
#include "services.h"

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = service_module(
      "needs_service", "org.tenon.tests.needs_service", NULL, "org.tenon.tests.number/1"
  );
  return &module;
}
