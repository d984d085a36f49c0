/* SPDX-License-Identifier: Apache-2.0 */
/* Offers a service. */
#include "services.h"

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = service_module("offers", "org.tenon.tests.offers", "org.tenon.tests.number/1", NULL);
  return &module;
}
