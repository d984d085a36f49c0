/* SPDX-License-Identifier: Apache-2.0 */
/* A module that offers one service, or needs one, or both. */
#ifndef TENON_TESTS_SERVICES_H
#define TENON_TESTS_SERVICES_H
#include <tenon/services.h>

#include "faulty.h"

/* What all services of these tests look like. */
typedef struct number_service {
  uint32_t struct_size;
  int32_t number;
} number_service;

static const char* g_offers; /* id, or NULL */
static const char* g_needs;  /* id, or NULL */

static tenon_status TENON_CALL load(tenon_self* self, const tenon_host* host) {
  static const number_service kService = {sizeof(number_service), 42};
  const tenon_services* services = host->query(self, TENON_SERVICES_ID);
  const void* table = NULL;
  void* object = NULL;
  if (services == NULL) return TENON_E_UNSUPPORTED;
  if (g_needs != NULL) {
    const tenon_status found = services->acquire(self, g_needs, &table, &object);
    if (found != TENON_OK) return found;
    if (((const number_service*)table)->number != 42) return TENON_E_FAIL;
  }
  return g_offers == NULL ? TENON_OK : services->offer(self, g_offers, &kService, NULL);
}

static tenon_module service_module(
    const char* name, const char* id, const char* offers, const char* needs
) {
  static const char* list[2];
  tenon_module module = healthy(name, id);
  list[0] = needs;
  g_offers = offers;
  g_needs = needs;
  module.needs = list;
  module.load = load;
  return module;
}

#endif
