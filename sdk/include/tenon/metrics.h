/* SPDX-License-Identifier: Apache-2.0 */
/* metrics.h - "tenon.metrics/1": numbers that a module counts, shown by module `status` and read by
   monitoring systems. Names and units follow the OpenMetrics conventions. */
#ifndef TENON_METRICS_H
#define TENON_METRICS_H
#include <tenon/module.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_METRICS_ID "tenon.metrics/1"

enum {
  TENON_METRIC_COUNTER = 1,  /* only grows; shown with the suffix _total */
  TENON_METRIC_GAUGE = 2,    /* goes up and down */
  TENON_METRIC_HISTOGRAM = 3 /* how often values were at most each bound; sum and count */
};

typedef struct tenon_metric {
  uint32_t struct_size;
  int32_t kind;              /* TENON_METRIC_... */
  const char* name;          /* [a-z][a-z0-9_]*, without the module's name: that is put in front */
  const char* unit;          /* "seconds", "bytes", or NULL */
  const char* help;          /* one sentence */
  const char* const* labels; /* names, NULL-terminated, or NULL */
  const double* bounds;      /* of a histogram: upper bounds, growing, without infinity */
  size_t n_bounds;           /* at most 32 */
} tenon_metric;

/* One metric with one set of label values. Lives as long as the process. */
typedef struct tenon_series tenon_series;

typedef struct tenon_metrics {
  uint32_t struct_size;
  uint32_t reserved;
  /* [control] In load() and create() only, else TENON_E_STATE. The same metric may be defined again
     (by the next instance) and is then the same one; another of that name is TENON_E_ARG.
     `id` is for series(). Everything is copied. */
  tenon_status(TENON_CALL* define)(tenon_self* self, const tenon_metric* metric, uint32_t* id);
  /* [any] Takes a lock: resolve once, keep the result. `values`: one per label, in order. The same
     values give the same series. TENON_E_LIMIT: 1000 series of this metric exist. */
  tenon_status(TENON_CALL* series
  )(tenon_self* self, uint32_t id, const tenon_str* values, size_t n_values, tenon_series** out);
  /* [any] Without a lock. A counter by `value` >= 0, a gauge by any `value`. */
  void(TENON_CALL* add)(tenon_series* series, double value);
  /* [any] Without a lock. Gauge: sets it. Histogram: counts the value. */
  void(TENON_CALL* observe)(tenon_series* series, double value);
} tenon_metrics;

#ifdef __cplusplus
}
#endif

TENON_STATIC_ASSERT(sizeof(tenon_metric) == 56 && sizeof(tenon_metrics) == 40, metrics_layout);
#endif
