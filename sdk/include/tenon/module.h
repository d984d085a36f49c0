/* SPDX-License-Identifier: Apache-2.0 */
/* module.h - the contract of a content module (one DLL), version 0.
   A module exports one symbol, tenon_module_v0(). The kernel then calls, in this order:
     entry -> load -> check (per config) -> create (per distinct config) -> hooks ... -> destroy.
   Modules are loaded once in a child process and never unloaded; nothing here runs in the control
   process. Abstract terms (phase, verdict, instance, owner) are explained in sdk/README.md. */
#ifndef TENON_MODULE_H
#define TENON_MODULE_H
#include <tenon/abi.h>
#include <tenon/option.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tenon_self tenon_self; /* this loaded module */
typedef struct tenon_req tenon_req;   /* one request */

/* ---- phases and verdicts ---- */
enum {
  TENON_PH_POST_READ = 1, /* the head is parsed, nothing decided */
  TENON_PH_REWRITE = 2,   /* may change the path (once); the router then runs again */
  TENON_PH_ACCESS = 3,    /* may refuse by answering */
  TENON_PH_HANDLER = 4,   /* runs only where `handler` names the module */
  TENON_PH_RESPONSE = 5,  /* the answer's head may be changed */
  TENON_PH_LOG = 6        /* the answer is out; nothing can be changed */
};

/* What a hook returns, the same in every phase. */
typedef int32_t tenon_verdict;
enum {
  TENON_NEXT = 0,         /* no opinion: go on. From the handler: 404 */
  TENON_FINISHED = 1,     /* answered (respond or respond_file was called) */
  TENON_FAILED = -1,      /* logged with the text of set_error, answered 500 */
  TENON_RERUN_IN_POOL = 3 /* LOOP hooks, once per request: call the same hook again on a pool
                             thread, where it may block */
};

/* LOOP hooks run on the connection's I/O thread and never block. POOL hooks run on a pool thread
   and may. When the pool's queue is full the kernel answers 503 with Retry-After itself. */
enum { TENON_RUN_LOOP = 0, TENON_RUN_POOL = 1 };

/* ---- the request: filled once, valid until the request dies ---- */
enum {
  TENON_REQ_KEEP_ALIVE = 1,
  TENON_REQ_IN_POOL = 2 /* the running hook may block: it is a POOL hook, or runs again there */
};

typedef struct tenon_req_info {
  uint32_t struct_size;
  uint32_t http_version; /* 0x0100, 0x0101 */
  tenon_str method;      /* as sent: "GET" */
  tenon_str target;      /* as sent */
  tenon_str path;        /* percent-decoded once, dot segments removed; starts with '/' */
  tenon_str rest;      /* what the route's trailing * matched, without a leading '/'; else empty */
  tenon_str query;     /* as sent, after the first '?'; empty: none */
  tenon_str host;      /* lower case, without the port */
  tenon_str scheme;    /* "http" */
  tenon_str peer_addr; /* "127.0.0.1" */
  tenon_str local_addr;
  tenon_str listener; /* name of the listener */
  uint16_t peer_port;
  uint16_t local_port;
  uint32_t flags;          /* TENON_REQ_... */
  int64_t content_length;  /* -1: no body announced */
  uint64_t start_unix_ns;  /* wall clock */
  uint64_t request_number; /* unique within the child */
} tenon_req_info;

enum { TENON_REQUEST_HEADERS = 0, TENON_RESPONSE_HEADERS = 1 };
enum { TENON_HDR_SET = 0, TENON_HDR_ADD = 1, TENON_HDR_REMOVE = 2 };

/* ---- an open file as tenon.files/1 hands it out; see files.h ---- */
typedef struct tenon_file tenon_file;

/* ---- what the kernel offers every module: append only ---- */
typedef struct tenon_host {
  uint32_t struct_size;
  uint32_t abi_minor;
  const tenon_cfg_api* cfg;

  /* [any] An optional interface such as "tenon.files/1"; NULL: not offered. */
  const void*(TENON_CALL* query)(tenon_self* self, const char* interface_id);

  /* [any] Ask before building an expensive message. */
  int32_t(TENON_CALL* log_enabled)(tenon_self* self, int32_t level);
  /* [any] `request` may be NULL. Copied before the call returns. */
  void(TENON_CALL* log
  )(tenon_self* self,
    tenon_req* request,
    int32_t level,
    tenon_str message,
    const tenon_header* fields,
    size_t n_fields);
  /* [control] [owner] The reason of the failure that the running callback is about to return:
     shown to the operator (load, create) or logged with the request (hooks). Copied. */
  void(TENON_CALL* set_error)(tenon_self* self, tenon_req* request, tenon_str message);

  /* [owner] The whole array in one crossing. The view lives until the hook returns or until
     header_edit on the same side. `side`: TENON_REQUEST_HEADERS or TENON_RESPONSE_HEADERS. */
  tenon_status(TENON_CALL* headers
  )(tenon_req* request, int32_t side, const tenon_header** out, size_t* n_out);
  /* [owner] The first field of that name (any case). TENON_E_NOT_FOUND: none. */
  tenon_status(TENON_CALL* header_get
  )(tenon_req* request, int32_t side, tenon_str name, tenon_str* out);
  /* [owner] Response side only, until the head is out: before the answer the fields are added to
     it, in phase RESPONSE they change it. Copied. Content-Length, Transfer-Encoding, Connection
     and Date belong to the kernel: TENON_E_DENIED. A bad name or value: TENON_E_ARG. */
  tenon_status(TENON_CALL* header_edit
  )(tenon_req* request, int32_t side, int32_t operation, tenon_str name, tenon_str value);
  /* [owner] Phase REWRITE only, once per request; copied. `path` must start with '/'. */
  tenon_status(TENON_CALL* set_path)(tenon_req* request, tenon_str path, tenon_str query);

  /* [owner] Memory that dies with the request. NULL: the arena's limit is reached. `align` is a
     power of two, at most 16. */
  void*(TENON_CALL* alloc)(tenon_req* request, size_t size, size_t align);

  /* [owner] The request body, whole: it is read before the handler phase, up to the limit
     server.limits.body_bytes. The view lives as long as the request. */
  tenon_status(TENON_CALL* body)(tenon_req* request, tenon_buf* out);

  /* [owner] The whole answer in one call: header fields and body are copied. Once per request,
     else TENON_E_STATE. `http_status` 200..599 (and not 304 with a body). */
  tenon_status(TENON_CALL* respond
  )(tenon_req* request,
    int32_t http_status,
    const tenon_header* fields,
    size_t n_fields,
    tenon_buf body);
  /* [owner] As respond, with `length` bytes of the file from `offset` as the body. Takes the
     file over on TENON_OK: the kernel closes it when the bytes are out or the client is gone. */
  tenon_status(TENON_CALL* respond_file
  )(tenon_req* request,
    int32_t http_status,
    const tenon_header* fields,
    size_t n_fields,
    tenon_file* file,
    uint64_t offset,
    uint64_t length);
  /* [any] 1 once the client is gone, the deadline passed or the child must end: a POOL hook that
     works for long asks now and then and returns early. */
  int32_t(TENON_CALL* cancelled)(const tenon_req* request);
} tenon_host;

/* ---- what the module offers ---- */
typedef tenon_verdict(TENON_CALL* tenon_hook_fn
)(void* instance, tenon_req* request, const tenon_req_info* info);

typedef struct tenon_hook {
  uint32_t struct_size;
  int32_t phase; /* TENON_PH_... ; at most one hook of a module per phase */
  int32_t run;   /* TENON_RUN_... ; POOL only in HANDLER for now */
  uint32_t reserved;
  const char* const* before; /* ids of modules, NULL-terminated, or NULL; order within the phase */
  const char* const* after;  /* where neither decides: the order of `modules` in the config */
  tenon_hook_fn call;
} tenon_hook;

typedef struct tenon_module {
  uint32_t struct_size;
  uint32_t magic;              /* TENON_MODULE_MAGIC */
  uint32_t abi_major;          /* TENON_ABI_MAJOR */
  uint32_t abi_minor;          /* TENON_ABI_MINOR */
  const char* name;            /* [a-z][a-z0-9_]{0,31}: config table, `handler`, logs; unique */
  const char* id;              /* reverse domain, unique: "com.example.hello" */
  const char* version;         /* "1.0.0" */
  const char* summary;         /* one line, or NULL */
  const char* built_with;      /* the compiler, or NULL */
  const char* const* needs;    /* interfaces it cannot live without, NULL-terminated, or NULL */
  const tenon_option* options; /* walked by the first element's struct_size */
  size_t n_options;
  const tenon_hook* hooks;
  size_t n_hooks;
  /* [control] once per process. Keep both pointers: they stay valid for good. */
  tenon_status(TENON_CALL* load)(tenon_self* self, const tenon_host* host);
  /* [control] Semantic checks of one merged config, without side effects; findings by cfg->diag. */
  tenon_status(TENON_CALL* check)(tenon_self* self, const tenon_cfg* cfg);
  /* [control] One object for one distinct merged config; shared by all threads: immutable
     afterwards, or synchronised by the module. NULL: every hook gets a NULL instance. */
  tenon_status(TENON_CALL* create)(tenon_self* self, const tenon_cfg* cfg, void** instance);
  /* [control] No request is left. Runs at a clean end only. */
  void(TENON_CALL* destroy)(void* instance);
} tenon_module;

/* The one exported symbol. NULL (after hello->refuse with a sentence): the module will not run. */
typedef const tenon_module*(TENON_CALL* tenon_module_entry_fn)(const tenon_hello* hello);
#define TENON_MODULE_ENTRY_NAME "tenon_module_v0"
TENON_EXPORT const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello);

#ifdef __cplusplus
}
#endif

TENON_STATIC_ASSERT(sizeof(tenon_req_info) == 200, req_info_size);
TENON_STATIC_ASSERT(offsetof(tenon_req_info, peer_port) == 168, req_info_ports);
TENON_STATIC_ASSERT(
    offsetof(tenon_host, cfg) == 8 && offsetof(tenon_host, query) == 16, host_first
);
TENON_STATIC_ASSERT(offsetof(tenon_host, cancelled) == 16 + 12 * 8, host_last);
TENON_STATIC_ASSERT(sizeof(tenon_hook) == 40 && offsetof(tenon_hook, call) == 32, hook_layout);
TENON_STATIC_ASSERT(
    offsetof(tenon_module, name) == 16 && offsetof(tenon_module, load) == 96, module_layout
);
TENON_STATIC_ASSERT(sizeof(tenon_module) == 128, module_size);
#endif
