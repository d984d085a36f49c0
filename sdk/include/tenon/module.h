/* SPDX-License-Identifier: Apache-2.0 */
/* module.h - the contract of a content module (one DLL), version 0.
   A module exports one symbol, tenon_module_v0(). The kernel then calls, in this order:
     entry -> load -> check (per config) -> create (per distinct config) -> hooks ... -> destroy.
   Modules are loaded once in a child process and never unloaded; nothing here runs in the control
   process. Abstract terms (phase, verdict, instance, owner) are explained in sdk/README.md. */
#ifndef TENON_MODULE_H
#define TENON_MODULE_H
#include <tenon/abi.h>
#include <tenon/host.h>
#include <tenon/option.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- phases ---- */
enum {
  TENON_PH_POST_READ = 1, /* the head is parsed, nothing decided */
  TENON_PH_REWRITE = 2,   /* may change the path (once); the router then runs again */
  TENON_PH_ACCESS = 3,    /* may refuse by answering */
  TENON_PH_HANDLER = 4,   /* runs only where `handler` names the module */
  TENON_PH_RESPONSE = 5,  /* the answer's head may be changed */
  TENON_PH_LOG = 6        /* the answer is out; nothing can be changed */
};

/* LOOP hooks run on the connection's I/O thread and never block. POOL hooks run on a pool thread
   and may. When the pool's queue is full the kernel answers 503 with Retry-After itself. */
enum { TENON_RUN_LOOP = 0, TENON_RUN_POOL = 1 };

enum {
  TENON_HOOK_WHOLE_BODY = 1 /* HANDLER: called once the body is whole in memory, of up to
                               server.limits.body_bytes; host->body gives it */
};

typedef tenon_verdict(TENON_CALL* tenon_hook_fn
)(void* instance, tenon_req* request, const tenon_req_info* info);

typedef struct tenon_hook {
  uint32_t struct_size;
  int32_t phase;             /* TENON_PH_... ; at most one hook of a module per phase */
  int32_t run;               /* TENON_RUN_... */
  uint32_t flags;            /* TENON_HOOK_... */
  const char* const* before; /* ids of modules, NULL-terminated, or NULL; order within the phase */
  const char* const* after;  /* where neither decides: the order of `modules` in the config */
  tenon_hook_fn call;
} tenon_hook;

/* ---- body filters: a draft, may change with every version ---- */
enum { TENON_FILTER_REQUEST = 1, TENON_FILTER_RESPONSE = 2 };

/* Sees the bytes of every body of its direction where the module's table applies, and hands on what
   it makes of them. All functions are [owner] and must not block. */
typedef struct tenon_filter {
  uint32_t struct_size;
  int32_t direction;         /* TENON_FILTER_... ; at most one of a module per direction */
  const char* const* before; /* as in tenon_hook; the bytes go through the filters in this order */
  const char* const* after;
  /* Once per body, before its first byte. RESPONSE: after the RESPONSE hooks, the head can still be
     edited; Content-Length is the kernel's care. host->answer tells the status: of a 206 only a
     part comes by. `*state` NULL: not interested. An error fails the request. */
  tenon_status(TENON_CALL* open
  )(void* instance, tenon_req* request, const tenon_req_info* info, void** state);
  /* `last` 1: no more bytes follow, the last call (n may be 0). An error fails the request. */
  tenon_status(TENON_CALL* push
  )(void* state,
    tenon_req* request,
    const tenon_buf* parts,
    size_t n_parts,
    int32_t last,
    tenon_next* next);
  /* Once for every state, also if the client is gone. */
  void(TENON_CALL* close)(void* state);
} tenon_filter;

typedef struct tenon_module {
  uint32_t struct_size;
  uint32_t magic;         /* TENON_MODULE_MAGIC */
  uint32_t abi_major;     /* TENON_ABI_MAJOR */
  uint32_t abi_minor;     /* TENON_ABI_MINOR */
  const char* name;       /* [a-z][a-z0-9_]{0,31}: config table, `handler`, logs; unique */
  const char* id;         /* reverse domain, unique: "com.example.hello" */
  const char* version;    /* "1.0.0" */
  const char* summary;    /* one line, or NULL */
  const char* built_with; /* the compiler, or NULL */
  const char* const*
      needs; /* interfaces and services it cannot live without, NULL-terminated, or NULL */
  const tenon_option* options; /* walked by the first element's struct_size */
  size_t n_options;
  const tenon_hook* hooks;
  size_t n_hooks;
  const tenon_filter* filters; /* walked by the first element's struct_size */
  size_t n_filters;
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

TENON_STATIC_ASSERT(sizeof(tenon_hook) == 40 && offsetof(tenon_hook, call) == 32, hook_layout);
TENON_STATIC_ASSERT(sizeof(tenon_filter) == 48, filter_layout);
TENON_STATIC_ASSERT(
    offsetof(tenon_module, name) == 16 && offsetof(tenon_module, load) == 112, module_layout
);
TENON_STATIC_ASSERT(sizeof(tenon_module) == 144, module_size);
#endif
