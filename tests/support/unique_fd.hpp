// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tenon/cpp/unique_resource.hpp>

#include <unistd.h>

namespace tenon::support {

struct FdTraits {
  using Value = int;
  static Value invalid() noexcept { return -1; }
  static void close(Value value) noexcept { ::close(value); }
};
using UniqueFd = UniqueResource<FdTraits>;

}  // namespace tenon::support
