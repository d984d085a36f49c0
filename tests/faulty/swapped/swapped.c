/* SPDX-License-Identifier: Apache-2.0 */
/* swapped.c - says which version of itself and of the library beside it runs. */
#include <tenon/module.h>

#include <string.h>

#include "part.h"

static const tenon_host* host;

static tenon_verdict TENON_CALL
handle(void* instance, tenon_req* request, const tenon_req_info* info) {
  char text[64] = "module " SWAPPED_VERSION ", ";
  tenon_buf body;
  (void)instance;
  (void)info;
  strcat(text, part_version());
  body.ptr = text;
  body.len = strlen(text);
  return host->respond(request, 200, NULL, 0, body) == TENON_OK ? TENON_FINISHED : TENON_FAILED;
}

static tenon_status TENON_CALL load(tenon_self* self, const tenon_host* offered) {
  (void)self;
  host = offered;
  return TENON_OK;
}

static const tenon_hook hooks[] = {
    {.struct_size = sizeof(tenon_hook), .phase = TENON_PH_HANDLER, .call = handle}};
static const tenon_module module = {
    .struct_size = sizeof(tenon_module),
    .magic = TENON_MODULE_MAGIC,
    .abi_major = TENON_ABI_MAJOR,
    .abi_minor = TENON_ABI_MINOR,
    .name = "swapped",
    .id = "org.tenon.tests.swapped",
    .version = "1.0.0",
    .hooks = hooks,
    .n_hooks = 1,
    .load = load,
};

TENON_EXPORT const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  (void)hello;
  return &module;
}
