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
    {sizeof(tenon_hook), TENON_PH_HANDLER, TENON_RUN_LOOP, 0, NULL, NULL, handle}};
static const tenon_module module = {
    sizeof(tenon_module),
    TENON_MODULE_MAGIC,
    TENON_ABI_MAJOR,
    TENON_ABI_MINOR,
    "crash",
    "test.tenon.crash",
    "1.0.0",
    "ends the process",
    NULL,
    NULL,
    NULL,
    0,
    hooks,
    1,
    NULL,
    NULL,
    NULL,
    NULL,
};

TENON_EXPORT const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  (void)hello;
  return &module;
}
