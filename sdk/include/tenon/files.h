/* SPDX-License-Identifier: Apache-2.0 */
/* files.h - "tenon.files/1": the only way for a module to open files.
   One place enforces the rules of path safety: a name is refused (TENON_E_DENIED) before the file
   system sees it when it holds a NUL, a control character, one of \ : * ? " < > |, a segment that
   ends in a dot or a space, a segment "." or "..", a Windows device name (CON, NUL, COM1, COM¹,
   with or without an extension) or ill-formed UTF-8; and after opening when the file's final name
   is not the root's final name + the name asked for (8.3 aliases, case, junctions and links that
   lead outside). The same rules hold on every platform. */
#ifndef TENON_FILES_H
#define TENON_FILES_H
#include <tenon/module.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_FILES_ID "tenon.files/1"

typedef struct tenon_root tenon_root; /* a folder whose final name was resolved at load */

enum { TENON_FILE_REGULAR = 1, TENON_FILE_FOLDER = 2 };

typedef struct tenon_file_info {
  uint32_t struct_size;
  int32_t kind;       /* TENON_FILE_... */
  uint64_t size;      /* bytes; 0 for a folder */
  int64_t mtime_ns;   /* since 1970-01-01 UTC; of the file that was opened */
  uint64_t id_volume; /* together with id_file: which file it is */
  uint64_t id_file;
  tenon_buf content;    /* the whole content where it is small and cached; else ptr is NULL */
  tenon_str final_name; /* below the root, with '/'; as it is spelled on disk */
} tenon_file_info;

typedef struct tenon_files {
  uint32_t struct_size;
  uint32_t reserved;
  /* [control] Resolves a folder once. `path` is absolute (TENON_T_PATH gives such).
     TENON_E_NOT_FOUND: no such folder. Lives until root_close or the end of the process. */
  tenon_status(TENON_CALL* root_open)(tenon_self* self, tenon_str path, tenon_root** out);
  void(TENON_CALL* root_close)(tenon_root* root);
  /* [owner] Opens `name` ("a/b.txt"; "" is the root itself) below the root.
     `may_block` 0: answers from the cache, else TENON_AGAIN (return TENON_RERUN_IN_POOL and call
     it again there with 1). TENON_E_NOT_FOUND, TENON_E_DENIED (a forbidden name: answer 404 as
     for a missing one, so that nothing is learnt), TENON_E_FAIL (the file system said no). */
  tenon_status(TENON_CALL* open
  )(tenon_req* request, tenon_root* root, tenon_str name, int32_t may_block, tenon_file** out);
  /* [owner] What was opened. Valid until close or until respond_file took the file. */
  tenon_status(TENON_CALL* info)(const tenon_file* file, tenon_file_info* out);
  /* [any] Not after respond_file took it. */
  void(TENON_CALL* close)(tenon_file* file);
} tenon_files;

#ifdef __cplusplus
}
#endif

TENON_STATIC_ASSERT(
    sizeof(tenon_file_info) == 72 && offsetof(tenon_file_info, content) == 40, file_info_layout
);
TENON_STATIC_ASSERT(sizeof(tenon_files) == 48, files_layout);
#endif
