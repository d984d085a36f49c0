/* SPDX-License-Identifier: Apache-2.0 */
/* timers.h - "tenon.timers/1": calls after a while, or again and again. */
#ifndef TENON_TIMERS_H
#define TENON_TIMERS_H
#include <tenon/module.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_TIMERS_ID "tenon.timers/1"

/* On an I/O thread, where it must not block. */
typedef void(TENON_CALL* tenon_timer_fn)(void* data);

typedef struct tenon_timers {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] Calls `fire(data)` after `delay_ns`, then every `period_ns` (0: once; else at least 1 ms,
     or TENON_E_ARG; calls that were missed are not made up for). Timers armed by one thread fire on
     one I/O thread: its own if it is one. The first calls come when the child serves.
     `drop(data)` (or NULL) is called once when the timer is over, from any thread: it fired for the
     last time, was disarmed, or the child ends. `id` (or NULL) is never 0.
     TENON_E_LIMIT: 65536 timers of one I/O thread are armed. */
  tenon_status(TENON_CALL* arm
  )(tenon_self* self,
    uint64_t delay_ns,
    uint64_t period_ns,
    tenon_timer_fn fire,
    void* data,
    tenon_release_fn drop,
    uint64_t* id);
  /* [any] TENON_OK: it does not fire any more, and drop was called. TENON_AGAIN: it fires just now
     (the caller may be its own `fire`); drop is called right after. TENON_E_NOT_FOUND: it is over.
   */
  tenon_status(TENON_CALL* disarm)(tenon_self* self, uint64_t id);
} tenon_timers;

#ifdef __cplusplus
}
#endif

TENON_STATIC_ASSERT(sizeof(tenon_timers) == 24, timers_layout);
#endif
