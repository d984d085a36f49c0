/* SPDX-License-Identifier: Apache-2.0 */
/* Without a fault, but with everything: options of every scope, a check, instances, two phases. */
#include <tenon/module.h>

#include <stdlib.h>
#include <string.h>

enum { kText, kSecret };

static const tenon_option options[] = {
    {sizeof(tenon_option),
     TENON_T_STRING,
     0,
     TENON_IN_ALL,
     "text",
     "What to say.",
     "\"hello\"",
     NULL,
     1,
     0,
     NULL},
    {sizeof(tenon_option),
     TENON_T_STRING,
     TENON_OPT_REQUIRED,
     TENON_IN_ALL,
     "secret",
     "What not to say.",
     NULL,
     NULL,
     1,
     0,
     NULL},
};

static const tenon_host* kernel;
static tenon_self* myself;

static tenon_str text_of(const tenon_cfg* cfg) {
  tenon_str text = {NULL, 0};
  kernel->cfg->str(cfg, kText, &text);
  return text;
}

static tenon_status TENON_CALL load(tenon_self* self, const tenon_host* host) {
  myself = self;
  kernel = host;
  return TENON_OK;
}

static tenon_status TENON_CALL check(tenon_self* self, const tenon_cfg* cfg) {
  const tenon_str why = TENON_LIT("this text is forbidden");
  const tenon_str text = text_of(cfg);
  (void)self;
  if (text.len == 9 && memcmp(text.ptr, "forbidden", 9) == 0) {
    kernel->cfg->diag(cfg, kText, TENON_LOG_ERROR, why);
  }
  return TENON_OK;
}

/* The instance is the text. */
static tenon_status TENON_CALL create(tenon_self* self, const tenon_cfg* cfg, void** instance) {
  const tenon_str text = text_of(cfg);
  char* copy = malloc(text.len + 1);
  (void)self;
  if (copy == NULL) return TENON_E_NOMEM;
  memcpy(copy, text.ptr, text.len);
  copy[text.len] = '\0';
  *instance = copy;
  return TENON_OK;
}

static void TENON_CALL destroy(void* instance) {
  tenon_str text = {instance, strlen(instance)};
  tenon_header field = {TENON_LIT("instance"), {NULL, 0}, 0, 0};
  const tenon_str message = TENON_LIT("destroyed");
  field.value = text;
  kernel->log(myself, NULL, TENON_LOG_INFO, message, &field, 1);
  free(instance);
}

static tenon_verdict TENON_CALL
pass(void* instance, tenon_req* request, const tenon_req_info* info) {
  (void)instance;
  (void)request;
  (void)info;
  return TENON_NEXT;
}

static const tenon_hook hooks[] = {
    {.struct_size = sizeof(tenon_hook), .phase = TENON_PH_ACCESS, .call = pass},
    {.struct_size = sizeof(tenon_hook),
     .phase = TENON_PH_HANDLER,
     .run = TENON_RUN_POOL,
     .call = pass},
};

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  static const char* const needs[] = {"tenon.files/1", "tenon.draft.status/1", NULL};
  static tenon_module module;
  (void)hello;
  module.struct_size = sizeof module;
  module.magic = TENON_MODULE_MAGIC;
  module.abi_major = TENON_ABI_MAJOR;
  module.abi_minor = TENON_ABI_MINOR;
  module.name = "sample";
  module.id = "org.tenon.tests.sample";
  module.version = "2.1.0";
  module.needs = needs;
  module.options = options;
  module.n_options = sizeof options / sizeof *options;
  module.hooks = hooks;
  module.n_hooks = sizeof hooks / sizeof *hooks;
  module.load = load;
  module.check = check;
  module.create = create;
  module.destroy = destroy;
  return &module;
}
