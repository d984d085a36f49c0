/* SPDX-License-Identifier: Apache-2.0 */
/* Looks at the server and does not like it. */
#include <tenon/module.h>

const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello* hello) {
  hello->refuse(hello->context, "it runs on Tuesdays only");
  return NULL;
}
