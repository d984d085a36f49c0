/* SPDX-License-Identifier: Apache-2.0 */
/* Its option may be written nowhere. */
#include "faulty.h"

static const tenon_option options[] = {
    {sizeof(tenon_option), TENON_T_INT, 0, 0, "size", "A size.", NULL, NULL, 1, 0, NULL}};

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("bad_option_table", "org.tenon.tests.bad_option_table");
  module.options = options;
  module.n_options = 1;
  return &module;
}
