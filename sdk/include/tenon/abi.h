/* SPDX-License-Identifier: Apache-2.0 */
/* abi.h - what modules and MPMs share with the kernel: value types, status codes, the greeting.
   C99 and later, C++11 and later, 64-bit only. Rules that hold for every header in this folder:
     - only fixed-width integers, double, size_t and pointers; no bool, enum type, long, wchar_t or
   varargs;
     - no padding in any struct; every struct but the frozen value types starts with `uint32_t
   struct_size`, which its producer sets to sizeof, and only ever grows at its end; a reader uses
   min(sizes);
     - a NULL function pointer means "not offered"; unknown enumerators are ignored by both sides;
     - text is UTF-8, {ptr, len}, and not NUL-terminated, but for names in static tables (`const
   char *`);
     - who allocates frees; nothing is thrown across; handles keep their owner;
     - thread tags: [control] one thread at a time, never beside a request of the same instance;
       [owner] the one thread that owns the request or connection now; [any] every thread, at once.
 */
#ifndef TENON_ABI_H
#define TENON_ABI_H
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define TENON_CALL __cdecl
#define TENON_EXPORT __declspec(dllexport)
#else
#define TENON_CALL
#define TENON_EXPORT __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
#define TENON_EXTERN_C extern "C"
extern "C" {
#else
#define TENON_EXTERN_C
#endif

/* While the major is 0 nothing is promised: the minor is a counter that every change of a header
   raises, and the loader demands equality, naming both numbers. The major is also in the name of
   the entry symbol, so that a file built for another major is refused before it is called. */
#define TENON_ABI_MAJOR 0u
#define TENON_ABI_MINOR 4u

#define TENON_MODULE_MAGIC 0x304D4E54u /* "TNM0", little endian */
#define TENON_MPM_MAGIC 0x30504E54u    /* "TNP0", little endian */

/* ---- frozen value types: they never change and carry no size ---- */
typedef struct tenon_str {
  const char* ptr; /* UTF-8, not NUL-terminated; may be NULL when len is 0 */
  size_t len;      /* bytes */
} tenon_str;

typedef struct tenon_buf {
  const void* ptr;
  size_t len; /* bytes */
} tenon_buf;

typedef struct tenon_header {
  tenon_str name;  /* lower case in every view that the kernel hands out */
  tenon_str value; /* without leading and trailing white space */
  uint32_t known;  /* reserved for an append-only list of well-known names; 0: not listed */
  uint32_t flags;  /* 0 */
} tenon_header;

/* ---- results ---- */
typedef int32_t tenon_status;
enum {
  TENON_OK = 0,
  TENON_END = 1,   /* no more data will come */
  TENON_AGAIN = 2, /* not now: the queue is full, or the data is not there yet */
  TENON_E_FAIL = -1,
  TENON_E_ARG = -2,
  TENON_E_NOMEM = -3, /* an arena or a pool of the kernel is exhausted */
  TENON_E_UNSUPPORTED = -4,
  TENON_E_NOT_FOUND = -5,
  TENON_E_STATE = -6, /* the call does not fit the state of the request: after the answer, say */
  TENON_E_THREAD = -7,
  TENON_E_CANCELLED = -8,
  TENON_E_LIMIT = -9,
  TENON_E_DENIED = -10 /* the name or the file is one that is never served, or access is refused */
};

enum {
  TENON_LOG_DEBUG = 1, /* per connection or request; what a misbehaving client did is never more */
  TENON_LOG_INFO = 2,  /* life-cycle only */
  TENON_LOG_WARN = 3,  /* we coped; look later */
  TENON_LOG_ERROR = 4  /* somebody must act */
};

/* What the kernel says before anything else. The callee may refuse by calling `refuse` with one
   sentence and returning NULL; the sentence is shown to the operator with the file's name. */
typedef struct tenon_hello {
  uint32_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t reserved;
  const char* server;         /* "Tenon" */
  const char* server_version; /* "0.1.0" */
  void* context;              /* the kernel's own: pass it to `refuse` */
  void(TENON_CALL* refuse)(void* context, const char* why);
} tenon_hello;

typedef struct tenon_cfg tenon_cfg; /* validated, typed and merged options; immutable */

/* Frees `context`; may be called from any thread. */
typedef void(TENON_CALL* tenon_release_fn)(void* context);

#define TENON_LIT(literal) \
  { (literal), sizeof(literal) - 1 }

/* Whether a table that the other side produced is long enough to hold `field`, and holds it. */
#define TENON_HAS(table, type, field) \
  ((table)->struct_size >= offsetof(type, field) + sizeof((table)->field) && (table)->field)

#ifdef __cplusplus
}
#define TENON_STATIC_ASSERT(condition, name) static_assert(condition, #name)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define TENON_STATIC_ASSERT(condition, name) _Static_assert(condition, #name)
#else
#define TENON_STATIC_ASSERT(condition, name) typedef char tenon_assert_##name[(condition) ? 1 : -1]
#endif

TENON_STATIC_ASSERT(sizeof(void*) == 8 && sizeof(size_t) == 8, only_64_bit);
TENON_STATIC_ASSERT(sizeof(tenon_str) == 16 && offsetof(tenon_str, len) == 8, str_layout);
TENON_STATIC_ASSERT(sizeof(tenon_buf) == 16 && offsetof(tenon_buf, len) == 8, buf_layout);
TENON_STATIC_ASSERT(
    sizeof(tenon_header) == 40 && offsetof(tenon_header, known) == 32, header_layout
);
TENON_STATIC_ASSERT(sizeof(tenon_hello) == 48 && offsetof(tenon_hello, refuse) == 40, hello_layout);

#endif
