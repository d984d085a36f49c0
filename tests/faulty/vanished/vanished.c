/* SPDX-License-Identifier: Apache-2.0 */
/* The DLL that missing_dependency needs and does not find. */
#include <tenon/abi.h>

TENON_EXPORT int vanished(void);
int vanished(void) {
  return 0;
}
