/* SPDX-License-Identifier: Apache-2.0 */
/* section.h - the memory section that the control process shares with its child.
   The control process creates one per child life and fills the header; the child's MPM and kernel
   write the slots, each slot by one thread only (a slot per thread and per listener), with relaxed
   64-bit stores; anyone may read. It outlives a crash, so that the control process can name the
   module, phase and request that each thread was in. Layout: header, then n_threads thread slots
   at threads_offset, then n_listeners listener slots at listeners_offset, then n_modules names of
   TENON_SECTION_NAME_BYTES at names_offset (NUL-terminated, cut; "" unused), then for each thread
   n_modules module slots, all at modules_offset. */
#ifndef TENON_SECTION_H
#define TENON_SECTION_H
#include <tenon/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_SECTION_MAGIC 0x30534E54u /* "TNS0", little endian */
#define TENON_SECTION_VERSION 2u
#define TENON_SECTION_NAME_BYTES 32

/* What a child does with its life; written by the child's MPM. */
enum { TENON_CHILD_STARTING = 0, TENON_CHILD_SERVING = 1, TENON_CHILD_DRAINING = 2 };

/* Where a child crashed, written by the crashing thread; `state` last. */
typedef struct tenon_crash {
  uint32_t state;     /* 0: nothing; 1: being written; 2: all of it is there */
  uint32_t code;      /* exception code, or signal */
  uint64_t address;   /* of the instruction */
  uint64_t offset;    /* of the instruction in its library */
  uint64_t os_thread; /* the platform's own number */
  uint64_t pointers;  /* EXCEPTION_POINTERS* in the child; 0 elsewhere */
  char library[64];   /* file name of the library, NUL-terminated, cut; "" when unknown */
} tenon_crash;

typedef struct tenon_section {
  uint32_t magic;       /* TENON_SECTION_MAGIC */
  uint32_t struct_size; /* of this header */
  uint32_t version;     /* TENON_SECTION_VERSION */
  uint32_t generation;
  uint32_t n_threads; /* I/O threads first, then pool threads */
  uint32_t n_io_threads;
  uint32_t n_listeners;
  uint32_t crashes;        /* children that ended unasked since the control process started */
  uint32_t threads_offset; /* bytes from the start of the section; a multiple of 64 */
  uint32_t thread_size;    /* bytes from one slot to the next */
  uint32_t listeners_offset;
  uint32_t listener_size;
  uint64_t control_started_unix_ns;
  uint64_t child_started_unix_ns;
  uint64_t control_pid; /* the platform's own number */
  uint64_t child_pid;
  uint32_t state;     /* TENON_CHILD_... */
  uint32_t n_modules; /* the child may have fewer; more are not counted */
  uint32_t names_offset;
  uint32_t modules_offset;
  uint64_t pool_queued;   /* pieces of work that wait for a pool thread, now */
  uint64_t pool_rejected; /* pieces of work that found the queue full */
  tenon_crash crash;
} tenon_section;

/* What else may run of a module than its hooks; `hook_request` is 0 then. */
enum { TENON_RUNS_TIMER = 101, TENON_RUNS_BLOCKING = 102 };

/* Written by its thread alone: by the MPM (connections) and by the kernel (the rest). */
typedef struct tenon_thread_slot {
  uint64_t connections_open; /* of an I/O thread, now */
  uint64_t connections;      /* ever */
  uint64_t requests;         /* requests answered */
  uint64_t bytes_sent;       /* handed to the MPM as sent */
  uint64_t hook_request;     /* number of the request whose hook runs now; 0: none runs */
  uint64_t hook_started_ns;  /* monotonic */
  uint32_t hook_phase;       /* TENON_PH_..., or TENON_RUNS_...; 0: none */
  uint32_t reserved;
  char hook_module[TENON_SECTION_NAME_BYTES]; /* NUL-terminated, cut */
  uint64_t requests_active;                   /* of an I/O thread: begun and not yet answered */
  uint8_t padding[32]; /* to 128 bytes, so that no two slots share a cache line */
} tenon_thread_slot;

enum {
  TENON_ACCEPT_NONE = 0,
  TENON_ACCEPT_ACCEPTEX = 1,
  TENON_ACCEPT_ACCEPT = 2,
  TENON_ACCEPT_EPOLL = 3
};

/* Written by the listener's acceptor thread. */
typedef struct tenon_listener_slot {
  uint32_t mode;   /* TENON_ACCEPT_... */
  uint32_t paused; /* 1: at max_connections, or out of resources for a moment */
  uint64_t accepts;
  uint64_t client_errors;   /* accepts that failed because of the client */
  uint64_t resource_errors; /* accepts that failed for want of memory, ports or handles */
  uint64_t other_errors;
  uint32_t fallbacks;                  /* times that it fell back to accept() */
  uint32_t replacements;               /* times that a lost socket was replaced */
  char name[TENON_SECTION_NAME_BYTES]; /* NUL-terminated, cut */
  char address[48];                    /* "127.0.0.1:8080", NUL-terminated, cut */
} tenon_listener_slot;

/* What the hooks of one module came to on one thread; written by that thread. */
typedef struct tenon_module_slot {
  uint64_t calls;
  uint64_t failures; /* calls that ended in FAILED */
  uint64_t time_ns;  /* of hooks that may block */
  uint64_t reserved;
} tenon_module_slot;

#ifdef __cplusplus
}
#endif

TENON_STATIC_ASSERT(sizeof(tenon_crash) == 104, crash_size);
TENON_STATIC_ASSERT(sizeof(tenon_section) == 216, section_size);
TENON_STATIC_ASSERT(sizeof(tenon_module_slot) == 32, module_slot_size);
TENON_STATIC_ASSERT(sizeof(tenon_thread_slot) == 128, thread_slot_size);
TENON_STATIC_ASSERT(sizeof(tenon_listener_slot) == 128, listener_slot_size);
#endif
