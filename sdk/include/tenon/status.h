/* SPDX-License-Identifier: Apache-2.0 */
/* status.h - "tenon.draft.status/1": what the server says of itself, read from the section that
   it shares with the control process. A draft: it may change with every version. */
#ifndef TENON_STATUS_H
#define TENON_STATUS_H
#include <tenon/metrics.h>
#include <tenon/module.h>
#include <tenon/section.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_STATUS_ID "tenon.draft.status/1"

typedef struct tenon_server_status {
  uint32_t struct_size;
  uint32_t generation;
  tenon_str version; /* of the server */
  tenon_str mpm;     /* "winnt" */
  uint64_t control_pid;
  uint64_t child_pid;
  uint64_t uptime_ns; /* of the control process */
  uint64_t child_uptime_ns;
  uint64_t connections_open;
  uint64_t connections; /* since the child started, as all counters below */
  uint64_t requests;
  uint64_t bytes_sent;
  uint32_t n_threads;
  uint32_t n_io_threads;
  uint32_t n_listeners;
  uint32_t crashes;
  uint64_t requests_active; /* begun and not yet answered */
  uint64_t pool_queued;     /* pieces of work that wait for a pool thread, now */
  uint64_t pool_rejected;   /* pieces of work that found the queue full */
  uint32_t n_modules;
  uint32_t reserved;
} tenon_server_status;

/* What the hooks of one module came to. */
typedef struct tenon_module_counts {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t calls;
  uint64_t failures;                   /* calls that ended in FAILED */
  uint64_t time_ns;                    /* in hooks on pool threads */
  char name[TENON_SECTION_NAME_BYTES]; /* NUL-terminated, cut */
} tenon_module_counts;

/* One series of a metric as it stands. The views live until the call returns. */
typedef struct tenon_metric_sample {
  uint32_t struct_size;
  int32_t kind;   /* TENON_METRIC_... */
  tenon_str name; /* "upload_received_bytes": the module's name in front, the unit at the end */
  tenon_str unit; /* empty: none */
  tenon_str help;
  const tenon_str* labels; /* their names, and the values in the same order */
  const tenon_str* values;
  size_t n_labels;
  double value;           /* of a histogram: the sum of its values */
  const double* bounds;   /* of a histogram, else NULL */
  const uint64_t* counts; /* n_bounds + 1: values up to that bound and above the one before; the
                             last: above all of them */
  size_t n_bounds;
} tenon_metric_sample;

typedef void(TENON_CALL* tenon_metric_sample_fn)(void* context, const tenon_metric_sample* sample);

typedef struct tenon_status_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] Sums up the slots; a consistent picture of each number, not of all together. */
  tenon_status(TENON_CALL* server)(tenon_self* self, tenon_server_status* out);
  /* [any] Copies one slot. TENON_E_NOT_FOUND: no such index. */
  tenon_status(TENON_CALL* listener)(tenon_self* self, uint32_t index, tenon_listener_slot* out);
  tenon_status(TENON_CALL* thread)(tenon_self* self, uint32_t index, tenon_thread_slot* out);
  /* [any] Calls `fn` for each series of tenon.metrics/1, in the order of names; the series of one
     metric come one after the other. Takes a lock against new series: `fn` must not ask for any. */
  tenon_status(TENON_CALL* metrics)(tenon_self* self, tenon_metric_sample_fn fn, void* context);
  /* [any] Sums up the slots of one module. TENON_E_NOT_FOUND: no such index. */
  tenon_status(TENON_CALL* module)(tenon_self* self, uint32_t index, tenon_module_counts* out);
} tenon_status_api;

#ifdef __cplusplus
}
#endif

TENON_STATIC_ASSERT(sizeof(tenon_server_status) == 152, server_status_size);
TENON_STATIC_ASSERT(sizeof(tenon_metric_sample) == 112, metric_sample_size);
TENON_STATIC_ASSERT(sizeof(tenon_module_counts) == 64, module_counts_size);
TENON_STATIC_ASSERT(sizeof(tenon_status_api) == 48, status_api_size);
#endif
