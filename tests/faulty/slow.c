/* SPDX-License-Identifier: Apache-2.0 */
/* slow.c - a POOL handler that blocks until a file appears, so that tests can fill the pool. It
   makes a file of its own once it runs, so that nobody has to guess when that is. */
#define _POSIX_C_SOURCE 200809L
#include <tenon/module.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(_WIN32)
#include <windows.h>
static void rest(void) {
  Sleep(5);
}
#else
#include <time.h>
static void rest(void) {
  const struct timespec time = {0, 5000000};
  nanosleep(&time, NULL);
}
#endif

#define PATH_MAX_BYTES 1024
enum { STARTED = 0, RELEASE = 1, OPTIONS = 2 };
static const tenon_host* host;

typedef struct slow {
  char path[OPTIONS][PATH_MAX_BYTES];
} slow;

static tenon_status TENON_CALL load(tenon_self* self, const tenon_host* offered) {
  (void)self;
  host = offered;
  return TENON_OK;
}

static tenon_status TENON_CALL create(tenon_self* self, const tenon_cfg* cfg, void** instance) {
  slow* made = calloc(1, sizeof *made);
  (void)self;
  if (made == NULL) return TENON_E_NOMEM;
  for (uint32_t i = 0; i < OPTIONS; ++i) {
    tenon_str path;
    if (host->cfg->str(cfg, i, &path) != TENON_OK || path.len >= PATH_MAX_BYTES) {
      free(made);
      return TENON_E_ARG;
    }
    memcpy(made->path[i], path.ptr, path.len);
  }
  *instance = made;
  return TENON_OK;
}

static int exists(const char* path) {
  FILE* file = fopen(path, "rb");
  if (file == NULL) return 0;
  fclose(file);
  return 1;
}

static tenon_verdict TENON_CALL
handle(void* instance, tenon_req* request, const tenon_req_info* info) {
  static const char text[] = "at last\n";
  const slow* self = instance;
  FILE* started = fopen(self->path[STARTED], "wb");
  (void)info;
  if (started != NULL) fclose(started);
  while (!exists(self->path[RELEASE]) && !host->cancelled(request))
    rest();
  const tenon_buf body = {text, sizeof text - 1};
  if (host->respond(request, 200, NULL, 0, body) != TENON_OK) return TENON_FAILED;
  return TENON_FINISHED;
}

static const tenon_option options[OPTIONS] = {
    {sizeof(tenon_option),
     TENON_T_PATH,
     TENON_OPT_REQUIRED,
     TENON_IN_ALL,
     "started",
     "The file that is made once a request runs.",
     NULL,
     NULL,
     1,
     0,
     NULL},
    {sizeof(tenon_option),
     TENON_T_PATH,
     TENON_OPT_REQUIRED,
     TENON_IN_ALL,
     "release",
     "The file that lets requests go on.",
     NULL,
     NULL,
     1,
     0,
     NULL},
};
static const tenon_hook hooks[] = {
    {.struct_size = sizeof(tenon_hook),
     .phase = TENON_PH_HANDLER,
     .run = TENON_RUN_POOL,
     .call = handle}};
static const tenon_module module = {
    .struct_size = sizeof(tenon_module),
    .magic = TENON_MODULE_MAGIC,
    .abi_major = TENON_ABI_MAJOR,
    .abi_minor = TENON_ABI_MINOR,
    .name = "slow",
    .id = "test.tenon.slow",
    .version = "1.0.0",
    .summary = "blocks in the pool until a file appears",
    .options = options,
    .n_options = OPTIONS,
    .hooks = hooks,
    .n_hooks = 1,
    .load = load,
    .create = create,
    .destroy = free,
};

TENON_EXPORT const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  (void)hello;
  return &module;
}
