/* SPDX-License-Identifier: Apache-2.0 */
/* A library like any other. */
#include <tenon/abi.h>

TENON_EXPORT int answer(void);
int answer(void) {
  return 42;
}
