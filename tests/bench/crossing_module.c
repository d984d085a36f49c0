/* SPDX-License-Identifier: Apache-2.0 */
/* The module's side of `crossing`: hooks that do nothing but cross. A module of its own, so that
   every call goes through a table from one loaded file to another, as with any module. */
#include "crossing_module.h"

#include <tenon/module.h>

/* A hook call, and nothing else. */
TENON_EXPORT tenon_verdict TENON_CALL
bench_nothing(void* instance, tenon_req* request, const tenon_req_info* info) {
  (void)instance, (void)request, (void)info;
  return TENON_NEXT;
}

TENON_EXPORT tenon_verdict TENON_CALL
bench_header_get(void* instance, tenon_req* request, const tenon_req_info* info) {
  static const tenon_str kName = TENON_LIT("accept-language");
  const struct bench_setup* setup = instance;
  tenon_str value = {0, 0};
  uint64_t begun;
  (void)info;
  begun = setup->now();
  for (uint64_t i = 0; i < setup->calls; ++i) {
    setup->host->header_get(request, TENON_REQUEST_HEADERS, kName, &value);
  }
  *setup->spent_ns += setup->now() - begun;
  return value.len != 0 ? TENON_NEXT : TENON_FAILED;
}

TENON_EXPORT tenon_verdict TENON_CALL
bench_respond(void* instance, tenon_req* request, const tenon_req_info* info) {
  static const tenon_header kType = {TENON_LIT("Content-Type"), TENON_LIT("text/plain"), 0, 0};
  static const tenon_buf kBody = TENON_LIT("Hello, World!\n");
  const struct bench_setup* setup = instance;
  tenon_status status;
  uint64_t begun;
  (void)info;
  begun = setup->now();
  status = setup->host->respond(request, 200, &kType, 1, kBody);
  *setup->spent_ns += setup->now() - begun;
  return status == TENON_OK ? TENON_FINISHED : TENON_FAILED;
}
