/* SPDX-License-Identifier: Apache-2.0 */
/* Cannot live without an interface that no server offers. */
#include "faulty.h"

static const char* const needs[] = {"tenon.teapot/1", NULL};

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("needs_unknown", "org.tenon.tests.needs_unknown");
  module.needs = needs;
  return &module;
}
