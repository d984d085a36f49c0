/* SPDX-License-Identifier: Apache-2.0 */
/* http1.c - serves the site of tests/http1; no fault in it, but only tests want it. */
#include "../http1/site.h"

static const tenon_host* host;

static tenon_status TENON_CALL load(tenon_self* self, const tenon_host* offered) {
  (void)self;
  host = offered;
  return TENON_OK;
}

static tenon_verdict TENON_CALL
handle(void* instance, tenon_req* request, const tenon_req_info* info) {
  (void)instance;
  return http1_answer(host, request, info);
}

static const tenon_hook hooks[] = {
    {.struct_size = sizeof(tenon_hook),
     .phase = TENON_PH_HANDLER,
     .flags = TENON_HOOK_WHOLE_BODY,
     .call = handle}};
static const tenon_module module = {
    .struct_size = sizeof(tenon_module),
    .magic = TENON_MODULE_MAGIC,
    .abi_major = TENON_ABI_MAJOR,
    .abi_minor = TENON_ABI_MINOR,
    .name = "http1",
    .id = "test.tenon.http1",
    .version = "1.0.0",
    .summary = "what the cases of tests/http1 ask for",
    .hooks = hooks,
    .n_hooks = 1,
    .load = load,
};

TENON_EXPORT const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  (void)hello;
  return &module;
}
