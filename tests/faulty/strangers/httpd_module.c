/* SPDX-License-Identifier: Apache-2.0 */
/* What an Apache httpd module exports. */
#include <tenon/abi.h>

extern TENON_EXPORT int teapot_module;
int teapot_module = 1;
