/* SPDX-License-Identifier: Apache-2.0 */
/* A module without a fault: each file of this folder changes one thing of it. */
#ifndef TENON_TESTS_FAULTY_H
#define TENON_TESTS_FAULTY_H
#include <tenon/module.h>

static tenon_verdict TENON_CALL
pass(void* instance, tenon_req* request, const tenon_req_info* info) {
  (void)instance;
  (void)request;
  (void)info;
  return TENON_NEXT;
}

static const tenon_hook hooks[] = {
    {sizeof(tenon_hook), TENON_PH_HANDLER, TENON_RUN_LOOP, 0, NULL, NULL, pass}};

/* By value, so that a file can change what it likes. */
static tenon_module healthy(const char* name, const char* id) {
  tenon_module module = {0};
  module.struct_size = sizeof module;
  module.magic = TENON_MODULE_MAGIC;
  module.abi_major = TENON_ABI_MAJOR;
  module.abi_minor = TENON_ABI_MINOR;
  module.name = name;
  module.id = id;
  module.version = "1.0.0";
  module.hooks = hooks;
  module.n_hooks = 1;
  return module;
}

#endif
