/* SPDX-License-Identifier: Apache-2.0 */
#include "part.h"

const char* part_version(void) {
  return "part " SWAPPED_VERSION;
}
