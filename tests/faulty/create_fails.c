/* SPDX-License-Identifier: Apache-2.0 */
/* Cannot make an object of its configuration. */
#include "faulty.h"

static const tenon_host* kernel;
static tenon_self* myself;

static tenon_status TENON_CALL load(tenon_self* self, const tenon_host* host) {
  myself = self;
  kernel = host;
  return TENON_OK;
}

static tenon_status TENON_CALL create(tenon_self* self, const tenon_cfg* cfg, void** instance) {
  const tenon_str why = TENON_LIT("the database is away");
  (void)cfg;
  (void)instance;
  kernel->set_error(myself == self ? self : NULL, NULL, why);
  return TENON_E_FAIL;
}

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static tenon_module module;
  (void)hello;
  module = healthy("create_fails", "org.tenon.tests.create_fails");
  module.load = load;
  module.create = create;
  return &module;
}
