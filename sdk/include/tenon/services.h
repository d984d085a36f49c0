/* SPDX-License-Identifier: Apache-2.0 */
/* services.h - "tenon.services/1": what one module offers others. A service is a C table of
   functions that both sides know by a header of theirs, and an object that these work on. */
#ifndef TENON_SERVICES_H
#define TENON_SERVICES_H
#include <tenon/module.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_SERVICES_ID "tenon.services/1"

typedef struct tenon_services {
  uint32_t struct_size;
  uint32_t reserved;
  /* [control] In load() only, else TENON_E_STATE. `id` is like "com.example.sessions/2"; the table
     begins with uint32_t struct_size. Both stay as they are for good. TENON_E_ARG: a bad id, or one
     that another module offers (set_error has said which). */
  tenon_status(TENON_CALL* offer
  )(tenon_self* self, const char* id, const void* table, void* object);
  /* [control] In load(), check() and create(), else TENON_E_STATE. A service that a module cannot
     live without belongs into its `needs`: whoever offers it is loaded before. Others are sure to
     be there after load() only. TENON_E_NOT_FOUND: nobody offers it. */
  tenon_status(TENON_CALL* acquire
  )(tenon_self* self, const char* id, const void** table, void** object);
} tenon_services;

#ifdef __cplusplus
}
#endif

TENON_STATIC_ASSERT(sizeof(tenon_services) == 24, services_layout);
#endif
