/* SPDX-License-Identifier: Apache-2.0 */
/* Answers with what is in the file and the secret that its options name; no fault in it. */
#include <tenon/module.h>

#include <stdlib.h>
#include <string.h>

enum { kPage, kKey };

static const tenon_option options[] = {
    {sizeof(tenon_option),
     TENON_T_FILE,
     0,
     TENON_IN_ALL,
     "page",
     "A file to answer with.",
     NULL,
     NULL,
     1,
     0,
     NULL},
    {sizeof(tenon_option),
     TENON_T_STRING,
     TENON_OPT_SECRET,
     TENON_IN_ALL,
     "key",
     "A secret to answer with.",
     "\"none\"",
     NULL,
     1,
     0,
     NULL},
};

typedef struct answer {
  size_t len;
  char text[1];
} answer;

static const tenon_host* host;

static tenon_status TENON_CALL load(tenon_self* self, const tenon_host* offered) {
  (void)self;
  host = offered;
  return TENON_OK;
}

/* Tells the secret, as a careless module may. */
static tenon_status TENON_CALL check(tenon_self* self, const tenon_cfg* cfg) {
  char said[64] = "the key is weak: ";
  const size_t begin = strlen(said);
  tenon_str why = {said, 0};
  tenon_str key = {NULL, 0};
  if (host->cfg->str(cfg, kKey, &key) != TENON_OK || key.len > 40) return TENON_OK;
  memcpy(said + begin, key.ptr, key.len);
  why.len = begin + key.len;
  if (key.len >= 4 && memcmp(key.ptr, "weak", 4) == 0) {
    host->cfg->diag(cfg, kKey, TENON_LOG_ERROR, why);
    host->set_error(self, NULL, why);
    return TENON_E_FAIL;
  }
  return TENON_OK;
}

static tenon_status TENON_CALL create(tenon_self* self, const tenon_cfg* cfg, void** instance) {
  tenon_str page = {NULL, 0};
  tenon_str key = {NULL, 0};
  answer* made;
  (void)self;
  host->cfg->str(cfg, kPage, &page);
  host->cfg->str(cfg, kKey, &key);
  made = malloc(sizeof *made + page.len + 1 + key.len);
  if (made == NULL) return TENON_E_NOMEM;
  made->len = page.len + 1 + key.len;
  if (page.len != 0) memcpy(made->text, page.ptr, page.len);
  made->text[page.len] = '|';
  memcpy(made->text + page.len + 1, key.ptr, key.len);
  *instance = made;
  return TENON_OK;
}

static void TENON_CALL destroy(void* instance) {
  free(instance);
}

static tenon_verdict TENON_CALL
handle(void* instance, tenon_req* request, const tenon_req_info* info) {
  const answer* made = instance;
  const tenon_buf body = {made->text, made->len};
  (void)info;
  if (host->respond(request, 200, NULL, 0, body) != TENON_OK) return TENON_FAILED;
  return TENON_FINISHED;
}

static const tenon_hook hooks[] = {
    {.struct_size = sizeof(tenon_hook), .phase = TENON_PH_HANDLER, .call = handle}};
static const tenon_module module = {
    .struct_size = sizeof(tenon_module),
    .magic = TENON_MODULE_MAGIC,
    .abi_major = TENON_ABI_MAJOR,
    .abi_minor = TENON_ABI_MINOR,
    .name = "named_files",
    .id = "test.tenon.named-files",
    .version = "1.0.0",
    .options = options,
    .n_options = 2,
    .hooks = hooks,
    .n_hooks = 1,
    .load = load,
    .check = check,
    .create = create,
    .destroy = destroy,
};

TENON_EXPORT const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  (void)hello;
  return &module;
}
