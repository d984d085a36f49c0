/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing is wrong with it: the others differ in one thing. */
#include "faulty.h"

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("healthy", "org.tenon.tests.healthy");

  return &module;
}
