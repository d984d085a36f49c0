/* SPDX-License-Identifier: Apache-2.0 */
/* Offers the same service again. */
#include "services.h"

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module =
      service_module("offers_too", "org.tenon.tests.offers_too", "org.tenon.tests.number/1", NULL);
  return &module;
}
