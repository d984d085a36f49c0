/* SPDX-License-Identifier: Apache-2.0 */
/* An MPM that was put among the modules. */
#include <tenon/mpm.h>

const tenon_mpm* TENON_CALL tenon_mpm_v0(const tenon_hello* hello) {
  (void)hello;
  return NULL;
}
