/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/module.h>

/* What load() was given; both stay valid for good. */
static const tenon_host* g_host;

static tenon_verdict TENON_CALL
handle(void* instance, tenon_req* request, const tenon_req_info* info) {
  static const tenon_header kFields[] = {
      {TENON_LIT("Content-Type"), TENON_LIT("text/plain; charset=utf-8"), 0, 0}};
  static const tenon_buf kBody = TENON_LIT("Hello from C\n");
  (void)instance;
  (void)info;
  return g_host->respond(request, 200, kFields, 1, kBody) == TENON_OK ? TENON_FINISHED
                                                                      : TENON_FAILED;
}

static tenon_status TENON_CALL load(tenon_self* self, const tenon_host* host) {
  (void)self;
  g_host = host;
  return TENON_OK;
}

static const tenon_hook kHooks[] = {
    {.struct_size = sizeof(tenon_hook), .phase = TENON_PH_HANDLER, .call = handle}};

static const tenon_module kModule = {
    .struct_size = sizeof(tenon_module),
    .magic = TENON_MODULE_MAGIC,
    .abi_major = TENON_ABI_MAJOR,
    .abi_minor = TENON_ABI_MINOR,
    .name = "hello_c",
    .id = "org.tenon.hello_c",
    .version = TENON_VERSION,
    .summary = "answers with a greeting (an example in C)",
    .hooks = kHooks,
    .n_hooks = sizeof kHooks / sizeof kHooks[0],
    .load = load,
};

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  (void)hello;
  return &kModule;
}
