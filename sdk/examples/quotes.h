/* SPDX-License-Identifier: Apache-2.0 */
/* quotes.h - "com.example.quotes/1": what quotes.cpp offers and quoter.cpp asks for. */
#ifndef COM_EXAMPLE_QUOTES_H
#define COM_EXAMPLE_QUOTES_H
#include <tenon/abi.h>

#define QUOTES_ID "com.example.quotes/1"

typedef struct quotes_service {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] The quote of that number, or of the rest of its division by their number. */
  tenon_str(TENON_CALL* quote)(void* object, uint64_t number);
} quotes_service;

#endif
