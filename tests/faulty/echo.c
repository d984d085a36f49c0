/* SPDX-License-Identifier: Apache-2.0 */
/* echo.c - answers with the request's own body; no fault in it, but only tests want it. */
#include <tenon/module.h>

static const tenon_host* host;

static tenon_status TENON_CALL load(tenon_self* self, const tenon_host* offered) {
  (void)self;
  host = offered;
  return TENON_OK;
}

static tenon_verdict TENON_CALL
handle(void* instance, tenon_req* request, const tenon_req_info* info) {
  tenon_buf body;
  (void)instance;
  (void)info;
  if (host->body(request, &body) != TENON_OK) return TENON_FAILED;
  if (host->respond(request, 200, NULL, 0, body) != TENON_OK) return TENON_FAILED;
  return TENON_FINISHED;
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
    .name = "echo",
    .id = "test.tenon.echo",
    .version = "1.0.0",
    .summary = "answers with the request's body",
    .hooks = hooks,
    .n_hooks = 1,
    .load = load,
};

TENON_EXPORT const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  (void)hello;
  return &module;
}
