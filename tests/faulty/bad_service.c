/* SPDX-License-Identifier: Apache-2.0 */
/* Offers a service by a name that has no revision. */
#include "services.h"

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = service_module("bad_service", "org.tenon.tests.bad_service", "number", NULL);
  return &module;
}
