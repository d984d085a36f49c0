/* SPDX-License-Identifier: Apache-2.0 */
/* host.h - a request, and what the kernel offers every module.
   A `tenon_req` is a handle: a module compares and passes it, nothing else. Handles are never used
   again, so that a call that comes too late is answered with TENON_E_STATE and harms nobody.
   A request has one owner at a time: the connection's I/O thread, or a pool thread while a hook
   runs there. Debug builds of the kernel answer an [owner] call of any other thread with
   TENON_E_THREAD and log module, function and request.

   Waiting. A hook that cannot answer yet returns TENON_PENDING after it asked to be called again:
     suspend() gives a ticket, which any thread resumes;
     want() waits for the request's own events.
   Either way a tenon_resume_fn runs later, as the owner, in the hook's place, and its verdict
   counts as the hook's. When the client is gone none runs any more: ctx_set says how to tidy up.
   A pending request that nothing can resume is answered 500, and the module is named in the log. */
#ifndef TENON_HOST_H
#define TENON_HOST_H
#include <tenon/abi.h>
#include <tenon/option.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tenon_self tenon_self;     /* this loaded module */
typedef struct tenon_req tenon_req;       /* one request */
typedef struct tenon_file tenon_file;     /* an open file of tenon.files/1; see files.h */
typedef struct tenon_ticket tenon_ticket; /* the right to resume one pending request, once */
typedef struct tenon_next tenon_next;     /* where a body filter hands on; see module.h */

/* What a hook returns, the same in every phase. */
typedef int32_t tenon_verdict;
enum {
  TENON_NEXT = 0,         /* no opinion: go on. From the handler: 404 */
  TENON_FINISHED = 1,     /* answered: respond, respond_file or finish was called */
  TENON_PENDING = 2,      /* goes on when the ticket is resumed, or when what it wants is there;
                             not in phase LOG */
  TENON_FAILED = -1,      /* logged with the text of set_error, answered 500 (an answer that has
                             begun is cut off) */
  TENON_RERUN_IN_POOL = 3 /* LOOP hooks, once per request: call the same hook again on a pool
                             thread, where it may block */
};

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

/* TRAILERS: of the request, empty until its body was read to TENON_END. */
enum { TENON_REQUEST_HEADERS = 0, TENON_RESPONSE_HEADERS = 1, TENON_REQUEST_TRAILERS = 2 };
enum { TENON_HDR_SET = 0, TENON_HDR_ADD = 1, TENON_HDR_REMOVE = 2 };

/* The answer as it stands; what phase LOG looks at. */
typedef struct tenon_answer_info {
  uint32_t struct_size; /* set by the caller */
  int32_t http_status;  /* 0: there is no answer */
  uint64_t body_bytes;  /* that were sent, framing not counted */
  uint64_t duration_ns; /* from the complete head to now */
  uint32_t complete;    /* 1: all of it was sent; 0: not yet, or the client was gone first */
  uint32_t reserved;
} tenon_answer_info;

/* What a pending request can wait for; see want(). */
enum {
  TENON_WANT_BODY = 1,    /* body_peek has bytes, the end or an error */
  TENON_WANT_WRITABLE = 2 /* less than the low-water mark waits to be sent: write on */
};

/* [owner] Runs in place of a hook that returned TENON_PENDING, on the connection's I/O thread,
   where it must not block. `instance` is the hook's. */
typedef tenon_verdict(TENON_CALL* tenon_resume_fn
)(void* instance, tenon_req* request, const tenon_req_info* info, void* data);

/* ---- append only ---- */
typedef struct tenon_host {
  uint32_t struct_size;
  uint32_t abi_minor;
  const tenon_cfg_api* cfg;

  /* [any] An optional interface such as "tenon.files/1"; NULL: not offered. */
  const void*(TENON_CALL* query)(tenon_self* self, const char* interface_id);

  /* [any] Ask before building an expensive message. */
  int32_t(TENON_CALL* log_enabled)(tenon_self* self, int32_t level);
  /* [any] `request` may be NULL; with one: [owner]. Copied before the call returns. */
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

  /* ---- the request ---- */
  /* [owner] The whole array in one crossing. The view lives until the hook returns or until
     header_edit on the same side. `side`: TENON_REQUEST_HEADERS, TENON_RESPONSE_HEADERS or
     TENON_REQUEST_TRAILERS. */
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
  /* [owner] The module's own pointer for this request, NULL until it is set. `release` (or NULL)
     is called with it once: when another is set, or when the request dies. */
  tenon_status(TENON_CALL* ctx_set
  )(tenon_self* self, tenon_req* request, void* ctx, tenon_release_fn release);
  void*(TENON_CALL* ctx_get)(tenon_self* self, tenon_req* request);

  /* ---- its body; phase HANDLER only, else TENON_E_STATE ---- */
  /* [owner] The body, whole, of hooks that declare TENON_HOOK_WHOLE_BODY. The view lives as long
     as the request. */
  tenon_status(TENON_CALL* body)(tenon_req* request, tenon_buf* out);
  /* [owner] The next bytes of the body that are not consumed. The view lives until body_consume.
     The first call sends "100 Continue" where the client waits for it; what is not consumed holds
     the client back. TENON_END: all is consumed. TENON_AGAIN: nothing is there yet, see want();
     a hook that may block waits instead. Errors, for good: TENON_E_CANCELLED (the client is gone
     or too slow), TENON_E_ARG (its framing is broken), TENON_E_LIMIT (longer than
     server.limits.body_bytes). A hook that then fails without having answered leaves the answer
     to the kernel: 408, 400, 413. */
  tenon_status(TENON_CALL* body_peek)(tenon_req* request, tenon_buf* out);
  /* [owner] At most what body_peek showed, else TENON_E_ARG. */
  tenon_status(TENON_CALL* body_consume)(tenon_req* request, uint64_t bytes);

  /* ---- the answer: respond, respond_file, or start - write... - finish ---- */
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
  /* [owner] Phase HANDLER: the head of an answer whose body follows by write(). Fields are copied.
     `content_length` -1: not known (sent in chunks, or until the connection closes). The head
     leaves when the hook returns, or at once where it may block: then TENON_E_CANCELLED says that
     the client is gone. */
  tenon_status(TENON_CALL* start
  )(tenon_req* request,
    int32_t http_status,
    const tenon_header* fields,
    size_t n_fields,
    int64_t content_length);
  /* [owner] The next part of the body. Copied if `done` is NULL; else the memory stays as it is
     until `done(ctx)` is called, once and from any thread, also if the client is gone.
     TENON_OK and TENON_AGAIN: taken. AGAIN: more than the high-water mark waits to be sent; want
     TENON_WANT_WRITABLE. A hook that may block waits instead. Errors take nothing and call
     nothing: TENON_E_LIMIT (more than content_length), TENON_E_CANCELLED (the client is gone). */
  tenon_status(TENON_CALL* write
  )(tenon_req* request, const tenon_buf* parts, size_t n_parts, tenon_release_fn done, void* ctx);
  /* [owner] Ends the body. Trailer fields are copied, and sent only in chunks and to a client that
     takes them ("TE: trailers", RFC 9110 6.5.1). TENON_E_STATE: less than content_length came; the
     connection will be cut. */
  tenon_status(TENON_CALL* finish
  )(tenon_req* request, const tenon_header* trailers, size_t n_trailers);

  /* [owner] In every phase; body_bytes, duration_ns and complete are final in phase LOG. */
  tenon_status(TENON_CALL* answer)(tenon_req* request, tenon_answer_info* out);

  /* ---- waiting ---- */
  /* [owner] One ticket at a time, else TENON_E_STATE. It must be resumed or discarded. */
  tenon_status(TENON_CALL* suspend)(tenon_req* request, tenon_ticket** out);
  /* [any] Takes the ticket back, whatever is returned. Exactly one happens: `fn(..., data)` runs as
     the owner, or, since the request is gone, `drop(data)` from any thread (NULL: nothing).
     TENON_E_CANCELLED: it was dropped at once. TENON_E_STATE: the ticket was resumed or discarded
     before; nothing is called. */
  tenon_status(TENON_CALL* resume
  )(tenon_ticket* ticket, tenon_resume_fn fn, void* data, tenon_release_fn drop);
  /* [any] Takes the ticket back without resuming. */
  void(TENON_CALL* discard)(tenon_ticket* ticket);
  /* [any] 1: the request is gone, the work for it can stop. */
  int32_t(TENON_CALL* ticket_cancelled)(const tenon_ticket* ticket);
  /* [owner] `fn(..., data)` runs once one of `events` (TENON_WANT_...) is there, at the earliest
     after the hook returned. One at a time, else TENON_E_STATE. */
  tenon_status(TENON_CALL* want
  )(tenon_req* request, uint32_t events, tenon_resume_fn fn, void* data);
  /* [any] 1 once the request is given up, since the client is gone or too slow, or the child cannot
     wait any longer: a POOL hook that works for long asks now and then and returns early. */
  int32_t(TENON_CALL* cancelled)(const tenon_req* request);
  /* [any] Runs `work(data)` on a pool thread, where it may block. TENON_AGAIN: the queue is full,
     nothing will be called; TENON_E_STATE: in load(), or at the child's end, the same. If the child
     ends before, `drop(data)` is called instead. */
  tenon_status(TENON_CALL* run_blocking
  )(tenon_self* self, void(TENON_CALL* work)(void* data), void* data, tenon_release_fn drop);

  /* ---- body filters ---- */
  /* [owner] Inside tenon_filter.push: bytes for the next filter, or for the end of the chain. */
  tenon_status(TENON_CALL* pass)(tenon_next* next, const tenon_buf* parts, size_t n_parts);

  /* [any] 1 once the child is to end: requests are still served to their end, but an answer that
     has no end of its own (events, a log that is followed) should come to one soon. */
  int32_t(TENON_CALL* draining)(const tenon_req* request);
} tenon_host;

#ifdef __cplusplus
}
#endif

TENON_STATIC_ASSERT(sizeof(tenon_answer_info) == 32, answer_info_size);
TENON_STATIC_ASSERT(sizeof(tenon_req_info) == 200, req_info_size);
TENON_STATIC_ASSERT(offsetof(tenon_req_info, peer_port) == 168, req_info_ports);
TENON_STATIC_ASSERT(
    offsetof(tenon_host, cfg) == 8 && offsetof(tenon_host, query) == 16, host_first
);
TENON_STATIC_ASSERT(offsetof(tenon_host, body) == 16 + 11 * 8, host_body);
TENON_STATIC_ASSERT(offsetof(tenon_host, start) == 16 + 16 * 8, host_start);
TENON_STATIC_ASSERT(offsetof(tenon_host, pass) == 16 + 27 * 8, host_pass);
TENON_STATIC_ASSERT(offsetof(tenon_host, draining) == 16 + 28 * 8, host_last);
#endif
