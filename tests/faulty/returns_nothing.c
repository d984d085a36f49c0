/* SPDX-License-Identifier: Apache-2.0 */
/* Gives neither a table nor a reason. */
#include <tenon/module.h>

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  (void)hello;
  return NULL;
}
