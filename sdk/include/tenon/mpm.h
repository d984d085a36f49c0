/* SPDX-License-Identifier: Apache-2.0 */
/* mpm.h - the contract of a multi-processing module (one DLL), version 0.
   An MPM owns processes, listeners, the control channel, signals or the service manager, sockets
   and every thread. The kernel owns configuration, modules and protocols, and does no I/O on
   sockets: the MPM reports what happened to a connection (an event), the kernel answers what it
   wants next (a step).

   Two processes. The control process calls control_main(); it starts `EXECUTABLE child MPM_FILE IN
   OUT` (a hidden verb of the same program), whose kernel loads the MPM again and calls
   child_main(host, IN, OUT). What goes through those two pipes is the MPM's own business. */
#ifndef TENON_MPM_H
#define TENON_MPM_H
#include <tenon/abi.h>
#include <tenon/option.h>
#include <tenon/section.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- configuration as an MPM sees it ---- */
typedef struct tenon_listener {
  uint32_t struct_size;
  uint16_t family;   /* 4 or 6 */
  uint16_t port;     /* 0: any free one */
  uint8_t ip[16];    /* network order; IPv4 in the first 4 */
  tenon_str name;    /* "default" */
  tenon_str address; /* as written: "127.0.0.1:8080" */
  tenon_str place;   /* "tenon.toml:3:11", or "built-in configuration" */
} tenon_listener;

typedef struct tenon_mpm_config {
  uint32_t struct_size;
  uint32_t n_listeners;
  const tenon_listener* listeners; /* walked by the first element's struct_size */
  const tenon_cfg* options;        /* [mpm.NAME], validated against the MPM's option table */
  tenon_buf snapshot;              /* all that a child is configured from; opaque */
} tenon_mpm_config;

/* ---- control process ---- */
typedef struct tenon_control_host {
  uint32_t struct_size;
  uint32_t reserved;
  void* context; /* first argument of every function here */
  const tenon_cfg_api* cfg;
  tenon_str executable; /* absolute path of this program */
  tenon_str mpm_file;   /* absolute path of the MPM's own DLL */
  int64_t log_file;     /* HANDLE or fd of the error log, for the child to inherit; -1: none */
  /* [control] Reads and checks the configuration. TENON_E_FAIL: it was refused, and every finding
     has been reported already. The views live until the next call. */
  tenon_status(TENON_CALL* read_config)(void* context, tenon_mpm_config* out);
  /* [control] Reads the files that a child wants (child_host.wanted) into the snapshot, which the
     next child of this generation starts with. Only before the child is READY. What cannot be read
     is in it as such, and the child refuses. TENON_E_ARG: `wanted` makes no sense. The view lives
     until the next call of read_files or read_config. */
  tenon_status(TENON_CALL* read_files
  )(void* context, tenon_buf snapshot, tenon_buf wanted, tenon_buf* out);
  /* [any] One line for the operator: error log, and stderr in the foreground.
     `place` ("tenon.toml:3:11") may be empty. `text` of several lines is written as it is. */
  void(TENON_CALL* report)(void* context, int32_t level, tenon_str place, tenon_str text);
  /* [any] After every READY: writes the ready line
     "tenon: ready generation=1 pid=4711 listen=default=127.0.0.1:40123" to stderr.
     `bound` holds one "NAME=ADDRESS" per listener, with the real port. */
  void(TENON_CALL* ready
  )(void* context, uint32_t generation, uint64_t pid, const tenon_str* bound, size_t n_bound);
  tenon_str instance;    /* 16 hex digits of the configuration's path: names the control channel */
  tenon_str data_root;   /* absolute; run/ and logs/ are below it */
  tenon_str config_file; /* absolute, as asked for; "": the default one */
  /* [control] What the last read_config found, lines of "file:line:col: error: ..."; valid until
     the next. */
  tenon_str(TENON_CALL* findings)(void* context);
  /* [control] The configuration that read_config gave last serves from now on: what is the
     kernel's of it (level and file of the log) applies. */
  void(TENON_CALL* adopt)(void* context);
  /* [control] To be called every second, and with `reopen` 1 when the operator asks for it: opens
     the error log again if it must be (asked for, rotated, another file). TENON_OK: `out` is the
     new file, for every child (child_host.set_log); TENON_AGAIN: nothing changed. TENON_E_FAIL: it
     could not be opened, which has been reported, and the old one goes on. The kernel owns the
     files and keeps the one before open until there is a newer one, so that children may change
     over; log_file is always the newest. */
  tenon_status(TENON_CALL* tend_log)(void* context, uint32_t reopen, int64_t* out);
  /* [control] What a command answers its user: stdout. */
  void(TENON_CALL* print)(void* context, tenon_str text);
} tenon_control_host;

/* What the operator asks of a server that runs, or of the service manager. */
enum {
  TENON_CMD_START = 1, /* the service if there is one, else here in the foreground */
  TENON_CMD_STOP = 2,
  TENON_CMD_GRACEFUL_STOP = 3,
  TENON_CMD_RELOAD = 4,
  TENON_CMD_REOPEN_LOGS = 5,
  TENON_CMD_STATUS = 6,
  TENON_CMD_INSTALL = 16,
  TENON_CMD_CONFIG = 17,
  TENON_CMD_UNINSTALL = 18,
  TENON_CMD_RUN_SERVICE = 19 /* the service manager started this process */
};

/* What START answers when no service has this configuration: the kernel then serves it in this
   process. */
#define TENON_SERVE_HERE 3

typedef struct tenon_command {
  uint32_t struct_size;
  uint32_t verb;              /* TENON_CMD_... */
  uint32_t json;              /* of STATUS: 1 as JSON */
  uint32_t n_arguments;       /* of INSTALL and CONFIG */
  const tenon_str* arguments; /* what the service is to be run with: "-d", "D:/data" */
  tenon_str service;          /* -n; "": the default name */
} tenon_command;

/* ---- child process: one connection ---- */
typedef struct tenon_conn tenon_conn;       /* the MPM's object */
typedef struct tenon_session tenon_session; /* the kernel's object */

typedef struct tenon_endpoint {
  uint16_t family; /* 4 or 6 */
  uint16_t port;
  uint32_t reserved;
  uint8_t ip[16];
} tenon_endpoint;

typedef struct tenon_opened {
  uint32_t struct_size;
  uint32_t listener;  /* index in the config's list */
  uint32_t io_thread; /* 0 .. n_io_threads - 1: lives there to its end */
  uint32_t reserved;
  tenon_endpoint peer, local;
} tenon_opened;

/* What the kernel wants next. Events fill one; the MPM then performs it by these rules:
   - Nothing is taken back by a later step: a write or file in flight goes on, a receive in flight
     stays posted. A step adds what it names.
   - READ: call received() once more than `read_beyond` unconsumed bytes are there (at once, if they
     are already). Asked for, it stands until received() or eof() was called, whatever later steps
     name; then nothing is delivered until a step asks again. The MPM may keep receiving into its
     buffer meanwhile, up to a bound.
   - WRITE: send the views, all of them, then call sent(). Never given while a write is in flight.
   - SEND_FILE: send `length` bytes of `os_file` from `offset`, after the views if WRITE is given
     too; one sent() for both. The kernel keeps the file open until sent() or closed().
   - READ_FILE: read `length` bytes of `os_file` from `offset` to `into`, then call file_read(). The
     kernel keeps file and memory until then, or until closed(). Never together with SEND_FILE, and
     never given while a write or a file read is in flight; for who must see the bytes of a file
     before they are sent (a body filter, TLS).
   - READ may be given together with WRITE, SEND_FILE and READ_FILE.
   - CLOSE: no write is in flight. Shut down sending, discard input for at most 2 s and 256 KiB,
     then close; closed() follows. No further event but closed().
   - NOT_LINGER, with CLOSE: the client has announced that it sends no more, so it is not waited
   for: close at once, unless unconsumed bytes are there all the same.
   - ABORT: cancel everything and close at once; closed() follows.
   - actions 0: parked; only wake(), the deadline, draining() or the loss of the peer moves it on.
   - deadline_ns: when now() passes it, call expired() (once); every step replaces it; 0: none.
   One step carries at most 256 KiB of views or 4 MiB of file, so that progress can be seen. */
enum {
  TENON_DO_READ = 1,
  TENON_DO_WRITE = 2,
  TENON_DO_SEND_FILE = 4,
  TENON_DO_CLOSE = 8,
  TENON_DO_ABORT = 16,
  TENON_DO_READ_FILE = 32,
  TENON_DO_NOT_LINGER = 64
};
#define TENON_STEP_VIEWS_MAX 16u             /* views in one step */
#define TENON_READ_BEYOND_MAX (256u * 1024u) /* the MPM's buffer can hold one byte more */

typedef struct tenon_step {
  uint32_t struct_size;   /* set by the MPM */
  uint32_t actions;       /* TENON_DO_... */
  uint64_t deadline_ns;   /* absolute, on the clock of now() */
  uint64_t read_beyond;   /* bytes */
  const tenon_buf* views; /* they and what they name stay valid until sent() or closed() */
  uint64_t n_views;
  int64_t os_file; /* HANDLE opened for overlapped reading, or fd */
  uint64_t offset;
  uint64_t length;
  void* into; /* READ_FILE */
} tenon_step;

/* Events. All [owner]: on the connection's I/O thread, one at a time, never from inside a call
   that the kernel makes. `now_ns` is a recent now(). */
typedef struct tenon_session_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* TENON_E_NOMEM: close the socket; no session exists. `context` is the child host's. */
  tenon_status(TENON_CALL* opened
  )(void* context,
    const tenon_opened* opened,
    tenon_conn* conn,
    uint64_t now_ns,
    tenon_session** out,
    tenon_step* step);
  /* `bytes`: all that is received and not yet consumed, contiguous, in the MPM's buffer, valid
     until the call returns. Unconsumed bytes stay with the MPM. */
  void(TENON_CALL* received
  )(tenon_session* session, tenon_buf bytes, uint64_t now_ns, uint64_t* consumed, tenon_step* step);
  /* The peer will send no more: not an error. Once, after the last received(). */
  void(TENON_CALL* eof)(tenon_session* session, uint64_t now_ns, tenon_step* step);
  void(TENON_CALL* sent)(tenon_session* session, uint64_t bytes, uint64_t now_ns, tenon_step* step);
  /* After READ_FILE. Fewer bytes than asked for: the file ended there, or could not be read. */
  void(TENON_CALL* file_read
  )(tenon_session* session, uint64_t bytes, uint64_t now_ns, tenon_step* step);
  void(TENON_CALL* expired)(tenon_session* session, uint64_t now_ns, tenon_step* step);
  /* After wake(). */
  void(TENON_CALL* resumed)(tenon_session* session, uint64_t now_ns, tenon_step* step);
  /* The child is ending: the next answer says "Connection: close"; a connection without a request
     waits for one until `idle_until_ns` (not after now_ns: close it at once). Again only with an
     earlier time, when the child is to end sooner. */
  void(TENON_CALL* draining
  )(tenon_session* session, uint64_t idle_until_ns, uint64_t now_ns, tenon_step* step);
  /* The last call: no operation is pending, the socket is closed or will be. */
  void(TENON_CALL* closed)(tenon_session* session, uint64_t now_ns);
} tenon_session_api;

/* A piece of work, owned by whoever submits it; lives until `run` was called. Runs exactly once. */
typedef struct tenon_work {
  struct tenon_work* next; /* the MPM's while queued */
  /* `thread`: index of the running thread's slot in the section */
  void(TENON_CALL* run)(struct tenon_work* work, uint32_t thread);
} tenon_work;

/* What the MPM offers the kernel in the child. */
typedef struct tenon_mpm_child {
  uint32_t struct_size;
  uint32_t n_io_threads;
  uint32_t n_pool_threads;
  uint32_t reserved;
  void* context; /* first argument of every function here */
  /* [any] Runs the work on that I/O thread, soon and in the order of posting. Never fails, never
     calls `run` inside. From load() to unload(); work that comes after the I/O threads ended is not
     run any more. */
  void(TENON_CALL* post)(void* context, uint32_t io_thread, tenon_work* work);
  /* [owner] Only from work running on the connection's I/O thread, and before closed(): the MPM
     calls resumed() after that work returned. Several wakes may become one resumed(). */
  void(TENON_CALL* wake)(void* context, tenon_conn* conn);
  /* [any] TENON_AGAIN: the pool's queue is full; the work was not taken. */
  tenon_status(TENON_CALL* run_in_pool)(void* context, tenon_work* work);
  /* [owner] Of that I/O thread: runs the work on it once now() has reached `at_ns`. There is one
     alarm per I/O thread: the call replaces an earlier one, whose work is then not run; `at_ns` 0
     only takes it back. */
  void(TENON_CALL* set_alarm)(void* context, uint32_t io_thread, uint64_t at_ns, tenon_work* work);
} tenon_mpm_child;

/* ---- child process: life ---- */
typedef struct tenon_child_start {
  uint32_t struct_size;
  uint32_t generation;
  tenon_buf snapshot; /* as read_config gave it; need not outlive the call */
  int64_t log_file;   /* inherited; -1: none */
} tenon_child_start;

typedef struct tenon_child_load {
  uint32_t struct_size;
  uint32_t reserved;
  tenon_buf snapshot;         /* as read_files gave it; empty: as it was configured */
  const tenon_mpm_child* mpm; /* lives until unload() returned */
  tenon_section* section;     /* mapped, header and offsets filled in */
} tenon_child_load;

typedef struct tenon_child_host {
  uint32_t struct_size;
  uint32_t reserved;
  void* context; /* first argument of every function here but now() */
  const tenon_cfg_api* cfg;
  const tenon_session_api* sessions;
  /* [any] The one monotonic clock, in nanoseconds; never 0. */
  uint64_t(TENON_CALL* now)(void);
  /* [control] First: parses the snapshot. The views of `out` live until unload(). */
  tenon_status(TENON_CALL* configure
  )(void* context, const tenon_child_start* start, tenon_mpm_config* out);
  /* [control] Second: loads the modules and finds out which files their options name (type FILE)
     that the snapshot lacks. `out` is opaque, for control_host.read_files; empty: none. Valid until
     load(). */
  tenon_status(TENON_CALL* wanted)(void* context, tenon_buf* out);
  /* [control] Third: creates the modules' instances. No session before it. */
  tenon_status(TENON_CALL* load)(void* context, const tenon_child_load* load);
  /* [control] After configure, wanted or load failed: the findings, lines of "file:line:col: error:
     ...", for REFUSED. Valid until the next call. */
  tenon_str(TENON_CALL* diagnostics)(void* context);
  /* [control] All sessions are closed and all I/O and pool threads have ended. */
  void(TENON_CALL* unload)(void* context);
  /* [any] One line in the error log. */
  void(TENON_CALL* report)(void* context, int32_t level, tenon_str text);
  /* [any] The error log is this file now. When it returns nobody writes to the old one. */
  void(TENON_CALL* set_log)(void* context, int64_t log_file);
} tenon_child_host;

/* ---- what the MPM exports ---- */
typedef struct tenon_mpm {
  uint32_t struct_size;
  uint32_t magic;     /* TENON_MPM_MAGIC */
  uint32_t abi_major; /* TENON_ABI_MAJOR */
  uint32_t abi_minor; /* TENON_ABI_MINOR */
  const char* name;   /* "winnt": [mpm.winnt], bin/mpm_winnt.dll */
  const char* version;
  const char* summary;
  const char* built_with;
  const tenon_option* options; /* scopes: TENON_IN_SERVER */
  size_t n_options;
  /* Runs until the server is stopped. Returns the process' exit code: 0 stopped as asked,
     1 the machine said no, 2 the configuration was refused. */
  int32_t(TENON_CALL* control_main)(const tenon_control_host* host);
  int32_t(TENON_CALL* child_main)(const tenon_child_host* host, const char* in, const char* out);
  /* Carries out one command and returns the exit code: 0 done, 1 the machine said no (nothing runs,
     it did not answer), 2 usage or configuration. In a process of its own; `host` is that of a
     control process, whose log may be missing. */
  int32_t(TENON_CALL* command)(const tenon_control_host* host, const tenon_command* command);
} tenon_mpm;

typedef const tenon_mpm*(TENON_CALL* tenon_mpm_entry_fn)(const tenon_hello* hello);
#define TENON_MPM_ENTRY_NAME "tenon_mpm_v0"
TENON_EXPORT const tenon_mpm* TENON_CALL tenon_mpm_v0(const tenon_hello* hello);

#ifdef __cplusplus
}
#endif

TENON_STATIC_ASSERT(
    sizeof(tenon_listener) == 72 && offsetof(tenon_listener, name) == 24, listener_layout
);
TENON_STATIC_ASSERT(sizeof(tenon_mpm_config) == 40, mpm_config_size);
TENON_STATIC_ASSERT(
    offsetof(tenon_control_host, log_file) == 56 && sizeof(tenon_control_host) == 176,
    control_host_layout
);
TENON_STATIC_ASSERT(sizeof(tenon_endpoint) == 24 && sizeof(tenon_opened) == 64, opened_size);
TENON_STATIC_ASSERT(offsetof(tenon_step, views) == 24 && sizeof(tenon_step) == 72, step_layout);
TENON_STATIC_ASSERT(sizeof(tenon_session_api) == 80 && sizeof(tenon_work) == 16, session_api_size);
TENON_STATIC_ASSERT(sizeof(tenon_mpm_child) == 56, mpm_child_size);
TENON_STATIC_ASSERT(sizeof(tenon_child_start) == 32 && sizeof(tenon_child_load) == 40, child_sizes);
TENON_STATIC_ASSERT(sizeof(tenon_command) == 40, command_size);
TENON_STATIC_ASSERT(sizeof(tenon_child_host) == 96, child_host_size);
TENON_STATIC_ASSERT(sizeof(tenon_mpm) == 88 && offsetof(tenon_mpm, control_main) == 64, mpm_layout);
#endif
