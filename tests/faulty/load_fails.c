/* SPDX-License-Identifier: Apache-2.0 */
/* Its load() says no. */
#include "faulty.h"

static tenon_status TENON_CALL load(tenon_self* self, const tenon_host* host) {
  const tenon_str why = TENON_LIT("the licence has expired");
  host->set_error(self, NULL, why);
  return TENON_E_FAIL;
}

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("load_fails", "org.tenon.tests.load_fails");
  module.load = load;
  return &module;
}
