// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include <windows.h>

#include "tests/fuzz/path.hpp"

namespace tenon::fuzz {
namespace {

std::wstring wide(std::string_view text) {
  const int size = static_cast<int>(text.size());
  std::wstring result(text.size(), L'\0');
  const int length = MultiByteToWideChar(CP_UTF8, 0, text.data(), size, result.data(), size);
  result.resize(static_cast<size_t>(length));
  return result;
}

}  // namespace

bool stays_where_it_is(std::string_view name) {
  std::wstring path = L"C:\\root\\folder\\" + wide(name);
  std::replace(path.begin(), path.end(), L'/', L'\\');
  std::wstring full(path.size() + 16, L'\0');
  const DWORD length =
      GetFullPathNameW(path.c_str(), static_cast<DWORD>(full.size()), full.data(), nullptr);
  full.resize(length);
  return full == path;
}

}  // namespace tenon::fuzz
