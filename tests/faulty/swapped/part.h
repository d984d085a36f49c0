/* SPDX-License-Identifier: Apache-2.0 */
/* The library that lies beside the module. */
#ifndef TENON_TESTS_PART_H
#define TENON_TESTS_PART_H
#include <tenon/abi.h>

TENON_EXPORT const char* part_version(void);

#endif
