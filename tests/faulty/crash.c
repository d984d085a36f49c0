/* SPDX-License-Identifier: Apache-2.0 */
/* crash.c - ends the child process in the middle of a request. */
#include <tenon/module.h>

#include <stdlib.h>

static tenon_verdict TENON_CALL
handle(void* instance, tenon_req* request, const tenon_req_info* info) {
  (void)instance;
  (void)request;
  (void)info;
  abort();
}

static const tenon_hook hooks[] = {
    {.struct_size = sizeof(tenon_hook), .phase = TENON_PH_HANDLER, .call = handle}};
static const tenon_module module = {
    .struct_size = sizeof(tenon_module),
    .magic = TENON_MODULE_MAGIC,
    .abi_major = TENON_ABI_MAJOR,
    .abi_minor = TENON_ABI_MINOR,
    .name = "crash",
    .id = "test.tenon.crash",
    .version = "1.0.0",
    .summary = "ends the process",
    .hooks = hooks,
    .n_hooks = 1,
};

TENON_EXPORT const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  (void)hello;
  return &module;
}
