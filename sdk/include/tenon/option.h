/* SPDX-License-Identifier: Apache-2.0 */
/* option.h - the options that a module or an MPM declares.
   The kernel validates the TOML against the table, merges server -> site -> route, and reports
   errors as file:line:col with the nearest name. Modules write no parsing and no merging. */
#ifndef TENON_OPTION_H
#define TENON_OPTION_H
#include <tenon/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How an option is written in TOML, and how it is read back. */
enum {
  TENON_T_BOOL = 1,        /* true; cfg_i64: 0 or 1 */
  TENON_T_INT = 2,         /* 42; cfg_i64 */
  TENON_T_FLOAT = 3,       /* 0.5 (an integer is accepted); cfg_f64 */
  TENON_T_STRING = 4,      /* "text"; cfg_str */
  TENON_T_DURATION_NS = 5, /* "30s", "250ms", "5m", "2h", 0; cfg_i64 in nanoseconds */
  TENON_T_SIZE = 6,        /* 4096, "64KiB", "10MiB", "1GiB"; cfg_i64 in bytes */
  TENON_T_PATH = 7,        /* "htdocs": relative to the data root; cfg_str is absolute */
  TENON_T_ENUM = 8,        /* one of `choices`; cfg_str */
  TENON_T_STRING_MAP = 9,  /* { a = "x", b = "y" }; cfg_count and cfg_pair, in key order */
  TENON_T_FILE = 10        /* as PATH; cfg_str is the file's content, as it was at the (re)load */
};

enum {
  TENON_OPT_REQUIRED = 1, /* must be given where the module's table applies */
  TENON_OPT_LIST = 2,     /* an array of the type; cfg_count, then cfg_item */
  TENON_OPT_SECRET = 4 /* STRING: never shown; may be written as { file = "run/key" }, one line */
};

/* Where the option may be written: [NAME], [[site]] NAME.x, [[site.route]] NAME.x.
   An inner place replaces the value of an outer one. MPM options are SERVER only. */
enum { TENON_IN_SERVER = 1, TENON_IN_SITE = 2, TENON_IN_ROUTE = 4, TENON_IN_ALL = 7 };

typedef struct tenon_option {
  uint32_t struct_size;
  int32_t type;             /* TENON_T_... */
  uint32_t flags;           /* TENON_OPT_... */
  uint32_t scopes;          /* TENON_IN_...; at least one */
  const char* name;         /* [a-z][a-z0-9_]* */
  const char* doc;          /* one sentence */
  const char* default_toml; /* TOML text such as "\"30s\""; NULL: none, reading it is NOT_FOUND */
  const char* choices;      /* TENON_T_ENUM: "a|b|c"; else NULL */
  double min, max;          /* of numbers, durations (in ns) and sizes; min > max: unbounded */
  const char* aliases; /* "did you mean" for these spellings of other servers: "A|B"; or NULL */
} tenon_option;

TENON_STATIC_ASSERT(
    sizeof(tenon_option) == 72 && offsetof(tenon_option, name) == 16, option_layout
);
TENON_STATIC_ASSERT(offsetof(tenon_option, aliases) == 64, option_end);

/* Reading, by the option's index in the declared table. [any]; the views live as long as the cfg.
   TENON_E_NOT_FOUND: not given, and no default. TENON_E_ARG: another type or index. */
typedef struct tenon_cfg_api {
  uint32_t struct_size;
  uint32_t reserved;
  tenon_status(TENON_CALL* i64)(const tenon_cfg* cfg, uint32_t option, int64_t* out);
  tenon_status(TENON_CALL* f64)(const tenon_cfg* cfg, uint32_t option, double* out);
  tenon_status(TENON_CALL* str)(const tenon_cfg* cfg, uint32_t option, tenon_str* out);
  tenon_status(TENON_CALL* count
  )(const tenon_cfg* cfg, uint32_t option, size_t* out); /* list, map */
  tenon_status(TENON_CALL* item
  )(const tenon_cfg* cfg, uint32_t option, size_t index, tenon_str* out);
  tenon_status(TENON_CALL* item_i64
  )(const tenon_cfg* cfg, uint32_t option, size_t index, int64_t* out);
  tenon_status(TENON_CALL* pair
  )(const tenon_cfg* cfg, uint32_t option, size_t index, tenon_str* key, tenon_str* value);
  /* [control] A semantic finding about an option, at TENON_LOG_ERROR or _WARN; the kernel adds
     file:line:col of the value (or of the table where it is not given). An error refuses the
     config. */
  void(TENON_CALL* diag)(const tenon_cfg* cfg, uint32_t option, int32_t level, tenon_str text);
} tenon_cfg_api;

TENON_STATIC_ASSERT(
    offsetof(tenon_cfg_api, i64) == 8 && sizeof(tenon_cfg_api) == 72, cfg_api_layout
);

#ifdef __cplusplus
}
#endif
#endif
