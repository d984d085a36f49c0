/* SPDX-License-Identifier: Apache-2.0 */
/* A module of the ABI's next major version. */
#include <tenon/abi.h>

TENON_EXPORT const void* tenon_module_v1(const void* hello);
const void* tenon_module_v1(const void* hello) {
  return hello;
}
