/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_BENCH_CROSSING_MODULE_H
#define TENON_BENCH_CROSSING_MODULE_H
#include <tenon/module.h>

/* The instance of a hook of crossing_module.c. */
struct bench_setup {
  const tenon_host* host;
  uint64_t calls;        /* of header_get in one hook */
  uint64_t (*now)(void); /* in ns */
  uint64_t* spent_ns;    /* between two looks at the clock */
};
#endif
