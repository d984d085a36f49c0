/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/module.h>

static const tenon_host* g_host; /* what load() was given stays valid for good */

static tenon_verdict TENON_CALL
handle(void* instance, tenon_req* request, const tenon_req_info* info) {
  static const tenon_header kType = {TENON_LIT("Content-Type"), TENON_LIT("text/plain"), 0, 0};
  static const tenon_buf kBody = TENON_LIT("Hello!\n");
  (void)instance, (void)info;
  return g_host->respond(request, 200, &kType, 1, kBody) == TENON_OK ? TENON_FINISHED
                                                                     : TENON_FAILED;
}

static tenon_status TENON_CALL load(tenon_self* self, const tenon_host* host) {
  (void)self;
  g_host = host;
  return TENON_OK;
}

static const tenon_hook kHook = {
    .struct_size = sizeof(tenon_hook), .phase = TENON_PH_HANDLER, .call = handle};

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static const tenon_module kModule = {
      .struct_size = sizeof(tenon_module),
      .magic = TENON_MODULE_MAGIC,
      .abi_major = TENON_ABI_MAJOR,
      .abi_minor = TENON_ABI_MINOR,
      .name = "greet_c",
      .id = "com.example.greet_c",
      .version = "1.0.0",
      .hooks = &kHook,
      .n_hooks = 1,
      .load = load,
  };
  (void)hello;
  return &kModule;
}
