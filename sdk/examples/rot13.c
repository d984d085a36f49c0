/* SPDX-License-Identifier: Apache-2.0 */
/* A filter of request bodies in plain C: whoever reads the body where a route has `rot13 = {}` gets
   its letters moved by 13 places. It keeps nothing between two calls, so its state is the same for
   all bodies. */
#include <tenon/module.h>

static const tenon_host* g_host;
static char g_state;

static char moved(char c) {
  if (c >= 'a' && c <= 'z') return (char)('a' + (c - 'a' + 13) % 26);
  if (c >= 'A' && c <= 'Z') return (char)('A' + (c - 'A' + 13) % 26);
  return c;
}

static tenon_status TENON_CALL
open_body(void* instance, tenon_req* request, const tenon_req_info* info, void** state) {
  (void)instance, (void)request, (void)info;
  *state = &g_state;
  return TENON_OK;
}

static tenon_status TENON_CALL push(
    void* state,
    tenon_req* request,
    const tenon_buf* parts,
    size_t n_parts,
    int32_t last,
    tenon_next* next
) {
  char piece[1024];
  size_t part, at, n;
  (void)state, (void)request, (void)last;
  for (part = 0; part < n_parts; ++part) {
    const char* bytes = parts[part].ptr;
    for (at = 0; at < parts[part].len; at += n) {
      tenon_buf out;
      for (n = 0; n < sizeof piece && at + n < parts[part].len; ++n)
        piece[n] = moved(bytes[at + n]);
      out.ptr = piece;
      out.len = n;
      if (g_host->pass(next, &out, 1) < 0) return TENON_E_FAIL;
    }
  }
  return TENON_OK;
}

static void TENON_CALL close_body(void* state) {
  (void)state;
}

static tenon_status TENON_CALL load(tenon_self* self, const tenon_host* host) {
  (void)self;
  g_host = host;
  return TENON_OK;
}

static const tenon_filter kFilter = {
    .struct_size = sizeof(tenon_filter),
    .direction = TENON_FILTER_REQUEST,
    .open = open_body,
    .push = push,
    .close = close_body};

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static const tenon_module kModule = {
      .struct_size = sizeof(tenon_module),
      .magic = TENON_MODULE_MAGIC,
      .abi_major = TENON_ABI_MAJOR,
      .abi_minor = TENON_ABI_MINOR,
      .name = "rot13",
      .id = "com.example.rot13",
      .version = "1.0.0",
      .filters = &kFilter,
      .n_filters = 1,
      .load = load,
  };
  (void)hello;
  return &kModule;
}
