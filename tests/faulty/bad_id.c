/* SPDX-License-Identifier: Apache-2.0 */
/* Its id is no reversed domain name. */
#include "faulty.h"

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("bad_id", "org.tenon.tests.bad_id");
  module.id = "nodots";
  return &module;
}
